import { assert, describe, it } from "vitest"
import { amount, asTyped, plainAmount } from "../../src/text/format.ts"
import { fromTyped, readAmount } from "../../src/text/typedAmount.ts"

describe("amounts", () => {
  it.each([
    ["25", "EUR", 2500],
    ["25,00", "EUR", 2500],
    [" 1 234.5 ", "EUR", 123450],
    ["0,01", "EUR", 1],
    ["8,114.59", "EUR", 811459],
    ["€8,114.59", "EUR", 811459],
    ["500", "JPY", 500],
    ["1,500", "JPY", 1500],
    ["1.234", "KWD", 1234]
  ])("are read as people type them: %s %s", (text, currency, minorUnits) => {
    assert.strictEqual(fromTyped(text, currency, "en"), minorUnits)
  })

  it.each([
    ["", "EUR"],
    ["0", "EUR"],
    ["-5", "EUR"],
    ["1e3", "EUR"],
    ["1.234", "EUR"],
    ["$5", "EUR"],
    ["5.5", "JPY"],
    ["5", "<b>"],
    ["1234567890123", "EUR"]
  ])("are not guessed: %s %s", (text, currency) => {
    assert.isUndefined(fromTyped(text, currency, "en"))
  })

  it("are read as the pages write them, in every language", () => {
    for (const language of ["en", "fr"] as const) {
      for (const currency of ["EUR", "JPY", "KWD"]) {
        for (const minorUnits of [5, 1_250, 811_459, 999_999_999_999]) {
          for (const write of [amount, plainAmount, asTyped]) {
            const text = write(minorUnits, currency, language)
            assert.strictEqual(readAmount(text, currency, language), minorUnits, text)
          }
        }
      }
    }
  })

  it("have either sign, or are zero, if a terminal reports a refund", () => {
    assert.strictEqual(readAmount("-12.00", "EUR", "en"), -1200)
    assert.strictEqual(readAmount("− 12,00", "EUR", "fr"), -1200)
    assert.strictEqual(readAmount("+12", "EUR", "en"), 1200)
    assert.strictEqual(readAmount("0,00", "EUR", "fr"), 0)
  })
})
