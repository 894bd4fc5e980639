import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as DayPicture from "../../src/sale/DayPicture.ts"
import type { Sale } from "../../src/sale/Sale.ts"
import { begun, take } from "./steps.ts"

const HOUR = 3_600_000

/** Sold for 8.45 EUR at an hour. */
const soldAt = (hour: number, ticket: number): Sale =>
  take({ ...begun, id: `T${ticket}`, ticket }, { _tag: "TakeCash", share: "all" }, hour * HOUR)

const pictureOf = (sales: ReadonlyArray<Sale>) =>
  Result.getOrThrow(
    DayPicture.make(
      sales,
      "EUR",
      () => true,
      (at) => Math.floor(at / HOUR) % 24
    )
  )

describe("a day's picture", () => {
  it("has every hour from the first sale to the last, even those without one", () => {
    const { hours } = pictureOf([soldAt(9, 1), soldAt(9, 2), soldAt(11, 3)])
    assert.deepStrictEqual(hours, [
      { hour: 9, count: 2, amount: 1690 },
      { hour: 10, count: 0, amount: 0 },
      { hour: 11, count: 1, amount: 845 }
    ])
  })

  it("follows the clock over midnight where the shop's day does", () => {
    const { hours, tickets } = pictureOf([soldAt(23, 7), soldAt(25, 8)])
    assert.deepStrictEqual(
      hours.map(({ hour }) => hour),
      [23, 0, 1]
    )
    assert.deepStrictEqual(tickets, { first: { ticket: 7, at: 23 * HOUR }, last: { ticket: 8, at: 25 * HOUR } })
  })

  it("has the first hour twice if the day does not begin on the hour", () => {
    const { hours } = pictureOf([soldAt(4.7, 1), soldAt(12, 2), soldAt(28.2, 3)])
    assert.lengthOf(hours, 25)
    assert.deepStrictEqual(
      hours.filter(({ count }) => count > 0).map(({ hour, count }) => [hour, count]),
      [
        [4, 1],
        [12, 1],
        [4, 1]
      ]
    )
    assert.lengthOf(pictureOf([soldAt(4.7, 1), soldAt(28.2, 2)]).hours, 25)
  })

  it("tells articles without a code apart by their names", () => {
    const free = (ticket: number, name: string): Sale => {
      const sale = soldAt(9, ticket)
      return { ...sale, lines: sale.lines.map((line) => ({ ...line, reference: "FREE-AMOUNT", name })) }
    }
    const { articles } = pictureOf([free(1, "Bouquet"), free(2, "Montant libre"), free(3, "Bouquet")])
    assert.deepStrictEqual(
      articles.map(({ name, amount }) => [name, amount]),
      [
        ["Bouquet", 1690],
        ["Montant libre", 845]
      ]
    )
  })

  it("deducts refunds in the hour in which they were given, and from the article", () => {
    const { discount: _discount, ...opened } = { ...begun, id: "R1", kind: "refund" as const, refundOf: begun.id }
    const back = take(
      { ...opened, ticket: 2, lines: begun.lines.slice(1) },
      { _tag: "TakeCash", share: "all" },
      9 * HOUR
    )
    const { hours, articles } = pictureOf([soldAt(9, 1), back])
    assert.deepStrictEqual(hours, [{ hour: 9, count: 2, amount: 472 }])
    assert.deepStrictEqual(
      articles.map(({ reference, quantity, amount }) => [reference, quantity, amount]),
      [["P1", 2, 472]]
    )
  })

  it("of a day without sales is empty", () => {
    assert.deepStrictEqual(pictureOf([begun]), { hours: [], articles: [] })
  })
})
