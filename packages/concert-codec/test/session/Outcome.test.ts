import { assert, describe, it } from "@effect/vitest"
import * as Response from "@hipay-pos/concert-codec/Response"
import * as Result from "effect/Result"
import type { Answer } from "../../src/session/Answer.ts"
import * as Outcome from "../../src/session/Outcome.ts"
import { approved, payment } from "./payment.ts"

/** An answer that says done for this many minor units. */
const answer = (amount: number): Answer => {
  const decoded = Result.getOrThrow(Response.decode(approved))
  return { ...decoded, response: { ...decoded.response, amount }, frame: approved, elapsed: 0 }
}

describe("the outcome of an answer", () => {
  it("is a defect if its amount cannot be computed, never the whole amount", () => {
    assert.strictEqual(Outcome.fromAnswer(answer(1000), payment)._tag, "ApprovedInPart")
    for (const amount of [1000.5, 1300.5]) assert.throws(() => Outcome.fromAnswer(answer(amount), payment))
  })
})
