import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { shown } from "../src/internal/AmountRules.ts"

/** What is shown of a number that was written as this text. */
const check = (text: string): void => {
  const words = shown(Number(text))
  const [begin = "", ...rest] = words.split("…")
  if (rest.length > 0) assert.isTrue(text.startsWith(begin), `${words} of ${text}`)
  else if (/^[-\d]/.test(words)) assert.strictEqual(words, String(Number(text)))
  assert.notMatch(begin, /\d{7}/.test(text) && rest.length > 0 ? /\d{7}/ : /^$/)
}

describe("a refused number", () => {
  it.prop("begins as it was written, where it is a double", [Schema.Finite], ([value]) => check(JSON.stringify(value)))

  it.prop("begins as it was written, where it has many digits", [Schema.BigInt], ([value]) =>
    check(String(value * 999_999_999_999_999_989n))
  )

  it.each([
    [1798.9999999999998, "1798.99…"],
    [13063.999999999998, "13063.9…"],
    [0.1 + 0.2, "0.30000…"],
    [819.9999999999999, "819.999…"],
    [1e12, "100000…"],
    [4970101122334422, "497010…"],
    [1e20, "a number of more than 15 digits"],
    [12.345, "12.345"]
  ])("is cut and never rounded: %s", (value, words) => {
    assert.strictEqual(shown(value), words)
  })
})
