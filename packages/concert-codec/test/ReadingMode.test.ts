import { assert, describe, it } from "@effect/vitest"
import * as ReadingMode from "@hipay-pos/concert-codec/ReadingMode"

describe("ReadingMode", () => {
  it.each([
    ["0", "indifferent"],
    ["1", "contact"],
    ["2", "contactless"],
    ["3", "stripe"],
    ["4", "manual"],
    ["5", "5"],
    ["01", "01"]
  ])("%s is %s, both ways", (code, mode) => {
    assert.strictEqual(ReadingMode.fromCode(code), mode)
    assert.strictEqual(ReadingMode.toCode(mode), code)
  })

  it("does not confuse a value with a name that it equals", () => {
    assert.strictEqual(ReadingMode.fromCode("contact"), '"contact"')
  })
})
