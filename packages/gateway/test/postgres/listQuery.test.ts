import { assert, describe, it } from "vitest"
import { stretchesOf } from "../../src/postgres/listQuery.ts"

/** A row as the database returns it: the numbers of one step. */
const step = (first: number, last: number) => ({ first: String(first), last: String(last) })

/** The number of an imported attempt, by the hour when it was opened. */
const imported = (hours: number) => 1_800_000_000_000_000 + hours * 3_600_000_000 - 8_000_000_000_000_000

describe("the numbers of a time range", () => {
  it("are one stretch if they are consecutive", () => {
    assert.deepStrictEqual(stretchesOf([step(3_000, 3_400), step(2_000, 2_999), step(1_700, 1_999)]), [
      { first: 1_700, below: 3_401 }
    ])
    assert.deepStrictEqual(stretchesOf([]), [])
  })

  it("are split where one is far from the others, on either side", () => {
    assert.deepStrictEqual(stretchesOf([step(90_500, 90_500), step(3_000, 3_400), step(2_000, 2_999), step(7, 7)]), [
      { first: 90_500, below: 90_501 },
      { first: 2_000, below: 3_401 },
      { first: 7, below: 8 }
    ])
  })

  it("are separate from imported ones, which are one stretch however sparse they are", () => {
    const hours = [9, 8, 7, 6, 5].map((hour) => step(imported(hour), imported(hour) + 1_000_000))
    assert.deepStrictEqual(stretchesOf([step(2_000, 2_600), ...hours]), [
      { first: 2_000, below: 2_601 },
      { first: imported(5), below: imported(9) + 1_000_001 }
    ])
  })

  it("are split only at a few gaps, the widest", () => {
    const nights = Array.from({ length: 400 }, (_, day) => 10_000 - 14 * day).map((hour) =>
      step(imported(hour), imported(hour))
    )
    assert.lengthOf(stretchesOf(nights), 1)
    const before = step(imported(100), imported(100))
    assert.deepStrictEqual(stretchesOf([...nights, before]), [
      { first: imported(10_000 - 14 * 399), below: imported(10_000) + 1 },
      { first: imported(100), below: imported(100) + 1 }
    ])
    const growing = Array.from({ length: 50 }, (_, i) => step(1_000_000 - 2_000 * i * i, 1_000_000 - 2_000 * i * i))
    assert.lengthOf(stretchesOf(growing), 11)
  })
})
