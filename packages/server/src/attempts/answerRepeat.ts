/**
 * Answers an order from an earlier attempt under its key: joins the payment under way, repeats the answer, or refuses. `Repeat`
 * has the rules.
 */
import { isUndecided } from "@hipay-pos/core/wire/AttemptState"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type { Attempt, AttemptKey } from "./Attempt.ts"
import type { AttemptListener } from "./AttemptListener.ts"
import { type AttemptStore, damaged, earlierUnknown, type StoreFailed } from "./AttemptStore.ts"
import { endOf, type PendingPayment } from "./PendingPayment.ts"
import * as Repeat from "./Repeat.ts"
import type { Failure } from "./Submission.ts"

/** What orders are answered from. */
export interface Dependencies {
  readonly store: Pick<AttemptStore, "standing" | "latest" | "ended">
  readonly listener: AttemptListener
  readonly now: () => number
  /** This process's payments with an attempt of their own, by its id. */
  readonly payments: ReadonlyMap<string, PendingPayment>
  /** Payments that have not ended; one that joins another is removed. */
  readonly underWay: Set<PendingPayment>
  /** Fails once the server has stopped. */
  readonly stopping: Deferred.Deferred<never, StoreFailed>
}

/** Makes the answers of one server to repeated orders. */
export const makeAnswerRepeat = ({ store, listener, now, payments, underWay, stopping }: Dependencies) => {
  const allows = (last: Attempt, repeated: Repeat.Repeated) =>
    Repeat.allows(last, repeated, (...asked) => Effect.mapError(store.standing(...asked), earlierUnknown), now())

  /** Answers an order from its earlier attempt. Undefined if a new attempt may follow. */
  const answerRepeat = Effect.fnUntraced(function* (
    last: Attempt,
    repeated: Repeat.Repeated,
    payment: PendingPayment
  ): Effect.fn.Return<Attempt | undefined, Failure> {
    const joined = payments.get(last.id)
    if (joined?.callers.haveGivenUp) return yield* allows(yield* endOf(joined), repeated)
    if (isUndecided(last))
      listener.onRepeatWhileUndecided?.(last.key.orderId, joined === undefined ? last.id : undefined)
    if (last.state === "open" && Repeat.isSameOrder(last.order, repeated.order)) {
      listener.onRepeatAnswered?.("joined")
      Deferred.doneUnsafe(payment.opened, Effect.succeed({ id: last.id }))
      if (joined === undefined) return yield* endElsewhere(last.id, repeated)
      underWay.delete(payment)
      payment.callers.join(joined.callers)
      return yield* endOf(joined)
    }
    const known = yield* Effect.tapError(allows(last, repeated), () =>
      Effect.sync(() => listener.onRepeatAnswered?.("refused"))
    )
    if (known === undefined) return undefined
    listener.onRepeatAnswered?.("answered")
    payment.isReplay = true
    Deferred.doneUnsafe(payment.opened, Effect.succeed({ id: last.id, recorded: known }))
    return known
  })

  /**
   * The end of an attempt that another process pays. Its caller still gets an answer here, but nothing here has to wait for it once
   * they have gone.
   */
  const endElsewhere = Effect.fnUntraced(function* (id: string, repeated: Repeat.Repeated) {
    const end = Effect.interruptible(Effect.raceFirst(store.ended(id), Deferred.await(stopping)))
    const ended = yield* Effect.mapError(end, earlierUnknown)
    if (ended === undefined) return yield* damaged(id, "is gone")
    if (ended.events.some(({ kind }) => kind === "answer")) return ended
    // Its process died without answering. A new attempt must not follow: the caller has this attempt's id, and may take cash
    // once it has ended.
    return (yield* allows(ended, repeated)) ?? ended
  })

  /** The attempt that says what became of an order: the one that keeps it from being paid again, or else the last one. */
  const earlierUnder = (key: AttemptKey) =>
    Effect.mapError(
      Effect.flatMap(store.standing(key), (standing) =>
        standing === undefined ? store.latest(key) : Effect.succeed(standing)
      ),
      earlierUnknown
    )

  return {
    answerRepeat,
    /** Answers an order that no terminal serves: if it was sent before, its earlier attempt gives the better answer. */
    answerUnserved: Effect.fnUntraced(function* (
      problem: Failure,
      key: AttemptKey,
      repeated: Repeat.Repeated,
      payment: PendingPayment
    ): Effect.fn.Return<Attempt, Failure> {
      const earlier = yield* earlierUnder(key)
      const known = earlier && (yield* answerRepeat(earlier, repeated, payment))
      return known ?? (yield* Effect.fail(problem))
    }),
    /** The answer to an order that is not to be paid now; undefined if none of it can have been paid. */
    earlier: (
      key: AttemptKey,
      repeated: Repeat.Repeated
    ): Effect.Effect<Attempt | undefined, Repeat.Refused | StoreFailed> =>
      Effect.flatMap(earlierUnder(key), (earlier) =>
        earlier === undefined ? Effect.undefined : allows(earlier, repeated)
      )
  }
}
