import { assert, describe, it } from "@effect/vitest"
import * as Basket from "@hipay-pos/core/Basket"
import * as Money from "@hipay-pos/core/Money"
import * as TaxBreakdown from "@hipay-pos/core/TaxBreakdown"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const eur = (minorUnits: number): Money.Money => Result.getOrThrow(Money.make(minorUnits, "EUR"))

const line = (gross: number, taxRate: number) =>
  Result.getOrThrow(Basket.item("good", { reference: "A", name: "A", unitPrice: eur(gross), taxRate }))

/** Rate, net, tax, gross. */
const rows = (basket: Basket.Basket, rounding?: Money.Rounding) =>
  Result.getOrThrow(TaxBreakdown.make(basket, "EUR", rounding)).rows.map(({ rate, net, tax, gross }) =>
    [rate, net.minorUnits, tax.minorUnits, gross.minorUnits].map(Number)
  )

describe("a tax breakdown", () => {
  it("takes the tax out of prices that include it, the lowest rate first", () => {
    assert.deepStrictEqual(rows([line(1200, 20), line(1055, 5.5), line(300, 0)]), [
      [0, 300, 0, 300],
      [5.5, 1000, 55, 1055],
      [20, 1000, 200, 1200]
    ])
  })

  it("rounds once a rate, not line by line", () => {
    // Line by line, 0.10 at 20 % would be 0.08 net each, and 0.32 together.
    assert.deepStrictEqual(rows([line(10, 20), line(10, 20), line(10, 20), line(10, 20)]), [[20, 33, 7, 40]])
  })

  it("rounds as it is told", () => {
    const basket = [line(1, 100)]
    assert.deepStrictEqual(rows(basket), [[100, 1, 0, 1]])
    assert.deepStrictEqual(rows(basket, "half-even"), [[100, 0, 1, 1]])
    assert.deepStrictEqual(rows(basket, "down"), [[100, 0, 1, 1]])
    assert.deepStrictEqual(rows([line(1, 200)], "up"), [[200, 1, 0, 1]])
  })

  it("takes discounts and returned goods off their rate", () => {
    assert.deepStrictEqual(rows([line(1200, 20), line(-600, 20)]), [[20, 500, 100, 600]])
    assert.deepStrictEqual(rows([line(-600, 20)]), [[20, -500, -100, -600]])
  })

  it("of nothing is nothing", () => {
    assert.deepStrictEqual(
      TaxBreakdown.make([], "EUR"),
      Result.succeed({ rows: [], net: eur(0), tax: eur(0), gross: eur(0) })
    )
  })

  it("refuses a rate below zero or none, and another currency", () => {
    for (const rate of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      const refused = Result.flip(TaxBreakdown.make([line(100, rate)], "EUR"))
      assert.strictEqual(Result.getOrThrow(refused).message, `expected a tax rate from zero, in percent, got ${rate}`)
    }
    const mixed = Result.getOrThrow(Result.flip(TaxBreakdown.make([line(100, 20)], "USD")))
    assert.strictEqual(mixed.message, "expected USD, got EUR")
  })

  it.prop(
    "adds up in every row and in its totals",
    [
      Schema.Array(
        Schema.Struct({
          gross: Schema.Int.check(Schema.isBetween({ minimum: -1_000_000, maximum: 1_000_000 })),
          tenths: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 300 }))
        })
      )
    ],
    ([lines]) => {
      const basket = lines.map(({ gross, tenths }) => line(gross, tenths / 10))
      const { rows, net, tax, gross } = Result.getOrThrow(TaxBreakdown.make(basket, "EUR"))
      const sum = (part: "net" | "tax" | "gross") => rows.reduce((all, row) => all + row[part].minorUnits, 0)
      for (const row of rows) assert.strictEqual(row.net.minorUnits + row.tax.minorUnits, row.gross.minorUnits)
      assert.deepStrictEqual(
        [sum("net"), sum("tax"), sum("gross")],
        [net, tax, gross].map(({ minorUnits }) => Number(minorUnits))
      )
      assert.deepStrictEqual(Result.succeed(gross), Basket.total(basket, "EUR"))
      assert.strictEqual(net.minorUnits + tax.minorUnits, gross.minorUnits)
    }
  )
})
