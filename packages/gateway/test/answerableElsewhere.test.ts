import { assert, describe, it } from "@effect/vitest"
import { NotStarted, OutcomeUnknown } from "@hipay-pos/core/Terminal"
import type { Attempt } from "@hipay-pos/server"
import { attempt } from "@hipay-pos/server/testing"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { answerableElsewhere } from "../src/node/answerableElsewhere.ts"

const unknown = (kind: OutcomeUnknown["kind"]) => new OutcomeUnknown({ kind, detail: "no clear answer" })

/** Until when an unknown attempt is answered by another gateway, as its record stands. */
const until = (record: Partial<Attempt.Attempt>, isElsewhere = true) =>
  answerableElsewhere(() => Effect.succeed(isElsewhere))(attempt("1", { state: "unknown", endedAt: 10, ...record }))

const answered = { at: 10, kind: "answer", as: "unknown" } as const
const late = { at: 20, kind: "late-response" } as const

describe("an unknown attempt of another gateway on the same store", () => {
  it.effect("may be answered until nobody knows when, where that gateway has not said how it ended", () =>
    Effect.gen(function* () {
      const error = unknown("SilentAfterSend")
      assert.strictEqual(yield* until({ error, events: [] }), Infinity)
      assert.isUndefined(yield* until({ error, events: [] }, false))
    })
  )

  it.effect.each(["SilentAfterSend", "AcknowledgedOnly"] as const)(
    "may be answered while that gateway listens for a late answer: %s",
    (kind) =>
      Effect.gen(function* () {
        const listening = { ...answered, listensUntil: 600_010 }
        const record = { error: unknown(kind), events: [listening] }
        assert.strictEqual(yield* until(record), 600_010)
        assert.isUndefined(yield* until(record, false))
        assert.isUndefined(yield* until({ ...record, events: [listening, late] }))
      })
  )

  it.effect("may be answered late, whatever the time of day says here", () =>
    Effect.gen(function* () {
      const listening = { ...answered, listensUntil: 600_010 }
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(yield* until({ error: unknown("SilentAfterSend"), events: [listening] }), Infinity)
    })
  )

  it.effect("may be answered after silence, where an older version has not said until when it listens", () =>
    Effect.gen(function* () {
      const record = { error: unknown("SilentAfterSend"), events: [answered] }
      assert.strictEqual(yield* until(record), Infinity)
      assert.isUndefined(yield* until({ ...record, events: [answered, late] }))
    })
  )

  it.effect.each(["AcknowledgedOnly", "CutLine", "Contradictory"] as const)(
    "is not answered any more once its line is closed: %s",
    (kind) =>
      Effect.gen(function* () {
        assert.isUndefined(yield* until({ error: unknown(kind), events: [answered] }))
      })
  )

  it.effect("is not looked for where the outcome is known", () =>
    Effect.gen(function* () {
      const error = new NotStarted({ kind: "QueueFull", detail: "busy" })
      assert.isUndefined(yield* until({ state: "not-started", error, events: [] }))
    })
  )
})
