import { assert, describe, it } from "@effect/vitest"
import * as Currency from "@hipay-pos/core/Currency"
import * as CurrencyName from "@hipay-pos/core/CurrencyName"
import independent from "currency-codes"

/** Codes that were withdrawn, which current lists no longer hold. */
const historic = Currency.all.filter(({ successor }) => successor !== undefined)

describe("Currency", () => {
  it("knows the 162 codes of the contract, each once", () => {
    assert.strictEqual(Currency.codes.length, 162)
    assert.strictEqual(new Set(Currency.codes).size, 162)
    assert.strictEqual(new Set(Currency.all.map(({ numericCode }) => numericCode)).size, 162)
  })

  it("agrees with an independent list on number and exponent of every code that list has", () => {
    let compared = 0
    for (const { code, numericCode, exponent } of Currency.all) {
      const other = independent.code(code)
      if (other === undefined) continue
      compared++
      assert.deepStrictEqual([code, numericCode, exponent], [code, other.number, other.digits])
    }
    assert.isAtLeast(compared, 145)
  })

  it("names a successor for the 17 historic codes and for no other", () => {
    assert.deepStrictEqual(
      historic.map(({ code }) => code).sort(),
      "ANG BGN BYR CUC EEK FRF HRK LTL LVL MRO SKK SLL STD TMM VEF ZMK ZWL".split(" ")
    )
  })

  it("has nothing but code, number and exponent of a current one, and the successor of a historic one", () => {
    assert.deepStrictEqual(Currency.get("USD"), { code: "USD", numericCode: "840", exponent: 2 })
    assert.deepStrictEqual(Currency.get("BYR"), { code: "BYR", numericCode: "974", exponent: 0, successor: "BYN" })
    assert.notProperty(Currency.get("USD"), "successor")
  })

  it("has the exponents of ISO 4217: 17 currencies without digits, 7 with three, the rest with two", () => {
    const withExponent = (exponent: number) =>
      Currency.all
        .filter((currency) => currency.exponent === exponent)
        .map(({ code }) => code)
        .sort()
    assert.deepStrictEqual(
      withExponent(0),
      "BIF BYR CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(" ")
    )
    assert.deepStrictEqual(withExponent(3), "BHD IQD JOD KWD LYD OMR TND".split(" "))
    assert.strictEqual(withExponent(2).length, 138)
    assert.deepStrictEqual((["JPY", "EUR", "KWD"] as const).map(Currency.exponentOf), [0, 2, 3])
  })

  it("has an English name for each, as ISO 4217 has it", () => {
    assert.strictEqual(CurrencyName.nameOf("EUR"), "Euro")
    assert.strictEqual(CurrencyName.nameOf("TMM"), "Turkmenistan Manat")
    for (const code of Currency.codes) assert.match(CurrencyName.nameOf(code), /^\S.*\S$/)
  })

  it("finds a currency by code and by number, zeros kept", () => {
    assert.strictEqual(Currency.fromNumericCode("978")?.code, "EUR")
    assert.strictEqual(Currency.fromNumericCode("008")?.code, "ALL")
    assert.strictEqual(Currency.fromCode("JPY")?.numericCode, "392")
    for (const currency of Currency.all) {
      assert.isTrue(Currency.isCode(currency.code))
      assert.strictEqual(Currency.fromNumericCode(currency.numericCode), currency)
      assert.strictEqual(Currency.get(currency.code), currency)
    }
  })

  it("does not know lower case, unlisted codes, or words of JavaScript", () => {
    for (const code of ["eur", "BYN", "", "constructor", "__proto__"]) {
      assert.isUndefined(Currency.fromCode(code))
      assert.isFalse(Currency.isCode(code))
      assert.isUndefined(Currency.fromNumericCode(code))
    }
  })
})
