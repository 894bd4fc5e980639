import { assert, describe, it } from "@effect/vitest"
import * as Currency from "@hipay-pos/core/Currency"
import * as Money from "@hipay-pos/core/Money"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const eur = (minorUnits: number) => Result.getOrThrow(Money.make(minorUnits, "EUR"))

const failureOf = <A, E>(result: Result.Result<A, E>): E => {
  assert.isTrue(Result.isFailure(result))
  return (result as unknown as { readonly failure: E }).failure
}

/** Thousandths of a per cent, 0 to 100 %. */
const Thousandths = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 100_000 }))

const Ratios = Schema.NonEmptyArray(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1000 }))).check(
  Schema.makeFilter((ratios) => ratios.some((ratio) => ratio > 0))
)

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

    it("says what it expected", () => {
      assert.strictEqual(failureOf(Money.make(0.5, "EUR")).message, "expected whole minor units for EUR, got 0.5")
      const { currency, maximum } = failureOf(Money.make(1e12, "JPY")) as Money.AmountOutOfRange
      assert.deepStrictEqual([currency, maximum], ["JPY", Money.MAX_MINOR_UNITS])
    })

    it("has no minus zero", () => {
      assert.isTrue(Object.is(eur(-0).minorUnits, 0))
      assert.isTrue(Object.is(Money.negate(eur(0)).minorUnits, 0))
    })
  })

  describe("of a literal", () => {
    it("is the amount, and throws what fromDecimal fails with", () => {
      assert.deepStrictEqual(Money.of("12.50", "EUR"), eur(1250))
      assert.deepStrictEqual(Money.of(1250, "JPY").minorUnits, 1250)
      assert.throws(() => Money.of("12.505", "EUR"), Money.NotRepresentable, "at most 2 decimal digits")
      assert.throws(() => Money.of("1e12", "EUR"), Money.AmountOutOfRange)
    })

    it("throws on a currency that the API does not know, because its digits are unknown", () => {
      for (const unknown of ["XYZ", "eur", "constructor"] as ReadonlyArray<string>) {
        const currency = unknown as Currency.CurrencyCode
        assert.throws(() => Money.of("12.50", currency), TypeError, "unknown currency")
        assert.throws(() => Money.toText(Money.zero(currency)), TypeError, "unknown currency")
      }
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

    it.each([
      [8.999, "EUR", "expected at most 2 decimal digits for EUR, got 8.999"],
      [0.5, "JPY", "expected no decimal digits for JPY, got 0.5"],
      ["1,5", "KWD", "expected a decimal number such as 12.50 for KWD, got 1,5"],
      ["12 345 678", "EUR", "expected a decimal number such as 12.50 for EUR, got 12 345 678"],
      ["06 12 34 56 7", "EUR", "expected a decimal number such as 12.50 for EUR, got a text of 13 characters"],
      ["a@b.example", "EUR", "expected a decimal number such as 12.50 for EUR, got a text of 11 characters"],
      ["x".repeat(40), "EUR", `expected a decimal number such as 12.50 for EUR, got ${"x".repeat(40)}`],
      ["x".repeat(41), "EUR", "expected a decimal number such as 12.50 for EUR, got a text of 41 characters"],
      ["10000000000", "EUR", "expected at most 999999999999 minor units of EUR"]
    ] as const)("says of %s %s: %s", (decimal, currency, message) => {
      assert.strictEqual(failureOf(Money.fromDecimal(decimal, currency)).message, message)
    })

    it("takes zero however it is written", () => {
      for (const zero of ["0e-5", "-0.000", "000e9", "-0e-9", "0e9999", 0, -0]) {
        assert.deepStrictEqual(Money.fromDecimal(zero, "EUR"), Result.succeed(Money.zero("EUR")))
      }
    })

    it("does not repeat a card number that was pasted into the wrong field", () => {
      for (const text of ["4111111111111111", "4111 1111 1111 1111", `${"x".repeat(28)}411111111111 1111`]) {
        const result = Money.fromDecimal(`${text}?`, "EUR")
        assert.notMatch(JSON.stringify(failureOf(result)) + failureOf(result).message, /\d{4}/)
      }
      assert.include(failureOf(Money.fromDecimal(0.1 + 0.2, "EUR")).message, "0.30000000000000004")
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
      // @ts-expect-error nor can they be taken from them,
      assert.isTrue(Result.isFailure(Money.subtract(eur(1), usd)))
      // @ts-expect-error compared with them,
      assert.isTrue(Result.isFailure(Money.compare(eur(1), usd)))
      // @ts-expect-error or be in a sum of them
      assert.isTrue(Result.isFailure(Money.sum([usd], "EUR")))
      // @ts-expect-error a decimal is not a number of minor units
      const units: Money.MinorUnits = 12.5
      assert.strictEqual(units, 12.5)
    })

    it("sums none to zero, and refuses a sum beyond twelve digits", () => {
      assert.deepStrictEqual(Money.sum([], "EUR"), Result.succeed(Money.zero("EUR")))
      assert.deepStrictEqual(Money.sum([eur(1), eur(2), eur(-5)], "EUR"), Result.succeed(eur(-2)))
      const most = eur(Money.MAX_MINOR_UNITS)
      assert.strictEqual(failureOf(Money.sum([most, eur(1)], "EUR"))._tag, "AmountOutOfRange")
      const thereAndBack = [...Array(9008).fill(most), eur(1), ...Array(9008).fill(Money.negate(most))]
      assert.strictEqual(failureOf(Money.sum(thereAndBack, "EUR"))._tag, "AmountOutOfRange")
    })

    it("finds equal amounts equal", () => {
      assert.deepStrictEqual(Money.compare(eur(7), eur(7)), Result.succeed(0))
      assert.isTrue(Money.equals(eur(7), eur(7)))
    })

    it.effect.prop("orders as numbers do", [Money.SignedMinorUnits, Money.SignedMinorUnits], ([a, b]) =>
      Effect.sync(() => {
        assert.deepStrictEqual(Money.compare(eur(a), eur(b)), Result.succeed(Math.sign(a - b) as -1 | 0 | 1))
        assert.strictEqual(Money.equals(eur(a), eur(b)), a === b)
      })
    )
  })

  describe("percentages", () => {
    it.each([
      [1000, 20, "half-up", 200],
      [999, 5.5, "half-up", 55],
      [50, 1, "half-up", 1],
      [50, 1, "half-even", 0],
      [150, 1, "half-even", 2],
      [50, 1, "down", 0],
      [1, 1, "up", 1],
      [-50, 1, "half-up", -1],
      [-50, 1, "half-even", 0],
      [-150, 1, "half-even", -2],
      [-99, 1, "down", 0],
      [-1, 1, "up", -1],
      [51, 1, "half-even", 1],
      [49, 1, "half-even", 0],
      [49, 1, "half-up", 0],
      [1000, -10, "half-up", -100],
      [1000, 0, "up", 0],
      [100, 1e-7, "down", 0],
      [1, 1e2, "half-up", 1],
      [999_999_999_999, 100, "half-even", 999_999_999_999]
    ] as const)("%i cents × %d %% is, %s, %i", (minorUnits, percent, rounding, expected) => {
      const share = Result.getOrThrow(Money.percentage(eur(minorUnits), percent, rounding))
      assert.isTrue(Object.is(share.minorUnits, expected))
    })

    it("refuse what is not a number, and what leaves twelve digits", () => {
      for (const percent of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        assert.strictEqual(
          failureOf(Money.percentage(eur(1), percent, "down")).message,
          `expected a finite percentage for EUR, got ${percent}`
        )
      }
      assert.strictEqual(failureOf(Money.percentage(eur(1), 1e300, "down"))._tag, "AmountOutOfRange")
    })

    it.effect.prop(
      "lie between down and up, and are exact where these meet",
      [Money.SignedMinorUnits, Thousandths],
      ([a, thousandths]) =>
        Effect.sync(() => {
          const of = (rounding: Money.Rounding) =>
            Math.abs(Result.getOrThrow(Money.percentage(eur(a), thousandths / 1000, rounding)).minorUnits)
          for (const rounding of ["half-up", "half-even"] as const) {
            assert.isAtLeast(of(rounding), of("down"))
            assert.isAtMost(of(rounding), of("up"))
          }
          assert.isAtMost(of("up") - of("down"), 1)
        })
    )
  })

  describe("shares", () => {
    const shares = (minorUnits: number, ratios: ReadonlyArray<number>) =>
      Result.getOrThrow(Money.allocate(eur(minorUnits), ratios)).map((share) => share.minorUnits as number)

    it.each([
      [100, [1, 1, 1], [34, 33, 33]],
      [101, [1, 1, 1], [34, 34, 33]],
      [-100, [1, 1, 1], [-34, -33, -33]],
      [5, [1, 0, 1], [3, 0, 2]],
      [100, [70, 20, 10], [70, 20, 10]],
      [10, [1, 2, 4], [1, 3, 6]],
      [99, [0.5, 0.25, 0.25], [49, 25, 25]],
      [7, [5.5, 20], [2, 5]],
      [0, [1, 1], [0, 0]],
      [1, [1e-7, 1e21], [0, 1]]
    ] as const)("of %i cents in the ratios %j are %j", (minorUnits, ratios, expected) => {
      assert.deepStrictEqual(shares(minorUnits, ratios), [...expected])
    })

    it.effect.prop(
      "add up to the amount, and none is a minor unit off its exact part",
      [Money.SignedMinorUnits, Ratios],
      ([a, ratios]) =>
        Effect.sync(() => {
          const parts = shares(a, ratios)
          const total = ratios.reduce((x, y) => x + y, 0)
          assert.strictEqual(
            parts.reduce((x, y) => x + y, 0),
            a
          )
          parts.forEach((part, i) => {
            const scaled = BigInt(part) * BigInt(total) - BigInt(a) * BigInt(ratios[i] ?? 0)
            assert.isTrue(scaled < BigInt(total) && -scaled < BigInt(total))
            if (ratios[i] === 0) assert.isTrue(part === 0)
          })
        })
    )

    it.effect.prop(
      "of an amount owed are those of the amount, negated",
      [Money.SignedMinorUnits, Ratios],
      ([a, ratios]) =>
        Effect.sync(() => {
          assert.deepStrictEqual(
            shares(-a, ratios),
            shares(a, ratios).map((part) => 0 - part)
          )
        })
    )

    it("that are equal differ by one minor unit at most, the larger first", () => {
      const parts = Result.getOrThrow(Money.split(eur(1000), 3)).map((part) => part.minorUnits as number)
      assert.deepStrictEqual(parts, [334, 333, 333])
      assert.strictEqual(Result.getOrThrow(Money.split(eur(1), Money.MAX_SHARES)).length, Money.MAX_SHARES)
      assert.deepStrictEqual(Result.getOrThrow(Money.split(eur(-5), 1)), [eur(-5)])
    })

    it("need ratios that mean something, and a number of shares", () => {
      for (const ratios of [[], [0, 0], [1, -1], [Number.NaN], [1, Number.POSITIVE_INFINITY]]) {
        assert.strictEqual(
          failureOf(Money.allocate(eur(1), ratios)).message,
          `expected ratios from zero, one of them above it for EUR, got ${ratios.length} ratios`
        )
      }
      for (const count of [0, -1, 1.5, Number.NaN, Money.MAX_SHARES + 1]) {
        assert.strictEqual(
          failureOf(Money.split(eur(1), count)).message,
          `expected 1 to 10000 shares for EUR, got ${count}`
        )
      }
    })
  })

  describe("for display", () => {
    it("is written as the locale does, with the digits of ISO 4217", () => {
      const spaces = (text: string) => text.replace(/\s/g, " ")
      assert.strictEqual(spaces(Money.format(eur(123_450), "fr-FR")), "1 234,50 €")
      assert.strictEqual(Money.format(eur(123_450), "en-IE"), "€1,234.50")
      assert.strictEqual(spaces(Money.format(Result.getOrThrow(Money.make(7, "KWD")), "en-GB")), "KWD 0.007")
      // Intl alone writes forint without digits and would show a hundredth of a dinar as none.
      assert.include(Money.format(Result.getOrThrow(Money.make(1250, "HUF")), "en-GB"), "12.50")
      assert.include(Money.format(Result.getOrThrow(Money.make(1250, "JPY")), "en-GB"), "1,250")
      assert.strictEqual(Money.format(eur(-999_999_999_999), "en-IE"), "-€9,999,999,999.99")
    })

    it("falls back to code and digits if the locale is invalid", () => {
      assert.strictEqual(Money.format(eur(1250), "no such locale"), "12.50 EUR")
    })
  })

  it("does not repeat a card number that was taken for an amount", () => {
    for (const text of ["4970101234567890", "4970101234567890x"]) {
      assert.notInclude(failureOf(Money.fromDecimal(text, "EUR")).message, "497010")
    }
  })

  it("is written for people with code and digits", () => {
    assert.strictEqual(Money.toText(eur(-1250)), "-12.50 EUR")
    assert.strictEqual(Money.toText(Result.getOrThrow(Money.make(7, "KWD"))), "0.007 KWD")
    assert.strictEqual(Money.toText(Result.getOrThrow(Money.make(7, "JPY"))), "7 JPY")
  })

  it("is written so from minor units, too, whatever they are", () => {
    assert.strictEqual(Money.textOf(-1250, "EUR"), "-12.50 EUR")
    assert.strictEqual(Money.textOf(-0, "JPY"), "0 JPY")
    // A sum of many amounts may be more than one amount can be.
    assert.strictEqual(Money.textOf(1_000_000_000_000, "EUR"), "10000000000.00 EUR")
    assert.strictEqual(Money.textOf(12.5, "EUR"), "12.5 minor units of EUR")
    assert.strictEqual(Money.textOf(1250, "EURO"), "1250 minor units of EURO")
  })
})
