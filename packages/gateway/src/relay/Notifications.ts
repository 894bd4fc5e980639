/**
 * HiPay's notifications to a relay: verified over the bytes that came, written down, bound to one attempt for good, and then
 * considered. What they prove is `notified`'s business in the server.
 *
 * An attempt's own address decides which attempt a notification is about. At the common address its order has to have exactly
 * one attempt, with that amount: a late refusal of an earlier try must not end the one that was charged.
 */
import {
  dedupeKey,
  type Notification,
  NotificationError,
  readNotification,
  SIGNATURE_HEADER,
  verifyNotification
} from "@hipay-pos/client/notification"
import * as CardNumber from "@hipay-pos/core/CardNumber"
import { defined } from "@hipay-pos/core/Defined"
import * as Money from "@hipay-pos/core/Money"
import { notifyUrlIn } from "@hipay-pos/core/wire/TechnicalInformation"
import type {
  Attempt,
  AttemptStore,
  Delivery,
  DeliveryStatus,
  KeptNotification,
  NewForward,
  NotificationStore
} from "@hipay-pos/server"
import { urlOf } from "@hipay-pos/server/Attempt"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import { holdsCardNumber } from "./holdsCardNumber.ts"
import { hostOf } from "./notifyUrl.ts"

/** A passphrase, and the logins of this server whose orders are sent under the account that it belongs to. */
export interface Passphrase {
  /** What its transactions are bound under: one of those logins, or `*` where none has it as its own. */
  readonly owner: string
  readonly passphrase: string
  readonly isOf: (login: string) => boolean
  /** Those that are known by now. */
  readonly logins: () => ReadonlyArray<string>
}

/** How notifications are taken. */
export interface NotificationsOptions {
  readonly store: NotificationStore
  /** The passphrase that a delivery is verified with, of those of now; undefined where there are none. */
  readonly signerOf: (delivery: Delivery) => Passphrase | undefined
  /** The attempt that the end of an address names; undefined where this relay did not make it. */
  readonly attemptIn: (path: string) => string | undefined
  /** Told of a delivery that is to be handed on. */
  readonly onForward?: (() => void) | undefined
  /** Whether deliveries are handed on to an address; undefined where none are. */
  readonly forwardsTo?: ((url: string) => boolean) | undefined
  /** A delivery that has an address is not handed on. */
  readonly onHeldBack?: ((reason: "not-allowed" | "card-number") => void) | undefined
  /** Told why a notification does not count as HiPay's, and the address that it came from. */
  readonly onRefused: (detail: string, address: string | undefined) => void
  /** Told, in a sentence, why a notification was not taken or ends nothing. */
  readonly onWarning: (detail: string) => void
  /** For how long a refusal ends no attempt after it was opened, in milliseconds. */
  readonly refusalsAfter: number
}

/** The attempts that notifications are about. */
export interface NotifiedAttempts {
  readonly get: AttemptStore.AttemptStore["get"]
  readonly notified: (
    id: string,
    notifications: ReadonlyArray<KeptNotification>,
    refusalsAfter: number
  ) => Effect.Effect<number | undefined, AttemptStore.StoreFailed>
}

/** The notifications of one relay. */
export interface Notifications {
  readonly receive: (delivery: Delivery) => Promise<DeliveryStatus>
  /** What is known of an attempt has changed: what came of it meanwhile is considered. */
  readonly onChange: (attempt: Attempt.Attempt) => void
}

/** Makes them for a scope, and considers what a process before left unconsidered. */
export const make = Effect.fnUntraced(function* (
  options: NotificationsOptions,
  attempts: NotifiedAttempts
): Effect.fn.Return<Notifications, never, Scope.Scope> {
  const { store, onRefused, onWarning, refusalsAfter } = options
  const clock = yield* Clock.Clock
  const run = yield* FiberSet.makeRuntime<never>()
  const runPromise = yield* FiberSet.makeRuntimePromise<never>()
  /** Attempts that have notifications, and may have more to consider. */
  const waiting = new Map<string, boolean>()
  /** Until when a refusal of attempts has to wait; as it was found, and as a timer has it. */
  const due = new Map<string, number>()
  const timed = new Map<string, number>()

  const considerAll = Effect.fnUntraced(function* (id: string) {
    const { notifications, last } = yield* store.of(id)
    const until = yield* attempts.notified(id, notifications, refusalsAfter)
    // An open one is considered again once it has ended.
    if (until !== undefined && until < Number.POSITIVE_INFINITY) due.set(id, until)
    return until === undefined ? last : undefined
  })

  const considerOnce = Effect.fnUntraced(function* (id: string) {
    if ((yield* store.of(id)).notifications.length > 0) yield* store.consider(id, considerAll(id))
  })

  /** One at a time for an attempt; what comes meanwhile is considered after it. */
  const consider = (id: string) => {
    if (waiting.has(id)) return void waiting.set(id, true)
    waiting.set(id, false)
    run(
      Effect.gen(function* () {
        do {
          waiting.set(id, false)
          yield* Effect.retry(considerOnce(id), RETRIES)
          if (due.has(id)) run(wait(id))
        } while (waiting.get(id))
      }).pipe(
        Effect.catch((failed) =>
          Effect.sync(() => onWarning(`a notification of ${urlOf({ id })} waits: ${failed.detail}`))
        ),
        Effect.ensuring(Effect.sync(() => waiting.delete(id)))
      )
    )
  }

  /** Considers an attempt once a refusal ends it; one timer for each. */
  const wait = (id: string) =>
    Effect.suspend(() => {
      const until = due.get(id) ?? 0
      due.delete(id)
      if ((timed.get(id) ?? 0) >= until) return Effect.void
      timed.set(id, until)
      return Effect.andThen(
        Effect.sleep(Duration.millis(Math.max(0, until - clock.currentTimeMillisUnsafe()))),
        Effect.sync(() => {
          timed.delete(id)
          consider(id)
        })
      )
    })

  /** The passphrase that a delivery was signed with; why not, where there is none. */
  const verify = async (delivery: Delivery) => {
    const signer = options.signerOf(delivery)
    if (signer === undefined) return undefined
    try {
      return { signer, text: (await verifyNotification(delivery.body, delivery.headers, signer.passphrase)).body }
    } catch (error) {
      if (error instanceof NotificationError) return error
      throw error
    }
  }
  /** Anyone may send them: hashing is not to hold up what else the process does. */
  const oneAtATime = Semaphore.makeUnsafe(1).withPermits(1)

  /**
   * The binding of a transaction. Its owner may have another passphrase by now, or be none of the logins any more: then the
   * attempt says whose it is.
   */
  const bindingOf = Effect.fnUntraced(function* (signer: Passphrase, reference: string) {
    for (const { owner, attempt: id } of yield* store.bindingsOf(reference)) {
      const attempt = yield* attempts.get(id)
      if (signer.isOf(owner) || (attempt !== undefined && signer.isOf(attempt.key.login))) return { owner, id, attempt }
    }
    return undefined
  })

  /** The attempt that a notification is about; a sentence where it is about none. */
  const attemptOf = Effect.fnUntraced(function* (
    signer: Passphrase,
    notification: Notification,
    named: string | undefined,
    bound: Effect.Success<ReturnType<typeof bindingOf>>
  ) {
    const { orderId } = notification
    if (named !== undefined) {
      const attempt = yield* attempts.get(named)
      if (attempt === undefined || !signer.isOf(attempt.key.login)) return "its address names no attempt of that login"
      if (!mayBeIdOf(attempt, orderId)) return `its order is not that of ${urlOf({ id: named })}`
      const isOther = bound !== undefined && bound.id !== named
      return isOther ? `its transaction belongs to ${urlOf(bound)}` : attempt
    }
    if (bound !== undefined) return bound.attempt ?? "its attempt is not in the store"
    if (orderId === undefined) return "it names no order"
    const keys = signer
      .logins()
      .flatMap((login) =>
        (["Debit", "Credit", "Cancel"] as const).map((transactionType) => ({ login, orderId, transactionType }))
      )
    const found = (yield* store.attemptsUnder(keys)).filter(({ terminal }) => terminal === "relayed")
    const [attempt, other] = found
    if (attempt === undefined) return "its order is not known"
    if (other !== undefined) return `its order has ${found.length} attempts`
    return agrees(attempt, notification) ? attempt : `its amount is not that of ${urlOf(attempt)}`
  })

  /** What is to be handed on to the order's own address: nothing with a card number, and nothing where the address held one. */
  const forwardFor = (delivery: Delivery, attempt: Attempt.Attempt | undefined): NewForward | undefined => {
    const url = notifyUrlIn(attempt?.order.body)
    if (attempt === undefined || url === undefined || options.forwardsTo === undefined) return undefined
    const holdBack = (reason: "not-allowed" | "card-number", why: string) => {
      onWarning(`a notification of ${urlOf(attempt)} is not handed on to the shop: ${why}`)
      options.onHeldBack?.(reason)
      return undefined
    }
    if (!options.forwardsTo(url)) return holdBack("not-allowed", `${hostOf(url)} is not among the --notify addresses`)
    if (CardNumber.isMaskedAddress(url)) return holdBack("card-number", "its address held a card number")
    if (holdsCardNumber(new TextDecoder().decode(delivery.body))) {
      return holdBack("card-number", "it holds a whole card number")
    }
    return forwardOf(delivery, url)
  }

  const keep = Effect.fnUntraced(function* (
    signer: Passphrase,
    notification: Notification,
    delivery: Delivery,
    named: string | undefined
  ) {
    const { transactionReference, status } = notification
    const bound = yield* bindingOf(signer, transactionReference)
    const found = yield* attemptOf(signer, notification, named, bound)
    const attempt = typeof found === "string" ? undefined : found
    if (typeof found === "string")
      onWarning(`the notification ${status} of transaction ${transactionReference} ends nothing: ${found}`)
    const at = clock.currentTimeMillisUnsafe()
    const own = yield* store.receive({
      owner: bound?.owner ?? signer.owner,
      key: dedupeKey(notification),
      notification: keptOf(notification, attempt, at),
      attempt: attempt?.id,
      forward: forwardFor(delivery, attempt)
    })
    if (own !== undefined) consider(own)
    options.onForward?.()
  })

  const receive = async (delivery: Delivery): Promise<DeliveryStatus> => {
    const verified = await runPromise(oneAtATime(Effect.promise(() => verify(delivery))))
    if (verified === undefined || verified instanceof NotificationError) {
      onRefused(verified?.detail ?? "there is no passphrase", delivery.address)
      return 403
    }
    const named = delivery.path === undefined ? undefined : options.attemptIn(delivery.path)
    if (delivery.path !== undefined && named === undefined) return 404
    const read = await readNotification(verified.text).catch((error: unknown) => error)
    if (read instanceof NotificationError) {
      onWarning(`a notification with the right signature is not readable: ${read.detail}`)
      return 400
    }
    const kept = await runPromise(Effect.result(keep(verified.signer, read as Notification, delivery, named)))
    if (Result.isSuccess(kept)) return 204
    onWarning(`a notification was not kept, and will be sent again: ${kept.failure.detail}`)
    return 503
  }

  /** What was left unconsidered: by a process that is gone, or because the store could not be read or written. */
  const takeUp = Effect.match(store.unconsidered(), {
    onSuccess: (left) => left.forEach(consider),
    onFailure: ({ detail }) => onWarning(`notifications that were left wait: ${detail}`)
  })
  yield* takeUp
  yield* Effect.forkScoped(Effect.forever(Effect.andThen(Effect.sleep(store.isShared ? POLL : LONG_POLL), takeUp)))

  return {
    receive,
    onChange: ({ id, terminal, state, provedBy }) => {
      if (terminal === "relayed" && state !== "open" && provedBy === undefined) consider(id)
    }
  }
})

/** How often it is looked for what others left, and what this process did. */
const POLL = "5 seconds"
const LONG_POLL = "1 minute"

/** How often a store that cannot be read or written is asked again at once: for about a minute. */
const RETRIES = { schedule: Schedule.exponential("100 millis"), times: 9 }

/** Whether the order's amount is the attempt's. */
const agrees = ({ amount }: Attempt.Attempt, { fields, authorizedAmount }: Notification): boolean => {
  const order = typeof fields.order === "object" ? fields.order : {}
  if (typeof order.amount !== "string" || order.amount === "")
    return authorizedAmount?.currency === amount.currency && authorizedAmount.minorUnits === amount.minorUnits
  const currency = order.currency || fields.currency
  const asked = Money.fromDecimal(order.amount, amount.currency)
  return currency === amount.currency && Result.isSuccess(asked) && asked.success.minorUnits === amount.minorUnits
}

/** HiPay may keep no more of an order's id. */
const ID_LENGTH = 32

/** Whether an order id is an attempt's: its own, as much of it as HiPay keeps, or none. */
const mayBeIdOf = ({ key }: Attempt.Attempt, orderId: string | undefined): boolean =>
  orderId === undefined || orderId === key.orderId || (orderId.length >= ID_LENGTH && key.orderId.startsWith(orderId))

/** What is kept of a notification: nothing about the customer. */
const keptOf = (notification: Notification, attempt: Attempt.Attempt | undefined, at: number): KeptNotification => {
  const { orderId = "" } = notification
  const { fields, authorizedAmount, capturedAmount, refundedAmount, authorizedAt, authorizationCode } = notification
  const { currency, payment_method: method } = fields
  const pan = typeof method === "object" ? method.pan : undefined
  return defined({
    at,
    reference: notification.transactionReference,
    status: notification.status,
    test: notification.test,
    orderId: attempt === undefined || attempt.key.orderId === orderId ? undefined : orderId,
    message: notification.message,
    currency: typeof currency === "string" && currency !== "" ? currency : undefined,
    authorized: authorizedAmount?.minorUnits,
    captured: capturedAmount?.minorUnits,
    refunded: refundedAmount?.minorUnits,
    authorizedAt: authorizedAt?.toISOString(),
    authorizationNumber: authorizationCode,
    pan: typeof pan === "string" && pan !== "" ? pan : undefined
  })
}

/** The delivery as it came, for an address, which is written in its normal form: those of one host begin alike. */
const forwardOf = ({ body, headers }: Delivery, url: string): NewForward => ({
  url: new URL(url).href,
  body,
  contentType: headers.get("content-type") ?? "application/x-www-form-urlencoded",
  signature: headers.get(SIGNATURE_HEADER) ?? ""
})
