import { assert, describe, it } from "@effect/vitest"
import type { CurrencyCode } from "@hipay-pos/core/Currency"
import * as Currency from "@hipay-pos/core/Currency"
import * as Money from "@hipay-pos/core/Money"
import * as TypedAmount from "@hipay-pos/core/TypedAmount"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/** Minor units, or the problem. */
const read = (text: string, currency: CurrencyCode, options?: TypedAmount.TypedAmountOptions): number | string =>
  Result.match(TypedAmount.parse(text, currency, options), {
    onSuccess: (money) => money.minorUnits as number,
    onFailure: ({ problem }) => problem
  })

describe("an amount as a cashier types it", () => {
  it.each([
    ["12", 1200],
    ["12,5", 1250],
    ["12.5", 1250],
    ["12,50", 1250],
    [",50", 50],
    [".5", 50],
    ["0,05", 5],
    ["1 234,50", 123_450],
    ["1\u00a0234,50", 123_450],
    ["1\u202f234,50", 123_450],
    ["1'234.50", 123_450],
    ["1’234.50", 123_450],
    ["1.234,50", 123_450],
    ["1,234.50", 123_450],
    ["1.234.567", 123_456_700],
    ["1,234,567.8", 123_456_780],
    ["1 234 567", 123_456_700],
    ["1234.500", 123_450],
    ["12.50 €", 1250],
    ["€12.50", 1250],
    ["12,50€", 1250],
    ["EUR 12", 1200],
    ["12 eur", 1200],
    ["  12,50  ", 1250],
    ["+12", 1200],
    ["-12,50", -1250],
    ["−12,50", -1250],
    ["-€5", -500],
    ["€ -5", -500],
    ["0", 0],
    ["9999999999,99", 999_999_999_999]
  ])("%j is %i cents", (text, minorUnits) => {
    assert.strictEqual(read(text, "EUR"), minorUnits)
  })

  it.each([
    ["", "empty"],
    ["   ", "empty"],
    ["twelve", "not-an-amount"],
    ["12 50 x y", "not-an-amount"],
    ["12,", "not-an-amount"],
    [".", "not-an-amount"],
    ["1,2,3.4.5", "not-an-amount"],
    ["--5", "not-an-amount"],
    ["-€-5", "not-an-amount"],
    ["€5€", "not-an-amount"],
    ["1e3", "not-an-amount"],
    ["١٢", "not-an-amount"],
    ["1".repeat(41), "not-an-amount"],
    ["1.234", "ambiguous"],
    ["12,345", "ambiguous"],
    ["123.456 €", "ambiguous"],
    ["12 34,50", "wrong-grouping"],
    ["1.23.456", "wrong-grouping"],
    ["1 234.567,50", "wrong-grouping"],
    ["1234 567", "wrong-grouping"],
    ["0.125", "too-many-decimals"],
    ["1234,567", "too-many-decimals"],
    ["12 $", "other-currency"],
    ["12 $CA", "other-currency"],
    ["USD 12", "other-currency"],
    ["12 constructor", "other-currency"],
    ["10000000000,00", "out-of-range"]
  ])("%j is refused as %s", (text, problem) => {
    assert.strictEqual(read(text, "EUR"), problem)
  })

  it("is not ambiguous to a till that gives its decimal mark", () => {
    assert.strictEqual(read("1.234", "EUR", { decimalMark: "," }), 123_400)
    assert.strictEqual(read("1.234", "KWD", { decimalMark: "." }), 1234)
    assert.strictEqual(read("1,234", "KWD", { decimalMark: "." }), 1_234_000)
    assert.strictEqual(read("12.50", "EUR", { decimalMark: "," }), "wrong-grouping")
    assert.strictEqual(read("1.234", "EUR", { decimalMark: "." }), "too-many-decimals")
  })

  it.each([
    ["0.500", "EUR", ","],
    ["0,500", "EUR", "."],
    ["0.500", "TND", ","],
    ["012.500", "EUR", ","],
    ["0 500", "EUR", undefined],
    ["0.500.000", "EUR", undefined],
    ["0,50,000", "INR", "."]
  ] as const)(
    "%j of %s is refused where %j is the decimal mark: no group of thousands begins with a zero",
    (text, currency, mark) => {
      assert.strictEqual(read(text, currency, mark && { decimalMark: mark }), "wrong-grouping")
    }
  )

  it("has as many decimals as its currency", () => {
    assert.strictEqual(read("1250", "JPY"), 1250)
    assert.strictEqual(read("1,250 ¥", "JPY"), 1250)
    assert.strictEqual(read("12,5", "JPY"), "too-many-decimals")
    assert.strictEqual(read("0.007", "KWD"), 7)
    assert.strictEqual(read("1.234", "KWD"), "ambiguous")
    assert.strictEqual(read("1234.567", "KWD"), 1_234_567)
  })

  it("may have its own currency's sign, and no other", () => {
    assert.strictEqual(read("$12", "CAD"), 1200)
    assert.strictEqual(read("Fr. 12.50", "CHF"), 1250)
    assert.strictEqual(read("12,50 zł", "PLN"), 1250)
    assert.strictEqual(read("12 €", "CHF"), "other-currency")
  })

  it("may carry the sign as Intl writes it, with the letters of its country", () => {
    for (const [locale, currency] of [
      ["fr-FR", "USD"],
      ["fr-FR", "GBP"],
      ["en-GB", "USD"],
      ["en-GB", "JPY"],
      ["en-US", "CAD"],
      ["en-US", "AUD"],
      ["pt-BR", "BRL"],
      ["da-DK", "DKK"],
      ["sv-SE", "SEK"],
      ["is-IS", "ISK"],
      ["bg-BG", "BGN"],
      ["fr-TN", "TND"],
      ["ja-JP", "JPY"],
      ["zh-CN", "CNY"],
      ["he-IL", "ILS"],
      ["en-IN", "INR"]
    ] as const) {
      const decimalMark = /^(?:en|ja|zh|he)/.test(locale) ? "." : ","
      for (const minorUnits of [1, 1250, 123_456, -123_456, 1_234_567_890]) {
        const shown = Money.format(Result.getOrThrow(Money.make(minorUnits, currency)), locale)
        assert.strictEqual(read(shown, currency, { decimalMark }), minorUnits, shown)
      }
    }
    assert.strictEqual(read("12 $US", "CAD"), "other-currency")
  })

  it.each([
    ["fr-FR", ","],
    ["en-US", "."],
    ["de-DE", ","],
    ["es-ES", ","],
    ["it-IT", ","],
    ["pt-PT", ","]
  ] as const)("may be of any currency as Intl writes it in %s", (locale, decimalMark) => {
    for (const currency of Currency.codes) {
      for (const minorUnits of [1, 123_456, -123_456, 1_234_567_890]) {
        const shown = Money.format(Result.getOrThrow(Money.make(minorUnits, currency)), locale)
        assert.strictEqual(read(shown, currency, { decimalMark }), minorUnits, shown)
      }
    }
  })

  it.each([
    ["1 500 F CFA", "XOF", 1500],
    ["1500 FCFA", "XAF", 1500],
    ["1500 cfa", "XOF", 1500],
    ["F\u202fCFA 1500", "XOF", 1500],
    ["1 500 F", "XPF", 1500],
    ["1500F", "XPF", 1500],
    ["1500 FCFP", "XPF", 1500],
    ["1500 F CFP", "XPF", 1500],
    ["1500 F CFP", "XOF", "other-currency"],
    ["1500 F CFA", "XPF", "other-currency"],
    ["1500 F", "EUR", "other-currency"],
    ["1500 F CFAX", "XOF", "not-an-amount"],
    ["12,50 kr.", "DKK", 1250],
    ["1.250 kr.", "ISK", 1250],
    ["￥1,250", "JPY", 1250],
    ["₹1,23,45,678.90", "INR", 1_234_567_890],
    ["1,23,456", "INR", 12_345_600],
    ["12,34,567", "INR", 123_456_700],
    ["1,234,567", "INR", 123_456_700],
    ["1,23,45,678.90", "EUR", "wrong-grouping"],
    ["123,45,678", "INR", "wrong-grouping"],
    ["1,2,345", "INR", "wrong-grouping"],
    ["1,23,45", "INR", "wrong-grouping"],
    ["12,50..", "EUR", "not-an-amount"],
    ["12,50 kr..", "DKK", "not-an-amount"]
  ] as const)("%j in %s is %j", (text, currency, result) => {
    assert.strictEqual(read(text, currency), result)
  })

  it("is refused without being repeated: it might be a card number", () => {
    const refused = Result.flip(TypedAmount.parse("4970101234567890", "EUR"))
    assert.isTrue(Result.isSuccess(refused))
    if (Result.isSuccess(refused)) {
      assert.notInclude(JSON.stringify(refused.success) + refused.success.message, "497010")
      assert.strictEqual(refused.success.message, "an amount has twelve digits at most, decimals among them (EUR)")
    }
  })

  it.effect.prop("comes back from what a till shows, in French, English and Swiss", [Money.Money], ([money]) =>
    Effect.sync(() => {
      for (const [locale, decimalMark] of [
        ["fr-FR", ","],
        ["en-IE", "."],
        ["de-CH", "."]
      ] as const) {
        const amount = Money.format(money, locale).replace(/[^\d.,'’\s−-]/gu, "")
        assert.strictEqual(read(amount, money.currency, { decimalMark }), money.minorUnits)
      }
    })
  )

  it.effect.prop("never throws", [Schema.String], ([text]) =>
    Effect.sync(() => {
      for (const options of [{}, { decimalMark: "," }, { decimalMark: "." }] as const) {
        assert.isDefined(read(text, "EUR", options))
      }
    })
  )
})
