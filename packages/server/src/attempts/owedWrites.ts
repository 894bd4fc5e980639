/**
 * Writes ends that must not be lost. An end that cannot be written is owed: an alarm is emitted, and the write is retried
 * until it succeeds or a stopping server gives up. An end that another process wrote meanwhile is overwritten only if it
 * says less.
 */
import { monotonicMillis } from "@hipay-pos/core/MonotonicTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Alarm from "./Alarm.ts"
import type { Attempt } from "./Attempt.ts"
import type { AttemptListener } from "./AttemptListener.ts"
import type { StoreFailed } from "./AttemptStore.ts"
import { endOver } from "./endOver.ts"
import type { makeExclusively } from "./makeExclusively.ts"
import type { Owed, OwedEnds } from "./OwedEnds.ts"
import { withAlarm } from "./Revision.ts"

/** What the writes work with. */
export interface Dependencies {
  readonly store: OwedEnds
  readonly now: () => number
  readonly listener: AttemptListener
  /** How long a stopping server retries unwritten ends, in milliseconds; {@link LEAVING} by default. */
  readonly leaving: number | undefined
  /** Runs an effect in its own fiber; closing waits for it. */
  readonly run: (effect: Effect.Effect<unknown>) => void
  readonly exclusively: ReturnType<typeof makeExclusively>
  /** Announces that a late answer changed an attempt. */
  readonly announce: (before: Attempt, after: Attempt, by: "late-answer") => void
}

/** The first and the longest wait between retries, in milliseconds. */
const FIRST_WAIT = 100
export const LONGEST_WAIT = 1_000

/** Makes the writes of one server. */
export const makeOwedWrites = ({
  store,
  now,
  listener,
  leaving = LEAVING,
  run,
  exclusively,
  announce
}: Dependencies) => {
  /** When the server began to stop. Monotonic: setting the clock back must not delay the stop. */
  let leftAt = Number.POSITIVE_INFINITY
  const monotonicNow = Effect.clockWith((clock) => Effect.sync(() => monotonicMillis(clock)))
  /** Whether the server stops and has tried long enough since `from`: a payment may end long after the stop began. */
  const isGivingUp = (from: number) => Effect.map(monotonicNow, (at) => at >= Math.max(leftAt, from) + leaving)

  /** Writes an end over an attempt as it was seen, or owes it. Returns the stored attempt if that is another one. */
  const write = (seen: Attempt, next: Attempt): Effect.Effect<Attempt | undefined> =>
    Effect.match(store.change(seen, next), {
      onSuccess: (written) => {
        if (written._tag === "Written") store.clear(next.id)
        else if (written.attempt === undefined) loseWrite(seen, next)
        else return written.attempt
        return undefined
      },
      onFailure: ({ detail }) => {
        oweWrite(seen, next, detail)
        return undefined
      }
    })

  const oweWrite = (seen: Attempt, attempt: Attempt, reason: string) => {
    const at = now()
    const known = store.find(attempt.id)
    const alarm = Alarm.endNotWritten(attempt, reason, at)
    store.owe({ attempt: withAlarm(attempt, alarm), seen: known?.seen ?? seen, reason, since: known?.since ?? at })
    store.keepChanged()
    if (known !== undefined && !known.isLost) return
    listener.onAlarm?.(attempt, alarm)
    run(retryWrite(attempt.id))
  }

  /** The store no longer has the attempt: its end stays owed, and the write is not retried. */
  const loseWrite = (seen: Attempt, attempt: Attempt) => {
    const at = now()
    const known = store.find(attempt.id)
    const owed = { attempt, seen: known?.seen ?? seen, reason: Alarm.GONE, since: known?.since ?? at, isLost: true }
    store.owe(owed)
    const alarm = Alarm.attemptGone(attempt, at, store.keep())
    store.owe({ ...owed, attempt: withAlarm(attempt, alarm) })
    listener.onAlarm?.(attempt, alarm)
  }

  /** Retries until the end is written or a stopping server gives up; then it stays owed. */
  const retryWrite = Effect.fnUntraced(function* (id: string) {
    const from = yield* monotonicNow
    for (let wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
      yield* Effect.sleep(Duration.millis(wait))
      const isOver = yield* exclusively(id, writeOwed(id))
      if (isOver) return
      const owed = store.find(id)
      if (owed?.isLost) return
      store.keepChanged()
      if (owed === undefined || !(yield* isGivingUp(from))) continue
      const where = store.keep() ? "spool" : yield* writeMoved(owed)
      listener.onAlarm?.(owed.attempt, Alarm.endLost(owed.attempt, owed.reason, now(), where))
      return
    }
  })

  /** If the store's file was moved, writes an owed end there. Says where the end then is; undefined if the file was not moved. */
  const writeMoved = Effect.fnUntraced(function* ({ attempt, seen, reason, since }: Owed) {
    if (store.changeMoved === undefined || store.problem?.() === undefined) return undefined
    const late = Alarm.endWrittenLate(attempt, reason, since, now())
    const written = yield* Effect.result(store.changeMoved(seen, withAlarm(attempt, late)))
    return Result.isSuccess(written) && written.success._tag === "Written" ? "moved" : "displaced"
  })

  /** Tries a write until it succeeds, fails for its attempt alone, or a stopping server gives up. */
  const untilWritten = Effect.fnUntraced(function* (act: Effect.Effect<unknown, StoreFailed>) {
    const from = yield* monotonicNow
    for (let wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
      const acted = yield* Effect.result(act)
      if (Result.isSuccess(acted) || acted.failure.isOfOneAttempt || (yield* isGivingUp(from))) return
      yield* Effect.sleep(Duration.millis(wait))
    }
  })

  /** Tries once to write an owed end; false if it is still owed. */
  const writeOwed = Effect.fnUntraced(function* (id: string) {
    const owed = store.find(id)
    if (owed === undefined) return true
    if (owed.isLost) return false
    const late = Alarm.endWrittenLate(owed.attempt, owed.reason, owed.since, now())
    const attempt = withAlarm(owed.attempt, late)
    const written = yield* Effect.result(store.change(owed.attempt, attempt))
    if (Result.isFailure(written)) return false
    if (written.success._tag === "Stands") {
      const stored = written.success.attempt
      if (stored === undefined) {
        loseWrite(owed.seen, owed.attempt)
        return false
      }
      yield* writeOver(stored, owed.attempt)
      // The stored end stays as it is.
      if (store.find(id) === owed) store.clear(id)
      return store.find(id) === undefined
    }
    store.clear(id)
    listener.onAlarm?.(attempt, late)
    listener.onChange?.(attempt)
    return true
  })

  /** Writes an end over one that another process wrote meanwhile, if that says less. */
  const writeOver = Effect.fnUntraced(function* (stored: Attempt, ended: Attempt) {
    let before = stored
    for (;;) {
      const over = endOver(before, ended, now())
      if (over === undefined) return
      const { attempt, alarm } = over
      const other = yield* write(before, attempt)
      if (other === undefined) {
        if (alarm !== undefined) listener.onAlarm?.(attempt, alarm)
        return announce(before, store.find(attempt.id)?.attempt ?? attempt, "late-answer")
      }
      before = other
    }
  })

  return {
    write,
    writeOver,
    writeOwed,
    untilWritten,
    /** The server stops: failing writes are retried for a while, then given up. */
    leave: Effect.map(monotonicNow, (at) => {
      leftAt = at
    })
  }
}

/** How long a stopping server retries each owed write, in milliseconds. */
export const LEAVING = 10_000
