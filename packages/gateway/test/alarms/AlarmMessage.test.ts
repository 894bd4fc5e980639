/** What a webhook gets, as docs/operate.md shows it. */
import { readFileSync } from "node:fs"
import { attempt } from "@hipay-pos/server/testing"
import { assert, describe, it } from "vitest"
import { unknownFor } from "../../src/alarms/AlarmMessage.ts"

const page = readFileSync(new URL("../../../../docs/operate.md", import.meta.url), "utf8")

describe("the alarm that operate.md shows", () => {
  it("has the fields that a webhook gets", () => {
    const shown = JSON.parse(/```json\n(\{ "id"[\s\S]*?)```/.exec(page)?.[1] ?? "")
    const sent = unknownFor(attempt("mf1k2"), Date.parse("2026-11-29T18:03:22.123Z"))
    assert.deepStrictEqual(Object.keys(shown), Object.keys(sent))
    assert.strictEqual(shown.code, sent.code)
    assert.strictEqual(shown.id, sent.id)
    assert.match(shown.at, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  })
})

describe("how long a payment has been unknown", () => {
  it.each([
    [20_000, "20 s"],
    [119_000, "119 s"],
    [10 * 60_000, "10 min"],
    [3 * 3_600_000, "3 h"],
    [4 * 86_400_000, "4 days"]
  ])("is given in a suitable unit: %i ms is %s", (age, words) => {
    assert.include(unknownFor(attempt("a1", { openedAt: 0 }), age).message, `has been unknown for ${words}.`)
  })
})
