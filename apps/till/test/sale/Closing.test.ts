import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Count } from "../../src/sale/Closing.ts"
import { countedOf, denominations, differenceOf } from "../../src/sale/drawer.ts"

describe("a drawer that is counted", () => {
  it("is worth its notes and coins, to the cent", () => {
    const counts = [
      { value: 5000, count: 2 },
      { value: 200, count: 7 },
      { value: 1, count: 3 }
    ]
    assert.strictEqual(Result.getOrThrow(countedOf(counts, "EUR")).minorUnits, 11_403)
    assert.strictEqual(Result.getOrThrow(countedOf([], "EUR")).minorUnits, 0)
  })

  it.prop("differs by what was counted less the float and the cash of the day", [Schema.Array(Count)], ([counts]) => {
    const counted = countedOf(counts, "EUR")
    if (Result.isFailure(counted)) return
    for (const cash of [0, 4070, -1250]) {
      const { expected, difference } = Result.getOrThrow(
        differenceOf({ float: 10_000, counted: counted.success, cash })
      )
      assert.strictEqual(expected, 10_000 + cash)
      assert.strictEqual(expected + difference, counted.success.minorUnits)
    }
  })

  it("has euros from 200.00 down to 0.01, and no notes of a currency that is not known", () => {
    assert.strictEqual(denominations("EUR").at(0), 20_000)
    assert.strictEqual(denominations("EUR").at(-1), 1)
    assert.deepStrictEqual(denominations("JPY"), [])
  })
})
