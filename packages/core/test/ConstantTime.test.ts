import { assert, describe, it } from "@effect/vitest"
import { isEqual } from "@hipay-pos/core/ConstantTime"
import * as Schema from "effect/Schema"
import { afterEach, vi } from "vitest"

describe("a comparison in constant time", () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  it.prop("says whether two texts are equal", [Schema.String, Schema.String], ([a, b]) => {
    assert.isTrue(isEqual(a, a))
    assert.strictEqual(isEqual(a, b), a === b)
  })

  it.each([
    ["", "a"],
    ["a", ""],
    ["a", "a\0"],
    ["a\0", "a"],
    ["secret", "secre"],
    ["secret", "secrets"]
  ])("tells %j from %j, of which one begins the other", (secret, given) => assert.isFalse(isEqual(secret, given)))

  it("reads as much of each text, whatever the secret is", () => {
    const read = vi.spyOn(String.prototype, "charCodeAt")
    const reads = (secret: string) => {
      read.mockClear()
      isEqual(secret, "given")
      return read.mock.calls.length
    }
    const counts = ["given", "Given", "giveN", "", "a longer secret"].map(reads)
    assert.deepStrictEqual(counts, [10, 10, 10, 10, 10])
  })
})
