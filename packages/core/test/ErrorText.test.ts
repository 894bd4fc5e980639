import { assert, describe, it } from "@effect/vitest"
import * as ErrorText from "@hipay-pos/core/ErrorText"

describe("the text of what was thrown", () => {
  it("is an error's message, and its name where it has none", () => {
    assert.strictEqual(ErrorText.of(new TypeError("fetch failed")), "fetch failed")
    assert.strictEqual(ErrorText.of(new AggregateError([])), "AggregateError")
  })

  it("is any other value as text", () => {
    assert.deepStrictEqual(["stopped", undefined, 42].map(ErrorText.of), ["stopped", "undefined", "42"])
  })
})
