import { assert, describe, it } from "vitest"
import { splitOrderId } from "../../src/attempts/splitOrderId.ts"

describe("an order id in a narrow place", () => {
  it("stays in one piece when it is short", () => {
    assert.deepStrictEqual(splitOrderId("SALE-3415"), { begin: "SALE-3415", end: "" })
  })

  it("keeps its end when it is long", () => {
    assert.deepStrictEqual(splitOrderId("T01M850YPDC1T5KA5X7MZ4WQ-2"), { begin: "T01M850YPDC1T5KA5X7M", end: "Z4WQ-2" })
  })

  it("does not cut through a character", () => {
    const { begin, end } = splitOrderId(`${"🛒".repeat(20)}`)
    assert.strictEqual(begin + end, "🛒".repeat(20))
    assert.isTrue(end.isWellFormed() && begin.isWellFormed())
  })
})
