/**
 * The notifications of one space: always recorded, sent only if allowed.
 *
 * A notification is sent only to an allowed host and port, and follows no redirect. Retries use the space's own clock.
 */

import * as BoundedBody from "@hipay-pos/core/BoundedBody"
import * as CardNumber from "@hipay-pos/core/CardNumber"
import { notifyUrlIn } from "@hipay-pos/core/wire/TechnicalInformation"
import { BoundedMap, NotifyPlaces, sizeOf } from "@hipay-pos/server"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import type * as Scope from "effect/Scope"
import type { VirtualClock } from "../mock/VirtualClock.ts"
import { messages, type Transaction } from "../transactions/ConsoleTransactions.ts"
import * as Notification from "./Notification.ts"
import * as Signature from "./Signature.ts"

/** How notifications are made and where they may go. */
export interface NotificationsOptions {
  /** Their address if an order has no `notify_url`; none by default. */
  readonly url?: string | undefined
  /** Hosts and ports that may be called, such as `127.0.0.1:3000`; none by default. */
  readonly allowed?: ReadonlyArray<string> | undefined
  /** `passphrase` by default. */
  readonly passphrase?: string | undefined
  /** SHA-256 by default. */
  readonly algorithm?: Signature.Algorithm | undefined
  /** Replaces `fetch`, for tests. */
  readonly send?: Send | undefined
}

/** Posts a body, unless the signal aborts it; returns the status or what went wrong. */
export type Send = (
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal
) => Promise<number>

/** How long a shop's answer may take, in milliseconds. */
export const DEADLINE = 10_000

/** One try to deliver. */
export interface DeliveryAttempt {
  readonly at: number
  readonly status?: number | undefined
  readonly error?: string | undefined
}

/** A notification that was made. */
export interface SentNotification {
  readonly id: string
  readonly at: number
  readonly transaction: string
  readonly attempt: string
  readonly orderId: string
  readonly status: number
  /** The status in words. */
  readonly message: string
  readonly url: string
  readonly body: string
  /** `recorded`: its address is not allowed, or was masked because it held a card number. */
  readonly state: "recorded" | "pending" | "delivered" | "failed"
  readonly tries: ReadonlyArray<DeliveryAttempt>
  /** When the next retry is due. */
  readonly nextTry?: number | undefined
}

/** How a notification is signed. */
export interface SignedBody {
  readonly algorithm: Signature.Algorithm
  readonly value: string
  /** The headers that it is sent with. */
  readonly headers: Readonly<Record<string, string>>
}

/** The notifications of one space. */
export interface Notifications {
  readonly notify: (transaction: Transaction) => void
  readonly list: () => ReadonlyArray<SentNotification>
  readonly get: (id: string) => SentNotification | undefined
  /** Fails with the reason, such as an algorithm that the platform does not have. */
  readonly sign: (sent: Pick<SentNotification, "body">) => Effect.Effect<SignedBody, string>
  /** Sends it once more, now. One that is only recorded stays so, because its address is not allowed. */
  readonly replay: (id: string) => Effect.Effect<SentNotification | undefined>
}

/** Delays before retries, in milliseconds. The service's own delays are not public. */
export const BACK_OFF: ReadonlyArray<number> = [10_000, 60_000, 600_000, 3_600_000]

/** How many notifications are kept, and how many bytes of orders with them; the oldest are dropped first. */
const CAPACITY = 5_000
const BUDGET = 64_000_000

/** Closing the scope aborts requests in progress and retries. `outside` gets each try, which takes real time. */
export const make = Effect.fnUntraced(function* (
  options: NotificationsOptions,
  now: () => number,
  outside: VirtualClock["outside"] = (work) => work
): Effect.fn.Return<Notifications, never, Scope.Scope> {
  const { allowed = [], passphrase = "passphrase", algorithm = "SHA-256", send = post } = options
  const notifications = new BoundedMap<StoredNotification>({
    entries: CAPACITY,
    bytes: BUDGET,
    sizeOf: ({ transaction }) => sizeOf(transaction.attempt)
  })
  const isAllowed = NotifyPlaces.makeIsAllowed(allowed)
  const run = yield* FiberSet.makeRuntime<never>()
  let count = 0

  const fail = (id: string) => {
    const kept = notifications.get(id)
    if (kept === undefined) return
    kept.state = "failed"
    kept.nextTry = undefined
  }
  const get = (id: string): SentNotification | undefined => {
    const kept = notifications.get(id)
    return kept && toSent(kept)
  }

  const sign = ({ body }: Pick<SentNotification, "body">): Effect.Effect<SignedBody, string> =>
    Effect.map(
      Effect.tryPromise({
        try: () => Signature.sign(body, passphrase, algorithm),
        catch: (error) => `not signed: ${reasonOf(error)}`
      }),
      (value) => ({
        algorithm,
        value,
        headers: { "Content-Type": "application/x-www-form-urlencoded", [Signature.HEADER]: value }
      })
    )

  const deliver = Effect.fnUntraced(function* (id: string) {
    const kept = notifications.get(id)
    if (kept === undefined) return true
    const { url, body } = toSent(kept)
    const sending = Effect.flatMap(sign({ body }), ({ headers }) =>
      Effect.tryPromise({ try: (signal) => send(url, body, headers, signal), catch: reasonOf })
    )
    const outcome = yield* Effect.match(outside(sending), {
      onSuccess: (status): Omit<DeliveryAttempt, "at"> => ({ status }),
      onFailure: (error): Omit<DeliveryAttempt, "at"> => ({ error })
    })
    // A notification that was delivered once stays so, whatever another attempt's result.
    if (outcome.status !== undefined && outcome.status >= 200 && outcome.status < 300) kept.state = "delivered"
    if (kept.state === "delivered" || (kept.nextTry ?? 0) <= now()) kept.nextTry = undefined
    kept.tries = [...kept.tries, { at: now(), ...outcome }]
    return kept.state === "delivered"
  })

  const deliverWithRetries = Effect.fnUntraced(function* (id: string) {
    if (yield* deliver(id)) return
    for (const pause of BACK_OFF) {
      const kept = notifications.get(id)
      if (kept !== undefined) kept.nextTry = now() + pause
      yield* Effect.sleep(pause)
      // It was resent by hand meanwhile.
      if (notifications.get(id)?.state === "delivered") return
      if (yield* deliver(id)) return
    }
    fail(id)
  })

  return {
    notify: (transaction) => {
      const url = notifyUrlIn(transaction.attempt.order.body) ?? options.url
      if (url === undefined) return
      const id = `n${++count}`
      const sends = isAllowed(url) && !CardNumber.isMaskedAddress(url)
      notifications.set(id, { id, at: now(), transaction, url, state: sends ? "pending" : "recorded", tries: [] })
      if (sends) run(deliverWithRetries(id))
    },
    list: () => [...notifications.values()].map(toSent),
    get,
    sign,
    replay: Effect.fnUntraced(function* (id) {
      const sent = get(id)
      if (sent === undefined || sent.state === "recorded") return sent
      yield* deliver(id)
      return get(id)
    })
  }
})

/** A stored notification. Its body is made on demand, because most are never read. */
interface StoredNotification extends Pick<SentNotification, "id" | "at" | "url"> {
  readonly transaction: Transaction
  state: SentNotification["state"]
  tries: ReadonlyArray<DeliveryAttempt>
  nextTry?: number | undefined
}

const toSent = ({ id, at, transaction, url, state, tries, nextTry }: StoredNotification): SentNotification => ({
  id,
  at,
  transaction: transaction.reference,
  attempt: transaction.attempt.id,
  orderId: transaction.attempt.key.orderId,
  status: transaction.status,
  message: messages[transaction.status],
  url,
  get body() {
    return Notification.toForm(transaction)
  },
  state,
  tries,
  nextTry
})

/** Why there was no answer, such as `ECONNREFUSED`; `fetch` itself only says that it failed. */
const reasonOf = (error: unknown): string => {
  const { name, message, cause } = error as {
    readonly name?: string | undefined
    readonly message?: string | undefined
    readonly cause?: { readonly code?: string; readonly message?: string } | undefined
  }
  const own = (error as { readonly code?: string | undefined }).code
  return name === "TimeoutError"
    ? "no answer within 10s"
    : (cause?.code ?? own ?? cause?.message ?? message ?? "not sent")
}

/** Waits ten seconds, and follows no redirects; the status is enough. */
const post: Send = async (url, body, headers, signal) => {
  const response = await fetch(url, {
    method: "POST",
    body,
    headers,
    redirect: "manual",
    signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE)])
  })
  BoundedBody.discard(response.body)
  return response.status
}
