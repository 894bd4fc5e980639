import { assert, describe, it } from "@effect/vitest"
import { Fault } from "@hipay-pos/terminal-simulator"
import * as Result from "effect/Result"

describe("Fault", () => {
  it("is named with or without a stage", () => {
    assert.strictEqual(Fault.toText(Result.getOrThrow(Fault.fromText("reset"))), "reset@after-request")
    assert.strictEqual(Fault.toText(Result.getOrThrow(Fault.fromText("reset@after-approval"))), "reset@after-approval")
  })

  it("of a name has the first stage at which it can apply, until it is cleared", () => {
    for (const name of Fault.names) assert.deepStrictEqual(Fault.of(name), Result.getOrThrow(Fault.fromText(name)))
    // @ts-expect-error: a name that does not exist is seen by the compiler.
    assert.throws(() => Fault.of("explode"), /unknown fault "explode"; known: /)
  })

  it("refuses a name or a stage that makes no sense, and says what does", () => {
    const unknown = Result.getOrThrow(Result.flip(Fault.fromText("explode")))
    assert.include(unknown.message, "answer-lost")
    const misplaced = Result.getOrThrow(Result.flip(Fault.fromText("refuse@mid-answer")))
    assert.strictEqual(misplaced.message, 'unknown fault "refuse@mid-answer"; known: refuse@before-accept')
    assert.isTrue(Result.isFailure(Fault.fromText("reset@lunch")))
    assert.isTrue(Result.isFailure(Fault.fromText("")))
  })

  it("has at least one stage for every name, each of them written as text and read back", () => {
    for (const name of Fault.names) {
      for (const stage of Fault.catalogue[name].stages) {
        const fault = Result.getOrThrow(Fault.make(name, { stage }))
        assert.deepStrictEqual(Result.getOrThrow(Fault.fromText(Fault.toText(fault))), fault)
      }
    }
  })
})
