/**
 * Considers the stored notifications of attempts: at once, again if more came meanwhile, when a refusal may end its attempt,
 * and those that an earlier or another process left. An attempt is never considered twice at the same time; several attempts
 * are. The server's `notified` decides what notifications prove.
 */
import type { Attempts, NotificationStore } from "@hipay-pos/server"
import { urlOf } from "@hipay-pos/server/Attempt"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"

/** How notifications are considered. */
export interface ConsiderOptions {
  readonly store: Pick<NotificationStore, "of" | "consider" | "unconsidered" | "isShared">
  readonly notified: Attempts.Attempts["notified"]
  /** How long after an attempt was opened a refusal does not end it, in milliseconds. */
  readonly refusalsAfter: number
  /** Called with a sentence when notifications wait. */
  readonly onWarning: (detail: string) => void
}

/** Starts for a scope with the notifications that were left; returns a function that considers those of an attempt's id. */
export const start = Effect.fnUntraced(function* ({
  store,
  notified,
  refusalsAfter,
  onWarning
}: ConsiderOptions): Effect.fn.Return<(attempt: string) => void, never, Scope.Scope> {
  const clock = yield* Clock.Clock
  const run = yield* FiberSet.makeRuntime<never>()
  /** Attempts that are being considered, and whether more came meanwhile. */
  const underWay = new Map<string, boolean>()
  /** When refusals may end attempts: as just found, and as timers are set. */
  const due = new Map<string, number>()
  const timed = new Map<string, number>()

  const considerAll = Effect.fnUntraced(function* (id: string) {
    const { notifications, last } = yield* store.of(id)
    const until = yield* notified(id, notifications, refusalsAfter)
    // An open attempt is considered again once it has ended.
    if (until !== undefined && until < Number.POSITIVE_INFINITY) due.set(id, until)
    return until === undefined ? last : undefined
  })

  const considerOnce = Effect.fnUntraced(function* (id: string) {
    if ((yield* store.of(id)).notifications.length > 0) yield* store.consider(id, considerAll(id))
  })

  const considerUntilNoMoreCame = Effect.fnUntraced(function* (id: string) {
    do {
      underWay.set(id, false)
      yield* Effect.retry(considerOnce(id), RETRIES)
      if (due.has(id)) run(wait(id))
    } while (underWay.get(id))
  })

  const consider = (id: string) => {
    if (underWay.has(id)) return void underWay.set(id, true)
    underWay.set(id, false)
    run(
      considerUntilNoMoreCame(id).pipe(
        Effect.catch(({ detail }) =>
          Effect.sync(() => onWarning(`a notification of ${urlOf({ id })} waits: ${detail}`))
        ),
        Effect.ensuring(Effect.sync(() => underWay.delete(id)))
      )
    )
  }

  /** Considers an attempt again when a refusal may end it; one timer for each attempt. */
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

  /** Considers what was left: by a process that is gone, or because the store could not be read or written. */
  const takeUp = Effect.match(store.unconsidered(), {
    onSuccess: (left) => left.forEach(consider),
    onFailure: ({ detail }) => onWarning(`notifications that were left wait: ${detail}`)
  })
  yield* takeUp
  yield* Effect.forkScoped(Effect.forever(Effect.andThen(Effect.sleep(store.isShared ? POLL : LONG_POLL), takeUp)))
  return consider
})

/** How often the store is searched for what was left: a shared one, and one that this process has to itself. */
const POLL = "5 seconds"
const LONG_POLL = "1 minute"

/** How often a store that cannot be read or written is asked again, over about a minute. */
const RETRIES = { schedule: Schedule.exponential("100 millis"), times: 9 }
