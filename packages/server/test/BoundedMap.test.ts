import { assert, describe, it } from "vitest"
import { BoundedMap } from "../src/BoundedMap.ts"

const make = (bounds: { readonly entries: number; readonly bytes: number }) =>
  new BoundedMap<string>({ ...bounds, sizeOf: ({ length }) => length })

describe("a bounded map", () => {
  it("keeps a number of entries, and evicts the oldest beyond an eighth more", () => {
    const kept = make({ entries: 8, bytes: 1_000 })
    for (let key = 1; key <= 9; key++) kept.set(String(key), "x")
    assert.strictEqual(kept.size, 9)
    kept.set("10", "x")
    assert.deepStrictEqual([...kept.keys()], ["3", "4", "5", "6", "7", "8", "9", "10"])
  })

  it("counts only entries if no number of bytes is given", () => {
    const kept = new BoundedMap<string>({ entries: 8 })
    for (let key = 1; key <= 10; key++) kept.set(String(key), "x".repeat(1_000))
    assert.deepStrictEqual([...kept.keys()], ["3", "4", "5", "6", "7", "8", "9", "10"])
  })

  it("keeps fewer entries if they are large, and always the newest", () => {
    const kept = make({ entries: 100, bytes: 100 })
    for (let key = 1; key <= 10; key++) kept.set(String(key), "x".repeat(30))
    assert.deepStrictEqual([...kept.keys()], ["8", "9", "10"])
    kept.set("huge", "x".repeat(1_000))
    assert.deepStrictEqual([...kept.keys()], ["huge"])
  })

  it("counts an entry once, however often it is replaced, and no longer once it is deleted", () => {
    const kept = make({ entries: 100, bytes: 100 })
    kept.set("small", "x")
    for (let times = 0; times < 100; times++) kept.set("one", "x".repeat(90))
    for (let times = 0; times < 100; times++) {
      kept.set("two", "x".repeat(9))
      assert.isTrue(kept.delete("two"))
    }
    assert.isFalse(kept.delete("two"))
    assert.deepStrictEqual([...kept.keys()], ["small", "one"])
  })
})
