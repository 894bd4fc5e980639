import { assert, describe, it, vi } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { passesLuhn } from "../../src/internal/cardDigits.ts"
import { readDigits } from "../../src/internal/Digits.ts"
import { writtenIn } from "../../src/internal/findCardNumbers.ts"

const Text = Schema.String.check(Schema.isPattern(/^\d{1,40}$/))

describe("the digits of a text", () => {
  it.prop("have the check digit that their text has, from wherever to wherever", [Text], ([text]) => {
    const [digits] = readDigits(text, 1)
    assert(digits)
    for (let from = 0; from < text.length; from++)
      for (let to = from + 1; to <= text.length; to++)
        assert.strictEqual(digits.passLuhn(from, to), passesLuhn(text.slice(from, to)), `${from}–${to}`)
  })

  it.each(["4 ", "4:", "41", "4110 0000 "])(
    "of %j many times are copied only where the check digit is right, once for each digit",
    (part) => {
      const [digits] = readDigits(part.repeat(2_000), 1)
      assert(digits)
      const copies = vi.spyOn(digits, "text")
      writtenIn(digits)
      assert.isAtMost(copies.mock.calls.length, digits.length)
    }
  )
})
