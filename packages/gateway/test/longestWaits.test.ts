/** What a gateway waits for its terminals, which a reload may change. */
import { assert, describe, it } from "@effect/vitest"
import { OutcomeUnknown } from "@hipay-pos/core/Terminal"
import { attempt } from "@hipay-pos/server/testing"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { answerableElsewhere } from "../src/node/answerableElsewhere.ts"
import { longestWaits } from "../src/node/longestWaits.ts"

describe("the longest waits of a gateway", () => {
  it("are at least those of the terminals that it has by now", () => {
    const terminals = [{ host: "till-1", answerTimeout: "60s", lateAnswer: "1m" }]
    const alone = longestWaits(terminals, {}, undefined)
    const relaying = longestWaits(terminals, {}, { lateAnswer: 120_000 })
    const before = [alone.answer(), alone.lateAnswer(), relaying.lateAnswer()]
    for (const waits of [alone, relaying]) {
      waits.take([{ host: "till-1", answerTimeout: "90s", lateAnswer: "10m" }])
    }
    assert.deepStrictEqual(before, [85_000, 60_000, 120_000])
    assert.deepStrictEqual([alone.answer(), alone.lateAnswer(), relaying.lateAnswer()], [115_000, 600_000, 600_000])
  })

  it("stay as long where the terminal is removed that waits longest: its payment may be under way", () => {
    const waits = longestWaits([{ host: "till-1", answerTimeout: "60s", lateAnswer: "1m" }], {}, undefined)
    waits.take([{ host: "till-2", answerTimeout: "90s", lateAnswer: "10m" }])
    waits.take([{ host: "till-1", answerTimeout: "60s", lateAnswer: "1m" }])
    assert.deepStrictEqual([waits.answer(), waits.lateAnswer()], [115_000, 600_000])
  })

  it.effect("say how long another gateway may still be told a late answer", () =>
    Effect.gen(function* () {
      const { lateAnswer, take } = longestWaits([{ host: "till-1", lateAnswer: "1m" }], {}, undefined)
      const answerableUntil = answerableElsewhere(() => Effect.succeed(true), lateAnswer)
      const error = new OutcomeUnknown({ kind: "SilentAfterSend", detail: "silence" })
      const lost = attempt("1", { state: "unknown", error, endedAt: 0 })
      yield* TestClock.adjust("2 minutes")
      const before = yield* answerableUntil(lost)
      take([{ host: "till-1", lateAnswer: "10m" }])
      assert.deepStrictEqual([before, yield* answerableUntil(lost)], [undefined, 600_000])
    })
  )
})
