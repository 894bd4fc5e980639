/**
 * Considers the notifications that are kept of attempts: at once, again where more came meanwhile, once a refusal may end its
 * attempt, and where a process before or beside this one left them. An attempt is never considered twice at the same time;
 * several attempts are. What notifications prove is `notified`'s business in the server.
 */
import type { Attempts, NotificationStore } from "@hipay-pos/server"
import { urlOf } from "@hipay-pos/server/Attempt"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"

/** What they are considered with. */
export interface ConsiderOptions {
  readonly store: Pick<NotificationStore, "of" | "consider" | "unconsidered" | "isShared">
  readonly notified: Attempts.Attempts["notified"]
  /** For how long a refusal ends no attempt after it was opened, in milliseconds. */
  readonly refusalsAfter: number
  /** Told, in a sentence, why notifications wait. */
  readonly onWarning: (detail: string) => void
}

/** Begins for a scope, with what was left; considers an attempt's notifications whenever it is called with its id. */
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
  /** Until when a refusal of attempts has to wait; as it was found, and as a timer has it. */
  const due = new Map<string, number>()
  const timed = new Map<string, number>()

  const considerAll = Effect.fnUntraced(function* (id: string) {
    const { notifications, last } = yield* store.of(id)
    const until = yield* notified(id, notifications, refusalsAfter)
    // An open one is considered again once it has ended.
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

  /** What was left unconsidered: by a process that is gone, or because the store could not be read or written. */
  const takeUp = Effect.match(store.unconsidered(), {
    onSuccess: (left) => left.forEach(consider),
    onFailure: ({ detail }) => onWarning(`notifications that were left wait: ${detail}`)
  })
  yield* takeUp
  yield* Effect.forkScoped(Effect.forever(Effect.andThen(Effect.sleep(store.isShared ? POLL : LONG_POLL), takeUp)))
  return consider
})

/** How often the store is searched for what was left: one that other processes share, and one that this process has to itself. */
const POLL = "5 seconds"
const LONG_POLL = "1 minute"

/** How often a store that cannot be read or written is asked again at once: for about a minute. */
const RETRIES = { schedule: Schedule.exponential("100 millis"), times: 9 }
