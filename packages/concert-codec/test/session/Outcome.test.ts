import { assert, describe, it } from "@effect/vitest"
import * as Response from "@hipay-pos/concert-codec/Response"
import { defined } from "@hipay-pos/core/Defined"
import * as Result from "effect/Result"
import type { Answer } from "../../src/session/Answer.ts"
import * as Outcome from "../../src/session/Outcome.ts"
import { approved, payment } from "./payment.ts"

/** An answer that says done for this many minor units, or does not say for how many. */
const answer = (amount: number | undefined): Answer => {
  const decoded = Result.getOrThrow(Response.decode(approved))
  const { amount: _, ...response } = decoded.response
  return { ...decoded, response: { ...response, ...defined({ amount }) }, frame: approved, elapsed: 0 }
}

describe("the outcome of an answer", () => {
  it("is a defect if its amount is missing or cannot be computed, never the whole amount", () => {
    assert.strictEqual(Outcome.fromAnswer(answer(1000), payment)._tag, "ApprovedInPart")
    for (const amount of [1000.5, 1300.5, undefined]) assert.throws(() => Outcome.fromAnswer(answer(amount), payment))
  })
})
