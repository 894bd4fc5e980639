/**
 * How attempts end: by the terminal's answer, a late answer, notifications, or a manual resolution. Results of one attempt are
 * written one at a time, so that none overwrites another unseen; different attempts do not wait for each other.
 *
 * A result that cannot be written is still the result: the caller gets it at once, and `owedWrites` writes it later. While
 * HiPay's notifications cannot be read, a result that nothing was paid is held back and the outcome is unknown. While the
 * terminal may still answer, resolving an attempt needs `override`.
 */
import { defined } from "@hipay-pos/core/Defined"
import type { Finding } from "@hipay-pos/core/Finding"
import type { PaymentOutcome } from "@hipay-pos/core/Payment"
import { OutcomeUnknown } from "@hipay-pos/core/Terminal"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as Tracer from "effect/Tracer"
import type { KeptNotification } from "../notifications/KeptNotification.ts"
import { record } from "../telemetry/OrderTrace.ts"
import { type Attempt, AttemptValue, close, type PerformedResult, type Resolution } from "./Attempt.ts"
import type { AttemptListener, UnknownEndedBy } from "./AttemptListener.ts"
import { type DamagedEnd, type StoreFailed, unavailable } from "./AttemptStore.ts"
import { endOver } from "./endOver.ts"
import { guardsOrder } from "./Guards.ts"
import { makeExclusively } from "./makeExclusively.ts"
import { applyNotifications, isContradicted } from "./notificationProof.ts"
import type { OwedEnds } from "./OwedEnds.ts"
import { makeOwedWrites } from "./owedWrites.ts"
import type { Revision } from "./Revision.ts"

/** What a person reports about an attempt whose outcome is unknown. */
export interface ManualResolution extends Omit<Resolution, "at" | "override"> {
  /** Resolves it although the terminal may still answer. */
  readonly override?: boolean
}

/** HiPay's notifications of an attempt. */
export type NotificationsOf = (id: string) => Effect.Effect<ReadonlyArray<KeptNotification>, StoreFailed>

/** What ends work with. */
export interface Dependencies {
  readonly store: OwedEnds
  readonly now: () => number
  readonly listener: AttemptListener
  readonly tracer?: Tracer.Tracer | undefined
  /** When an answer to an attempt can no longer come, as {@link Terminals.answerableUntil} gives it. */
  readonly answerableUntil: (attempt: Attempt) => Effect.Effect<number | undefined, StoreFailed>
  /** The attempt's age in milliseconds; measured by the time of day by default. */
  readonly ageOf?: ((attempt: Attempt) => number) | undefined
  /** HiPay's notifications of a relayed attempt so far; none by default. */
  readonly notificationsOf?: NotificationsOf | undefined
  /** How long a stopping server retries unwritten ends, in milliseconds; 10 000 by default. */
  readonly leaving?: number | undefined
  /** Runs an effect in its own fiber; closing waits for it. */
  readonly run: (effect: Effect.Effect<unknown>) => void
}

/** An outcome, and how it came to be known. */
export interface Proof {
  readonly outcome: PaymentOutcome
  readonly finding: Finding
}

/** Ends the attempts of one server. */
export interface Endings {
  /** Ends an attempt that is open. */
  readonly end: (attempt: Attempt, result: PerformedResult) => Effect.Effect<Attempt>
  /**
   * Writes what came late. An outcome ends the attempt, even over a manual resolution. An answer that proves none is kept for
   * the person who decides.
   */
  readonly endLate: (closed: Attempt, result: Result.Result<PaymentOutcome, OutcomeUnknown>) => Effect.Effect<void>
  /** Resolves an attempt whose outcome is unknown. */
  readonly resolve: (id: string, manual: ManualResolution) => Effect.Effect<Attempt, ResolveError | StoreFailed>
  /**
   * Resolves an attempt whose record cannot be read, of one login or of any. Undefined if there is none. Only the record would
   * tell whether the terminal may still answer, so anything but an approval needs `override`.
   */
  readonly resolveDamaged: (
    id: string,
    manual: ManualResolution,
    login: string | undefined
  ) => Effect.Effect<DamagedEnd | undefined, AnswerPending | StoreFailed>
  /** Ends an attempt with an unknown outcome by what its terminal proves when asked. */
  readonly prove: (id: string, proof: Proof) => Effect.Effect<Attempt, NotUnknown | StoreFailed>
  /**
   * Ends an attempt by what all of HiPay's notifications of it prove. A refusal ends it only when the attempt is older than
   * `refusalsAfter` milliseconds, so that its terminal cannot have gone on to another card. Returns when a waiting refusal may
   * end it, in milliseconds since 1970, or `Infinity` while the attempt is open; undefined when nothing is left to do.
   */
  readonly notified: (
    id: string,
    notifications: ReadonlyArray<KeptNotification>,
    refusalsAfter: number
  ) => Effect.Effect<number | undefined, StoreFailed>
  /** The server stops: failing writes are retried for a while, then given up. */
  readonly leave: Effect.Effect<void>
}

export const make = ({
  store,
  now,
  listener,
  tracer,
  answerableUntil,
  ageOf = ({ openedAt }) => now() - openedAt,
  notificationsOf = () => Effect.succeed([]),
  leaving,
  run
}: Dependencies): Endings => {
  const announce = (before: Attempt, after: Attempt, by: UnknownEndedBy) => {
    const { id, state, traceparent } = after
    const span = spans[by]
    if (tracer !== undefined && span !== undefined)
      record(tracer, span, traceparent, { "hipay_pos.attempt": id, "hipay_pos.state": state })
    if (before.state === "unknown" && after.state !== "unknown") listener.onUnknownEnded?.(after.state, by)
    listener.onChange?.(after)
  }
  const exclusively = makeExclusively()
  const { write, writeOver, writeOwed, untilWritten, leave } = makeOwedWrites({
    store,
    now,
    listener,
    leaving,
    run,
    exclusively,
    announce
  })

  /**
   * Writes what `decide` makes of an attempt, if anything, and calls it again if another process wrote meanwhile. Writes an owed
   * end first: every read returns that end, so a write over it could not succeed. A note is written without an announcement,
   * because the payment stays as it was.
   */
  const revise = <R extends Partial<Revision>, E>(
    id: string,
    by: UnknownEndedBy | "note",
    decide: (attempt: Attempt | undefined) => Effect.Effect<R, E>
  ): Effect.Effect<R, E | StoreFailed> =>
    exclusively(
      id,
      Effect.gen(function* () {
        for (;;) {
          const before = yield* store.get(id)
          const revision = yield* decide(before)
          const { attempt, alarm } = revision
          if (before === undefined || attempt === undefined) return revision
          const written = yield* store.change(before, attempt)
          if (written._tag === "Written") {
            store.clear(id)
            if (alarm !== undefined) listener.onAlarm?.(attempt, alarm)
            if (by !== "note") announce(before, attempt, by)
            return revision
          }
          const isWritten = yield* writeOwed(id)
          if (!isWritten) return yield* unavailable(store.find(id)?.reason ?? "an end is still to be written")
        }
      })
    )

  const end: Endings["end"] = Effect.fnUntraced(function* (attempt, result) {
    const closed = close(attempt, result, now())
    const checked = yield* Effect.result(unlessNotified(closed))
    const { attempt: ended, alarm } = Result.getOrElse(checked, () => unchecked(closed))
    const stored = yield* write(attempt, ended)
    if (stored !== undefined) yield* exclusively(ended.id, writeOver(stored, ended))
    if (alarm !== undefined) listener.onAlarm?.(ended, alarm)
    if (ended.state !== closed.state && Result.isFailure(checked)) run(endChecked(closed.id, result))
    return ended
  })

  /** A repeat may follow an unpaid end at once, so earlier notifications are applied to it first. */
  const unlessNotified = Effect.fnUntraced(function* (ended: Attempt): Effect.fn.Return<Revision, StoreFailed> {
    if (!mayBeRepeated(ended)) return { attempt: ended }
    const notifications = yield* notificationsOf(ended.id)
    const revised = notifications.length === 0 ? undefined : applyNotifications(ended, notifications, now(), false)
    return revised?.attempt.state === "unknown"
      ? { ...revised, attempt: toldUnknown(revised.attempt) }
      : { attempt: ended }
  })

  /** Writes an end that was held back, once the notifications can be read; over another stored end only if it says more. */
  const endChecked = (id: string, result: PerformedResult) =>
    untilWritten(
      revise(
        id,
        "late-answer",
        Effect.fnUntraced(function* (stored): Effect.fn.Return<Partial<Revision>, StoreFailed> {
          if (stored === undefined || store.find(id)?.isLost) return {}
          const ended = close(stored, result, now())
          const isHeld = stored.state === "unknown" && !isContradicted(stored)
          return isHeld ? yield* unlessNotified(ended) : (endOver(stored, yield* withNotifications(ended), now()) ?? {})
        })
      )
    )

  /** An end with HiPay's notifications so far. */
  const withNotifications = (ended: Attempt) =>
    Effect.map(notificationsOf(ended.id), (notifications) => ({ ...ended, notifications }))

  const endLate: Endings["endLate"] = Effect.fnUntraced(function* (closed, result) {
    const ended = endedBy(closed, result, now())
    if (ended === undefined) return yield* noteSilence(closed)
    const written = Effect.gen(function* () {
      const checked = mayBeRepeated(ended) ? yield* withNotifications(ended) : ended
      const known = yield* Effect.orElseSucceed(store.get(closed.id), () => undefined)
      yield* writeOver(known ?? closed, checked)
    })
    yield* untilWritten(exclusively(closed.id, written))
  })

  /**
   * Records that no late answer came. No end is owed, but the write is retried all the same: until it succeeds, other processes
   * have to assume that an answer may still come.
   */
  const noteSilence = Effect.fnUntraced(function* ({ id, events }: Attempt) {
    // An owed end includes these events.
    const decide = (attempt: Attempt | undefined) =>
      Effect.succeed(attempt === undefined || store.find(id) !== undefined ? {} : { attempt: { ...attempt, events } })
    yield* untilWritten(revise(id, "note", decide))
  })

  const resolve: Endings["resolve"] = (id, { override = false, ...said }) =>
    Effect.map(
      revise(
        id,
        "person",
        Effect.fnUntraced(function* (attempt) {
          if (attempt?.state !== "unknown") return yield* new NotUnknown({ attempt })
          const at = now()
          const { outcome } = said
          const until = outcome === "approved" ? undefined : yield* answerableUntil(attempt)
          const isOpen = until !== undefined && until > at
          if (isOpen && !override)
            return yield* new AnswerPending({ attempt: id, outcome, ...defined({ seconds: secondsTo(until, at) }) })
          const resolution: Resolution = { ...said, at, ...(isOpen && { override: true }) }
          return { attempt: close(attempt, { _tag: "Resolved", resolution }, at) }
        })
      ),
      ({ attempt }) => attempt
    )

  const resolveDamaged: Endings["resolveDamaged"] = (id, { override = false, ...said }, login) => {
    const isGuess = said.outcome !== "approved"
    if (isGuess && !override)
      return Effect.fail(new AnswerPending({ attempt: id, outcome: said.outcome, isDamaged: true }))
    return exclusively(
      id,
      Effect.suspend(() => store.resolveDamaged(id, { ...said, at: now(), ...(isGuess && { override: true }) }, login))
    )
  }

  const prove: Endings["prove"] = (id, { outcome, finding }) =>
    Effect.map(
      revise(
        id,
        "terminal",
        Effect.fnUntraced(function* (attempt) {
          if (attempt?.state !== "unknown") return yield* new NotUnknown({ attempt })
          const asked = { ...attempt, findings: [...attempt.findings, finding] }
          return { attempt: close(asked, { _tag: "Outcome", outcome }, now()) }
        })
      ),
      ({ attempt }) => attempt
    )

  const notified: Endings["notified"] = (id, notifications, refusalsAfter) =>
    Effect.map(
      revise(
        id,
        "notification",
        Effect.fnUntraced(function* (attempt) {
          if (attempt === undefined) return { waitsUntil: undefined }
          if (attempt.state === "open") return { waitsUntil: Number.POSITIVE_INFINITY }
          const at = now()
          const until = Math.max((yield* answerableUntil(attempt)) ?? 0, at + refusalsAfter - ageOf(attempt))
          const mayGoOn = until > at
          const revision = applyNotifications(attempt, notifications, at, mayGoOn)
          const waits = mayGoOn && (revision?.attempt ?? attempt).state === "unknown"
          const waitsUntil = until === Infinity ? at + LOOK_AGAIN : until
          return { ...revision, waitsUntil: waits ? waitsUntil : undefined }
        })
      ),
      ({ waitsUntil }) => waitsUntil
    )

  return {
    end,
    endLate,
    resolve,
    resolveDamaged,
    prove,
    notified,
    leave
  }
}

/** Whether the end lets the order be sent again although HiPay may have notified a payment. */
const mayBeRepeated = (ended: Attempt): boolean => ended.terminal === "relayed" && !guardsOrder(ended)

/** An end whose caller was told that the outcome is unknown. */
const toldUnknown = (ended: Attempt): Attempt => ({
  ...ended,
  events: ended.events.map((event) => (event.kind === "answer" ? { ...event, as: "unknown" } : event))
})

/**
 * The unknown end that replaces an unpaid one while HiPay's notifications cannot be read. An attempt that was not started and
 * got no answer keeps its end: nothing was sent that HiPay could have notified.
 */
const unchecked = (ended: Attempt): Revision => {
  if (ended.state === "not-started" && ended.received === undefined) return { attempt: ended }
  const detail = `the answer says ${ended.state}, but HiPay's notifications of this order could not be read`
  const reason = new OutcomeUnknown({ kind: "Inconclusive", detail })
  return { attempt: toldUnknown(close(ended, { _tag: "Error", reason }, ended.endedAt ?? ended.openedAt)) }
}

/** An unknown attempt with its late answer; undefined if none came. */
const endedBy = (
  closed: Attempt,
  result: Result.Result<PaymentOutcome, OutcomeUnknown>,
  at: number
): Attempt | undefined => {
  if (Result.isSuccess(result)) return close(closed, { _tag: "Outcome", outcome: result.success }, at)
  const reason = result.failure
  const isNews = reason.evidence !== undefined || closed.received !== undefined
  return isNews ? close(closed, { _tag: "Error", reason }, at) : undefined
}

/** The seconds left; undefined if there is no known limit. */
export const secondsTo = (until: number, at: number): number | undefined =>
  until === Infinity ? undefined : Math.ceil((until - at) / 1000)

/** The spans of what ends an attempt from outside. */
const spans: Readonly<Partial<Record<UnknownEndedBy, string>>> = {
  person: "hipay_pos.resolution",
  notification: "hipay_pos.notification"
}

/** How often a waiting refusal is checked again if its limit is unknown, in milliseconds. */
const LOOK_AGAIN = 60_000

/** Only an attempt with an unknown outcome can be resolved. */
export class NotUnknown extends Schema.TaggedError<NotUnknown>()("NotUnknown", {
  /** The attempt as it is instead; undefined when there is none. */
  attempt: Schema.UndefinedOr(AttemptValue)
}) {}

/** The terminal may still answer, so only an approval can be recorded. */
export class AnswerPending extends Schema.TaggedError<AnswerPending>()("AnswerPending", {
  attempt: Schema.String,
  outcome: Schema.String,
  /** For how long at most; absent if unknown. */
  seconds: Schema.optionalKey(Schema.Int),
  /** The record is damaged, so it is not known whether the terminal may still answer. */
  isDamaged: Schema.optionalKey(Schema.Literal(true))
}) {}

/** Why an attempt was not resolved. */
export type ResolveError = NotUnknown | AnswerPending
