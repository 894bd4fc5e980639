import { assert, describe, it } from "@effect/vitest"
import { none, PAUSE, press } from "../../src/web/Wedge.ts"

/** The result of keys typed at a given interval, in milliseconds. */
const typed = (keys: string, pace: number): string | undefined => {
  let run = none
  let scanned: string | undefined
  for (const [i, key] of [...keys].entries()) {
    const pressing = press(run, key === "⏎" ? "Enter" : key, i * pace)
    run = pressing.run
    scanned = pressing.scanned ?? scanned
  }
  return scanned
}

describe("a scanner that acts as a keyboard", () => {
  it("is heard by fast digits and Enter", () => {
    assert.strictEqual(typed("4006381333931⏎", 5), "4006381333931")
    assert.strictEqual(typed("20000035⏎", PAUSE), "20000035")
  })

  it("is not taken for a person who types", () => {
    assert.isUndefined(typed("4006381333931⏎", PAUSE + 1))
  })

  it("needs a whole code, of digits alone, and its Enter", () => {
    assert.isUndefined(typed("1234567⏎", 5))
    assert.isUndefined(typed("4006381333931", 5))
    assert.isUndefined(typed("40063x⏎", 5))
  })

  it("is heard again after what was no code", () => {
    assert.strictEqual(typed("12x4006381333931⏎", 5), "4006381333931")
  })
})
