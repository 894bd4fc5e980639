/**
 * Forwards notifications to the shop's own addresses, unchanged and with their signature: at least once, from the store,
 * until the shop takes them. Several hosts are served at once, each one delivery at a time: one that does not answer holds up
 * only its own.
 *
 * An address comes from an order, so nothing is sent to hosts and ports that are not allowed. Redirects are not followed.
 */
import * as BoundedBody from "@hipay-pos/core/BoundedBody"
import type { AttemptStore, Forward, NotificationStore } from "@hipay-pos/server"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import * as Latch from "effect/Latch"
import type * as Scope from "effect/Scope"
import { farthest, isDue, retryPause } from "../retryPause.ts"
import { hostOf } from "./notifyUrl.ts"

/** Posts a delivery; resolves to the status, or rejects. */
export type Post = (forward: Forward) => Promise<number>

/** How many times a delivery is tried before it is given up: for three days. Nothing public says how HiPay does it. */
export const TRIES = 75

/**
 * How often the store is searched for waiting deliveries, in milliseconds: a shared one, and one that this process has to
 * itself.
 */
const POLL = 5_000
const LONG_POLL = 3_600_000

/** The most hosts that are sent to at the same time. */
const SENDERS = 8

export interface ForwarderOptions {
  readonly store: Pick<NotificationStore, "isShared" | "nextForward" | "dropForward" | "delayForward">
  readonly onWarning: (detail: string) => void
  /**
   * Called when a delivery is given up after three days: the shop did not take it, or its address was not allowed at the last
   * try.
   */
  readonly onGivenUp?: ((reason: "not-taken" | "not-allowed") => void) | undefined
  /** Whether an address is still allowed. Deliveries for others are retried later, since a start may have named too few. */
  readonly isAllowed: (url: string) => boolean
  /** Replaces the network, for tests. */
  readonly post?: Post | undefined
}

/** Starts forwarding for a scope; returns a function to call when there is a new delivery. */
export const start = Effect.fnUntraced(function* ({
  store,
  onWarning,
  onGivenUp = () => {},
  isAllowed,
  post = postToShop
}: ForwarderOptions): Effect.fn.Return<() => void, never, Scope.Scope> {
  const clock = yield* Clock.Clock
  const news = Latch.makeUnsafe(false)
  const run = yield* FiberSet.makeRuntime<never>()
  /** The places that are being sent to. */
  const busy = new Set<string>()
  /** Places that are not allowed and were warned of. */
  const notAllowed = new Set<string>()

  const send = Effect.fnUntraced(function* (forward: Forward) {
    const host = hostOf(forward.url)
    const isSent = isAllowed(forward.url)
    const outcome = yield* Effect.match(
      isSent
        ? Effect.tryPromise({ try: () => post(forward), catch: reasonOf })
        : Effect.fail(`${host} is not among the --notify addresses`),
      {
        onSuccess: (status) => (status >= 200 && status < 300 ? undefined : `it answered ${status}`),
        onFailure: (reason) => reason
      }
    )
    if (outcome === undefined) return yield* store.dropForward(forward.number)
    if (forward.tries + 1 >= TRIES) {
      onWarning(`a notification was not handed on to ${host} and is given up: ${outcome}`)
      onGivenUp(isSent ? "not-taken" : "not-allowed")
      return yield* store.dropForward(forward.number)
    }
    // It may have been allowed at earlier tries: the log has to show that this start allows other addresses.
    const isNews = isSent ? forward.tries === 0 : !notAllowed.has(forward.place)
    if (!isSent) notAllowed.add(forward.place)
    if (isNews) onWarning(`a notification was not handed on to ${host} and is tried again: ${outcome}`)
    yield* store.delayForward(forward.number, clock.currentTimeMillisUnsafe() + retryPause(forward.tries))
  })

  /** If the store fails, a delivery may be sent again, but not at once. */
  const patiently = (effect: Effect.Effect<void, AttemptStore.StoreFailed>) =>
    Effect.catch(effect, (failed) =>
      Effect.andThen(
        Effect.sync(() => onWarning(`notifications wait to be handed on: ${failed.detail}`)),
        Effect.sleep("1 minute")
      )
    )

  const startSending = (forward: Forward) => {
    const { place } = forward
    busy.add(place)
    const isOver = Effect.sync(() => {
      busy.delete(place)
      news.openUnsafe()
    })
    run(Effect.ensuring(patiently(send(forward)), isOver))
  }

  const round = Effect.gen(function* () {
    news.closeUnsafe()
    const now = clock.currentTimeMillisUnsafe()
    const next = busy.size < SENDERS ? yield* store.nextForward(now, [...busy], farthest(now)) : undefined
    // A delivery that became due during the query was not taken: another process may send it.
    if (next !== undefined && isDue(next.dueAt, now)) return startSending(next)
    const wait = Math.max(0, (next?.dueAt ?? Number.POSITIVE_INFINITY) - clock.currentTimeMillisUnsafe())
    yield* Effect.timeoutOption(news.await, Duration.millis(Math.min(wait, store.isShared ? POLL : LONG_POLL)))
  })
  yield* Effect.forkScoped(Effect.forever(patiently(round)))
  return () => news.openUnsafe()
})

const reasonOf = (error: unknown): string => {
  const { name, cause } = error as { readonly name?: string; readonly cause?: { readonly code?: string } }
  return name === "TimeoutError" ? "no answer within 10 s" : (cause?.code ?? "not sent")
}

/** Ten seconds, no redirects; the status is enough. */
export const postToShop: Post = async ({ url, body, contentType, signature }) => {
  const response = await fetch(url, {
    method: "POST",
    body: Uint8Array.from(body),
    headers: { "Content-Type": contentType, "X-ALLOPASS-SIGNATURE": signature },
    redirect: "manual",
    signal: AbortSignal.timeout(10_000)
  })
  BoundedBody.discard(response.body)
  return response.status
}
