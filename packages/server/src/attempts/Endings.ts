/**
 * How attempts end: by the terminal's answer, by a late answer, or by a manual resolution. Results of one attempt are
 * written one at a time, so that none overwrites another unseen; those of others meanwhile.
 *
 * A result that cannot be written is still the result: the caller gets it at once, an alarm is emitted, and the write is
 * retried until it succeeds. While the terminal may still answer, an attempt is resolved only with `override`.
 */
import type { Finding } from "@hipay-pos/core/Finding"
import type { PaymentOutcome } from "@hipay-pos/core/Payment"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as Tracer from "effect/Tracer"
import type { KeptNotification } from "../notifications/KeptNotification.ts"
import { record } from "../telemetry/OrderTrace.ts"
import * as Alarm from "./Alarm.ts"
import { type Attempt, AttemptValue, close, type PerformedResult, type Resolution } from "./Attempt.ts"
import type { AttemptListener, UnknownEndedBy } from "./AttemptListener.ts"
import { type ResolvedDamaged, StoreFailed } from "./AttemptStore.ts"
import { endOver, outcomeOver } from "./endOver.ts"
import { guardsOrder } from "./guards.ts"
import { makeExclusively } from "./makeExclusively.ts"
import { applyNotifications } from "./notified.ts"
import type { OwedEnds } from "./OwedEnds.ts"
import { type Revision, withAlarm } from "./Revision.ts"

/** What a person reports about an attempt whose outcome is unknown. */
export interface ManualResolution extends Omit<Resolution, "at" | "override"> {
  /** Resolves it although the terminal may still answer. */
  readonly override?: boolean
}

/** Gives what HiPay notified of an attempt. */
export type NotificationsOf = (id: string) => Effect.Effect<ReadonlyArray<KeptNotification>, StoreFailed>

/** What ends work with. */
export interface Dependencies {
  readonly store: OwedEnds
  readonly now: () => number
  readonly listener: AttemptListener
  readonly tracer?: Tracer.Tracer | undefined
  /** Until when an answer to an attempt may still come, in milliseconds since 1970; undefined when none can. */
  readonly answerableUntil: (attempt: Attempt) => Effect.Effect<number | undefined, StoreFailed>
  /** What HiPay notified of a relayed attempt by now; nothing by default. */
  readonly notificationsOf?: NotificationsOf | undefined
  /** How long ends are still tried once the server stops, in milliseconds; {@link LEAVING} by default. */
  readonly leaving?: number | undefined
  /** Runs in a fiber of its own; closing waits for it. */
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
  readonly settle: (attempt: Attempt, result: PerformedResult) => Effect.Effect<Attempt>
  /** Ends it by a late answer of the terminal, which overrides a manual resolution. */
  readonly endLate: (closed: Attempt, outcome: PaymentOutcome) => Effect.Effect<void>
  /** Resolves an attempt whose outcome is unknown. */
  readonly resolve: (id: string, manual: ManualResolution) => Effect.Effect<Attempt, ResolveError | StoreFailed>
  /**
   * Resolves one whose record cannot be read, of a login or of anybody. Undefined where there is none. Whether the terminal
   * may still answer is in the record: nothing but an approval is taken without `override`.
   */
  readonly resolveDamaged: (
    id: string,
    manual: ManualResolution,
    login: string | undefined
  ) => Effect.Effect<ResolvedDamaged | undefined, AnswerPending | StoreFailed>
  /** Ends an attempt whose outcome is unknown by what its terminal proves when it is asked. */
  readonly prove: (id: string, proof: Proof) => Effect.Effect<Attempt, NotUnknown | StoreFailed>
  /**
   * Ends an attempt by what HiPay's notifications prove of it, all that came; by a refusal only once it was opened so long ago,
   * in milliseconds, that its terminal has gone on to no other card. Gives until when a refusal has to wait, in milliseconds
   * since 1970; undefined when nothing is left to do.
   */
  readonly notified: (
    id: string,
    notifications: ReadonlyArray<KeptNotification>,
    refusalsAfter: number
  ) => Effect.Effect<number | undefined, StoreFailed>
  /** The server stops: writes that fail are retried for a while more, then given up. */
  readonly leave: () => void
}

export const make = ({
  store,
  now,
  listener,
  tracer,
  answerableUntil,
  notificationsOf = () => Effect.succeed([]),
  leaving = LEAVING,
  run
}: Dependencies): Endings => {
  const traced = (name: "hipay_pos.resolution" | "hipay_pos.notification", { id, state, traceparent }: Attempt) => {
    if (tracer !== undefined) record(tracer, name, traceparent, { "hipay_pos.attempt": id, "hipay_pos.state": state })
  }
  const changed = (before: Attempt, after: Attempt, by: UnknownEndedBy) => {
    if (before.state === "unknown" && after.state !== "unknown") listener.onUnknownEnded?.(after.state, by)
    listener.onChange?.(after)
  }
  const exclusively = makeExclusively()
  let leaveBy = Number.POSITIVE_INFINITY

  /** Writes an end over an attempt as it was seen, or owes it. Gives the attempt that stands there instead, if one does. */
  const write = (seen: Attempt, next: Attempt): Effect.Effect<Attempt | undefined> =>
    Effect.match(store.change(seen, next), {
      onSuccess: (written) => {
        if (written._tag === "Written") store.settle(next.id)
        else if (written.attempt === undefined) lose(seen, next)
        else return written.attempt
        return undefined
      },
      onFailure: ({ detail }) => {
        owe(seen, next, detail)
        return undefined
      }
    })

  const owe = (seen: Attempt, attempt: Attempt, reason: string) => {
    const at = now()
    const known = store.find(attempt.id)
    const alarm = Alarm.endNotWritten(attempt, reason, at)
    store.owe({ attempt: withAlarm(attempt, alarm), seen: known?.seen ?? seen, reason, since: known?.since ?? at })
    if (known !== undefined && !known.isLost) return
    listener.onAlarm?.(attempt, alarm)
    run(pay(attempt.id))
  }

  /** The store has no such attempt any more: its end stays owed, and is not tried again. */
  const lose = (seen: Attempt, attempt: Attempt) => {
    const at = now()
    const known = store.find(attempt.id)
    const alarm = Alarm.attemptGone(attempt, at)
    store.owe({
      ...{ attempt: withAlarm(attempt, alarm), seen: known?.seen ?? seen, since: known?.since ?? at },
      ...{ reason: Alarm.GONE, isLost: true }
    })
    listener.onAlarm?.(attempt, alarm)
  }

  /** Tries until it is written, or the server has waited long enough to stop: what is left then stays owed. */
  const pay = Effect.fnUntraced(function* (id: string) {
    for (let wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
      yield* Effect.sleep(Duration.millis(wait))
      const isOver = yield* exclusively(id, tryAgain(id))
      if (isOver) return
      const owed = store.find(id)
      if (owed?.isLost) return
      if (owed === undefined || now() < leaveBy) continue
      listener.onAlarm?.(owed.attempt, Alarm.endLost(owed.attempt, owed.reason, now()))
      return
    }
  })

  const tryAgain = Effect.fnUntraced(function* (id: string) {
    const owed = store.find(id)
    if (owed === undefined) return true
    if (owed.isLost) return false
    const late = Alarm.endWrittenLate(owed.attempt, owed.reason, Math.round((now() - owed.since) / 1000), now())
    const attempt = withAlarm(owed.attempt, late)
    const written = yield* Effect.result(store.change(owed.attempt, attempt))
    if (Result.isFailure(written)) return false
    if (written.success._tag === "Stands") {
      const stands = written.success.attempt
      if (stands === undefined) {
        lose(owed.seen, owed.attempt)
        return false
      }
      yield* writeOver(stands, owed.attempt)
      // What is stored stays as it is.
      if (store.find(id) === owed) store.settle(id)
      return store.find(id) === undefined
    }
    store.settle(id)
    listener.onAlarm?.(attempt, late)
    listener.onChange?.(attempt)
    return true
  })

  /**
   * An attempt has changed in the store meanwhile. An end that is owed is written first: until then, every read gives the owed
   * end, and no write over it can succeed. Fails if it cannot be written.
   */
  const lookAgain = Effect.fnUntraced(function* (id: string) {
    const isOver = yield* tryAgain(id)
    if (!isOver) yield* new StoreFailed({ detail: store.find(id)?.reason ?? "an end is still to be written" })
  })

  const settle: Endings["settle"] = Effect.fnUntraced(function* (attempt, result) {
    const { attempt: settled, alarm } = yield* unlessNotified(close(attempt, result, now()))
    const stands = yield* write(attempt, settled)
    if (stands !== undefined) yield* exclusively(settled.id, writeOver(stands, settled))
    else if (alarm !== undefined) listener.onAlarm?.(settled, alarm)
    return settled
  })

  /** An end, or what notifications that came before it make of one that says that nothing was paid: a repeat may follow at once. */
  const unlessNotified = Effect.fnUntraced(function* (settled: Attempt): Effect.fn.Return<Revision> {
    if (settled.terminal !== "relayed" || guardsOrder(settled)) return { attempt: settled }
    const notifications = yield* Effect.orElseSucceed(notificationsOf(settled.id), () => [])
    const revised = notifications.length === 0 ? undefined : applyNotifications(settled, notifications, now(), false)
    if (revised?.attempt.state !== "unknown") return { attempt: settled }
    // The caller is revised so, too.
    const events = settled.events.map((event) =>
      event.kind === "answer" ? { ...event, as: "unknown" as const } : event
    )
    return { ...revised, attempt: { ...revised.attempt, events } }
  })

  /** Writes how an attempt ended over what was written about it meanwhile, where it is known better. */
  const writeOver = Effect.fnUntraced(function* (stands: Attempt, settled: Attempt) {
    if (settled.outcome !== undefined) return yield* writeLate(stands, settled, settled.outcome)
    for (let known: Attempt | undefined = stands; known !== undefined; ) {
      const over = endOver(known, settled, now())
      if (over === undefined) return
      known = yield* write(known, over.attempt)
    }
  })

  /** What the terminal did can always be written, whatever stands there. */
  const writeLate = Effect.fnUntraced(function* (stands: Attempt, closed: Attempt, outcome: PaymentOutcome) {
    for (let known: Attempt | undefined = stands; known !== undefined; ) {
      const before: Attempt = known
      const { attempt, alarm } = outcomeOver(before, closed, outcome, now())
      known = yield* write(before, attempt)
      if (known !== undefined) continue
      if (alarm !== undefined) listener.onAlarm?.(attempt, alarm)
      changed(before, store.find(attempt.id)?.attempt ?? attempt, "late-answer")
    }
  })

  const endLate: Endings["endLate"] = (closed, outcome) =>
    exclusively(
      closed.id,
      Effect.gen(function* () {
        const known = yield* Effect.orElseSucceed(store.get(closed.id), () => undefined)
        yield* writeLate(known ?? closed, closed, outcome)
      })
    )

  const resolve: Endings["resolve"] = (id, manual) =>
    exclusively(
      id,
      Effect.gen(function* () {
        for (;;) {
          const attempt = yield* store.get(id)
          if (attempt?.state !== "unknown") return yield* new NotUnknown({ attempt })
          const at = now()
          const { override = false, ...said } = manual
          const until = said.outcome === "approved" ? undefined : yield* answerableUntil(attempt)
          const isOpen = until !== undefined && until > at
          if (isOpen && !override) {
            return yield* new AnswerPending({
              attempt: id,
              outcome: said.outcome,
              seconds: Math.ceil((until - at) / 1000)
            })
          }
          const resolution: Resolution = { ...said, at, ...(isOpen && { override: true }) }
          const resolved = close(attempt, { _tag: "Resolved", resolution }, at)
          const written = yield* store.change(attempt, resolved)
          if (written._tag === "Stands") {
            yield* lookAgain(id)
            continue
          }
          store.settle(id)
          traced("hipay_pos.resolution", resolved)
          changed(attempt, resolved, "person")
          return resolved
        }
      })
    )

  const resolveDamaged: Endings["resolveDamaged"] = (id, { override = false, ...said }, login) => {
    const isGuess = said.outcome !== "approved"
    if (isGuess && !override) return Effect.fail(new AnswerPending({ attempt: id, outcome: said.outcome }))
    return exclusively(
      id,
      Effect.suspend(() => store.resolveDamaged(id, { ...said, at: now(), ...(isGuess && { override: true }) }, login))
    )
  }

  const prove: Endings["prove"] = (id, { outcome, finding }) =>
    exclusively(
      id,
      Effect.gen(function* () {
        for (;;) {
          const attempt = yield* store.get(id)
          if (attempt?.state !== "unknown") return yield* new NotUnknown({ attempt })
          const told = { ...attempt, findings: [...attempt.findings, finding] }
          const proved = close(told, { _tag: "Outcome", outcome }, now())
          const written = yield* store.change(attempt, proved)
          if (written._tag === "Stands") {
            yield* lookAgain(id)
            continue
          }
          store.settle(id)
          changed(attempt, proved, "terminal")
          return proved
        }
      })
    )

  const notified: Endings["notified"] = (id, notifications, refusalsAfter) =>
    exclusively(
      id,
      Effect.gen(function* () {
        for (;;) {
          const attempt = yield* store.get(id)
          if (attempt === undefined) return undefined
          const at = now()
          const until = Math.max((yield* answerableUntil(attempt)) ?? 0, attempt.openedAt + refusalsAfter)
          const mayGoOn = until > at
          const told = applyNotifications(attempt, notifications, at, mayGoOn)
          const waits = mayGoOn && (told?.attempt ?? attempt).state === "unknown" ? until : undefined
          if (told === undefined) return waits
          const written = yield* store.change(attempt, told.attempt)
          if (written._tag === "Stands") {
            yield* lookAgain(id)
            continue
          }
          store.settle(id)
          if (told.alarm !== undefined) listener.onAlarm?.(told.attempt, told.alarm)
          traced("hipay_pos.notification", told.attempt)
          changed(attempt, told.attempt, "notification")
          return waits
        }
      })
    )

  return {
    settle,
    endLate,
    resolve,
    resolveDamaged,
    prove,
    notified,
    leave: () => {
      leaveBy = now() + leaving
    }
  }
}

/** How long after a failed write it is tried again, in milliseconds: at first, and at most. */
const FIRST_WAIT = 100
const LONGEST_WAIT = 1_000

/** How long a server that stops still tries to write what is owed, in milliseconds. */
export const LEAVING = 10_000

/** Only an attempt whose outcome is unknown can be resolved. */
export class NotUnknown extends Schema.TaggedError<NotUnknown>()("NotUnknown", {
  /** The attempt as it is instead; undefined when there is none. */
  attempt: Schema.UndefinedOr(AttemptValue)
}) {}

/** The terminal may still answer, so that nothing but its approval can be known. */
export class AnswerPending extends Schema.TaggedError<AnswerPending>()("AnswerPending", {
  attempt: Schema.String,
  outcome: Schema.String,
  /** For how long at most; absent where the attempt's record is damaged, and it is not known. */
  seconds: Schema.optionalKey(Schema.Int)
}) {}

/** Why an attempt was not resolved. */
export type ResolveError = NotUnknown | AnswerPending
