import { assert, describe, it } from "vitest"
import { firstVisible, keptInPlace, nearEnd, topOf, windowOf } from "../../src/attempts/windowing.ts"

const viewport = (scrollTop: number) => ({ scrollTop, height: 700, rowHeight: 44 })

describe("the window of a list", () => {
  it("covers every row that can be seen, wherever the list is scrolled", () => {
    for (let scrollTop = 0; scrollTop < 10_000 * 44; scrollTop += 997) {
      const { from, to } = windowOf(10_000, viewport(scrollTop))
      assert.isAtMost(from, Math.floor(scrollTop / 44))
      assert.isAtLeast(to, Math.min(10_000, Math.ceil((scrollTop + 700) / 44)))
    }
  })

  it("stays small however long the list is", () => {
    for (const scrollTop of [0, 44 * 5_000, 44 * 9_999]) {
      const { from, to } = windowOf(10_000, viewport(scrollTop))
      assert.isAtMost(to - from, 36)
    }
  })

  it("is all of a short list, and nothing of an empty one", () => {
    assert.deepStrictEqual(windowOf(3, viewport(0)), { from: 0, to: 3 })
    assert.deepStrictEqual(windowOf(0, viewport(0)), { from: 0, to: 0 })
  })

  it("holds the last rows when the list shrank under the reader", () => {
    const { from, to } = windowOf(20, viewport(44 * 5_000))
    assert.deepStrictEqual({ from, to }, { from: 0, to: 20 })
  })
})

describe("a list with titles", () => {
  const titles = { before: [0, 3, 5_000], height: 32 }

  it("has every row below the titles before it, and finds the row at the top edge again", () => {
    assert.strictEqual(topOf(0, viewport(0), titles), 0)
    assert.strictEqual(topOf(3, viewport(0), titles), 3 * 44 + 32)
    assert.strictEqual(topOf(4, viewport(0), titles), 4 * 44 + 64)
    for (const row of [0, 2, 3, 4, 4_999, 5_000, 5_001, 9_999])
      assert.strictEqual(firstVisible(viewport(topOf(row, viewport(0), titles)), titles), row)
  })

  it("covers every row that can be seen", () => {
    for (let row = 0; row < 9_900; row += 131) {
      const { from, to } = windowOf(10_000, viewport(topOf(row, viewport(0), titles)), titles)
      assert.isAtMost(from, row)
      assert.isAtLeast(to, row + Math.ceil(700 / 44))
    }
  })
})

describe("a row that is read", () => {
  it("stays where it is when rows come or go above it", () => {
    assert.strictEqual(keptInPlace(10, 12, viewport(440)), 440 + 88)
    assert.strictEqual(keptInPlace(10, 9, viewport(440)), 440 - 44)
    assert.strictEqual(keptInPlace(10, 10, viewport(445)), 445)
  })

  it("is not held at the very top, where new rows are what one wants to see, nor when it is gone", () => {
    assert.strictEqual(keptInPlace(0, 3, viewport(0)), 0)
    assert.strictEqual(keptInPlace(10, -1, viewport(440)), 440)
  })
})

describe("the next page", () => {
  it("is wanted before the last row can be seen", () => {
    assert.isTrue(nearEnd(10, viewport(0)))
    assert.isFalse(nearEnd(200, viewport(0)))
    assert.isTrue(nearEnd(200, viewport(44 * 170)))
  })
})
