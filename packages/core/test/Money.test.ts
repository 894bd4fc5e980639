import { assert, describe, it } from "@effect/vitest"
import * as Currency from "@hipay-pos/core/Currency"
import * as Money from "@hipay-pos/core/Money"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"

const eur = (minorUnits: number) => Result.getOrThrow(Money.make(minorUnits, "EUR"))

const failureOf = <A, E>(result: Result.Result<A, E>): E => {
  assert.isTrue(Result.isFailure(result))
  return (result as unknown as { readonly failure: E }).failure
}

/** `a + b` where the sum stays within twelve digits. */
const fits = (...parts: ReadonlyArray<number>) => Math.abs(parts.reduce((a, b) => a + b, 0)) <= Money.MAX_MINOR_UNITS

describe("Money", () => {
  describe("from minor units", () => {
    it("accepts twelve digits and refuses thirteen, either sign", () => {
      assert.strictEqual(eur(999_999_999_999).minorUnits, 999_999_999_999)
      assert.strictEqual(eur(-999_999_999_999).minorUnits, -999_999_999_999)
      assert.strictEqual(failureOf(Money.make(1_000_000_000_000, "EUR"))._tag, "AmountOutOfRange")
      assert.strictEqual(failureOf(Money.make(-1_000_000_000_000, "EUR"))._tag, "AmountOutOfRange")
    })

    it("refuses what is not whole", () => {
      for (const value of [12.5, Number.NaN, Number.POSITIVE_INFINITY, 1e-9]) {
        assert.strictEqual(failureOf(Money.make(value, "EUR"))._tag, "NotRepresentable")
      }
    })

    it("has no minus zero", () => {
      assert.isTrue(Object.is(eur(-0).minorUnits, 0))
      assert.isTrue(Object.is(Money.negate(eur(0)).minorUnits, 0))
    })
  })

  describe("from decimals", () => {
    it.each([
      [8.99, "EUR", 899],
      ["8.99", "EUR", 899],
      [1e2, "EUR", 10_000],
      ["1e2", "EUR", 10_000],
      [1.1, "EUR", 110],
      [-5.5, "EUR", -550],
      [0, "EUR", 0],
      ["+0.50", "EUR", 50],
      [1250, "JPY", 1250],
      ["1250.000", "JPY", 1250],
      [1.234, "KWD", 1234],
      ["0.0070", "KWD", 7],
      [9_999_999_999.99, "EUR", 999_999_999_999],
      ["000000000000000000000000000012.50", "EUR", 1250]
    ] as const)("takes %s %s as %i minor units", (decimal, currency, minorUnits) => {
      const money = Result.getOrThrow(Money.fromDecimal(decimal, currency))
      assert.deepEqual(money, { currency, minorUnits: minorUnits as Money.SignedMinorUnits })
    })

    it.each([
      [0.1 + 0.2, "EUR"],
      [8.999, "EUR"],
      ["8.990000000000000000001", "EUR"],
      [0.5, "JPY"],
      [1.0005, "KWD"],
      [1e-7, "EUR"],
      [Number.NaN, "EUR"],
      ["12,50", "EUR"],
      ["", "EUR"],
      ["-", "EUR"],
      ["1.", "EUR"],
      ["0x10", "EUR"],
      ["1e99999", "EUR"]
    ] as const)("refuses %s %s, which minor units cannot say", (decimal, currency) => {
      assert.strictEqual(failureOf(Money.fromDecimal(decimal, currency))._tag, "NotRepresentable")
    })

    it("refuses thirteen digits of minor units", () => {
      for (const decimal of [10_000_000_000, "10000000000.00", 1e21, "1e400"]) {
        assert.strictEqual(failureOf(Money.fromDecimal(decimal, "EUR"))._tag, "AmountOutOfRange")
      }
    })

    it.effect.prop("comes back from its decimal number and its decimal text", [Money.Money], ([money]) =>
      Effect.sync(() => {
        for (const decimal of [Money.toDecimal(money), Money.toDecimalString(money)]) {
          const again = Result.getOrThrow(Money.fromDecimal(decimal, money.currency))
          assert.isTrue(again.minorUnits === money.minorUnits)
        }
      })
    )

    it.effect.prop("writes exactly the currency's digits", [Money.Money], ([money]) =>
      Effect.sync(() => {
        const [, fraction = ""] = Money.toDecimalString(money).split(".")
        assert.strictEqual(fraction.length, Currency.get(money.currency).exponent)
      })
    )

    it("survives JSON", () => {
      for (let minorUnits = 0; minorUnits < 10_000; minorUnits++) {
        const json = JSON.stringify(Money.toDecimal(eur(minorUnits)))
        assert.strictEqual(Result.getOrThrow(Money.fromDecimal(JSON.parse(json), "EUR")).minorUnits, minorUnits)
      }
    })
  })

  describe("arithmetic", () => {
    it.effect.prop("adds in any order", [Money.SignedMinorUnits, Money.SignedMinorUnits], ([a, b]) =>
      Effect.sync(() => {
        assert.deepStrictEqual(Money.add(eur(a), eur(b)), Money.add(eur(b), eur(a)))
      })
    )

    it.effect.prop("takes back what it added", [Money.SignedMinorUnits, Money.SignedMinorUnits], ([a, b]) =>
      Effect.sync(() => {
        const sum = Money.add(eur(a), eur(b))
        assert.strictEqual(Result.isSuccess(sum), fits(a, b))
        if (Result.isSuccess(sum)) {
          assert.deepStrictEqual(Money.subtract(sum.success, eur(b)), Result.succeed(eur(a)))
        }
      })
    )

    it.effect.prop("multiplies as it adds", [Money.SignedMinorUnits], ([a]) =>
      Effect.sync(() => {
        const twice = Money.multiply(eur(a), 2)
        assert.strictEqual(Result.isSuccess(twice), fits(a, a))
        if (Result.isSuccess(twice)) assert.strictEqual(twice.success.minorUnits as number, a + a)
      })
    )

    it("refuses half a count", () => {
      assert.strictEqual(failureOf(Money.multiply(eur(100), 1.5))._tag, "NotRepresentable")
    })

    it("refuses to mix currencies, and says which", () => {
      const usd: Money.Money = Result.getOrThrow(Money.make(1, "USD"))
      const euros: Money.Money = eur(1)
      const anyCurrency = "EUR" as Money.Money["currency"]
      for (const result of [Money.add(euros, usd), Money.subtract(euros, usd), Money.sum([usd], anyCurrency)]) {
        const failure = failureOf(result)
        assert.strictEqual(failure._tag, "CurrencyMismatch")
        assert.strictEqual(failure.message, "expected EUR, got USD")
      }
      assert.strictEqual(failureOf(Money.compare(euros, usd)).message, "expected EUR, got USD")
      assert.isFalse(Money.equals(euros, usd))
    })

    it("does not compile where the compiler sees two currencies", () => {
      const usd = Result.getOrThrow(Money.make(1, "USD"))
      // @ts-expect-error dollars are no euros
      const sum = Money.add(eur(1), usd)
      assert.isTrue(Result.isFailure(sum))
      // @ts-expect-error a decimal is no number of minor units
      const units: Money.MinorUnits = 12.5
      assert.strictEqual(units, 12.5)
    })

    it("sums none to zero, and refuses a sum beyond twelve digits", () => {
      assert.deepStrictEqual(Money.sum([], "EUR"), Result.succeed(Money.zero("EUR")))
      assert.deepStrictEqual(Money.sum([eur(1), eur(2), eur(-5)], "EUR"), Result.succeed(eur(-2)))
      const most = eur(Money.MAX_MINOR_UNITS)
      assert.strictEqual(failureOf(Money.sum([most, eur(1)], "EUR"))._tag, "AmountOutOfRange")
    })

    it.effect.prop("orders as numbers do", [Money.SignedMinorUnits, Money.SignedMinorUnits], ([a, b]) =>
      Effect.sync(() => {
        assert.deepStrictEqual(Money.compare(eur(a), eur(b)), Result.succeed(Math.sign(a - b) as -1 | 0 | 1))
        assert.strictEqual(Money.equals(eur(a), eur(b)), a === b)
      })
    )
  })

  it("is written for people with code and digits", () => {
    assert.strictEqual(Money.toText(eur(-1250)), "-12.50 EUR")
    assert.strictEqual(Money.toText(Result.getOrThrow(Money.make(7, "KWD"))), "0.007 KWD")
    assert.strictEqual(Money.toText(Result.getOrThrow(Money.make(7, "JPY"))), "7 JPY")
  })
})
