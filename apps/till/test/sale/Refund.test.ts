import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Bill from "../../src/sale/Bill.ts"
import * as Refund from "../../src/sale/Refund.ts"
import type { Line, Sale } from "../../src/sale/Sale.ts"
import { begun, Steps, walk } from "./steps.ts"

/** What the steps make, as a sale that was completed. */
const completed = (sale: Sale): Sale => ({ ...sale, tenders: [], end: { outcome: "completed", at: 1 } })

const refundOf = (sale: Sale, lines: ReadonlyArray<Line>): Sale => ({
  id: "R1",
  ticket: 2,
  kind: "refund",
  refundOf: sale.id,
  currency: sale.currency,
  lines,
  tenders: [],
  openedAt: 2,
  end: { outcome: "completed", at: 3 },
  revision: 1
})

const totalOf = (sale: Sale): number => Result.getOrThrow(Bill.make(sale)).total.minorUnits

describe("a refund", () => {
  it.prop("piece by piece gives back what was paid, to the minor unit, and then nothing more", [Steps], ([steps]) => {
    const sale = completed(walk(steps).at(-1) ?? begun)
    const refunds: Array<Sale> = []
    for (const line of sale.lines) {
      for (let piece = 0; piece < line.quantity; piece++) {
        const left = Result.getOrThrow(Refund.refundable(sale, refunds))
        const lines = Result.getOrThrow(Refund.linesOf(sale, left, [{ line: line.number, quantity: 1 }]))
        refunds.push(refundOf(sale, lines))
      }
    }
    assert.strictEqual(
      refunds.reduce((sum, refund) => sum + totalOf(refund), 0),
      totalOf(sale)
    )
    const left = Result.getOrThrow(Refund.refundable(sale, refunds))
    assert.lengthOf(left, sale.lines.length)
    assert.isTrue(left.every(({ quantity, amount }) => quantity === 0 && amount === 0))
    for (const { number } of sale.lines) {
      assert.isTrue(Result.isFailure(Refund.linesOf(sale, left, [{ line: number, quantity: 1 }])))
    }
  })

  it.prop("of everything costs what the sale cost, with the same tax", [Steps], ([steps]) => {
    const sale = completed(walk(steps).at(-1) ?? begun)
    if (sale.lines.length === 0) return
    const left = Result.getOrThrow(Refund.refundable(sale, []))
    const all = sale.lines.map(({ number, quantity }) => ({ line: number, quantity }))
    const refund = refundOf(sale, Result.getOrThrow(Refund.linesOf(sale, left, all)))
    const [sold, back] = [Result.getOrThrow(Bill.make(sale)), Result.getOrThrow(Bill.make(refund))]
    assert.deepStrictEqual(back.total, sold.total)
    assert.deepStrictEqual(back.tax, sold.tax)
  })

  it("is refused for a sale that has not ended", () => {
    const left = Result.getOrThrow(Refund.refundable(begun, []))
    assert.isTrue(Result.isFailure(Refund.linesOf(begun, left, [{ line: 1, quantity: 1 }])))
  })
})
