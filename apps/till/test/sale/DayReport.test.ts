import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Bill from "../../src/sale/Bill.ts"
import * as DayReport from "../../src/sale/DayReport.ts"
import { type CardTender, stageOf } from "../../src/sale/Sale.ts"
import { begun, Steps, take, walk } from "./steps.ts"

const Days = Schema.Array(Steps)

const report = (days: typeof Days.Type) => {
  const sales = days.map((steps) => walk(steps).at(-1)).filter((sale) => sale !== undefined)
  return { sales, day: Result.getOrThrow(DayReport.make(sales, "EUR", () => true)) }
}

const sum = (amounts: ReadonlyArray<number>) => amounts.reduce((sum, amount) => sum + amount, 0)

describe("a day's totals", () => {
  it.prop("the tax table adds up to the takings", [Days], ([days]) => {
    const { day } = report(days)
    assert.strictEqual(sum(day.taxes.map(({ gross }) => gross)), day.net)
    for (const { net, tax, gross } of day.taxes) assert.strictEqual(net + tax, gross)
  })

  it.prop("the means of payment add up to what was collected", [Days], ([days]) => {
    const { sales, day } = report(days)
    const collected = sales.map((sale) => Result.getOrThrow(Bill.make(sale)).collected.minorUnits)
    assert.strictEqual(sum(day.means.map(({ net }) => net)), sum(collected))
  })

  it.prop("a payment whose outcome is unknown is shown apart, in no total", [Days], ([days]) => {
    const { sales, day } = report(days)
    assert.strictEqual(day.unknown.count, sales.filter((sale) => stageOf(sale) === "unknown").length)
  })

  it("deducts refunds from the takings, the tax and the money received", () => {
    const sold = take(begun, { _tag: "TakeCash", share: "all" }, 1)
    const { discount: _discount, ...opened } = { ...begun, id: "R1", kind: "refund" as const, refundOf: begun.id }
    const back = take({ ...opened, lines: begun.lines.slice(1) }, { _tag: "TakeCash", share: "all" }, 2)
    const day = Result.getOrThrow(DayReport.make([sold, back], "EUR", () => true))
    assert.deepStrictEqual(day.sales, { count: 1, amount: 845 })
    assert.deepStrictEqual(day.refunds, { count: 1, amount: 373 })
    assert.strictEqual(day.net, 472)
    assert.deepStrictEqual(day.means, [
      { name: "cash", means: "cash", in: { count: 1, amount: 845 }, out: { count: 1, amount: 373 }, net: 472 }
    ])
    assert.deepStrictEqual(
      day.taxes.map(({ rate, gross }) => [rate, gross]),
      [
        [5.5, 472],
        [10, 0]
      ]
    )
  })

  it("shows apart what cards were charged beyond what was asked for, such as tips", () => {
    const sold = take(begun, { _tag: "TakeCash", share: "all" }, 1)
    const card = {
      means: "card",
      number: 2,
      direction: "in",
      amount: 845,
      orderId: "S1-2",
      terminal: "bar",
      startedAt: 1,
      endedAt: 2,
      state: "approved",
      paid: 845,
      extra: 155
    } as const
    const day = Result.getOrThrow(DayReport.make([{ ...sold, tenders: [card] }], "EUR", () => true))
    assert.deepStrictEqual(day.extra, { count: 1, amount: 155 })
    assert.deepInclude(day.means[0], { name: "bar", net: 845 })
  })

  it("a refund whose outcome is unknown is not added to the payments whose outcome is", () => {
    const lost = (direction: "in" | "out", amount: number): CardTender => ({
      means: "card",
      number: 1,
      direction,
      amount,
      orderId: "S1-1",
      terminal: "bar",
      startedAt: 1,
      state: "unknown",
      paid: 0
    })
    const sale = { ...begun, tenders: [lost("in", 845)] }
    const refund = { ...begun, kind: "refund" as const, tenders: [lost("out", 300)] }
    const day = Result.getOrThrow(DayReport.make([sale, refund], "EUR", () => true))
    assert.deepStrictEqual(day.unknown, { count: 1, amount: 845 })
    assert.deepStrictEqual(day.unknownRefunds, { count: 1, amount: 300 })
  })

  it("another day has none of it", () => {
    const sold = take(begun, { _tag: "TakeCash", share: "all" }, 1)
    const day = Result.getOrThrow(DayReport.make([sold], "EUR", () => false))
    assert.deepStrictEqual([day.net, day.means, day.taxes], [0, [], []])
  })
})
