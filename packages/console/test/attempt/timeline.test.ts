import type { TimelineEntry } from "@hipay-pos/core/wire/TimelineEntry"
import { assert, describe, it } from "vitest"
import { fieldRows } from "../../src/attempt/fields.ts"
import { endOf, timelineRows, withEntry } from "../../src/attempt/timeline.ts"

const entry = (seconds: number, to: string): TimelineEntry => ({
  at: new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString(),
  kind: "connected",
  to
})

describe("a timeline", () => {
  it("says of every entry how long after the beginning and after the one before it came", () => {
    const rows = timelineRows([entry(0, "a"), entry(2, "b"), entry(5, "c")])
    assert.deepStrictEqual(
      rows.map(({ since, gap }) => [since, gap]),
      [
        [0, 0],
        [2000, 2000],
        [5000, 3000]
      ]
    )
  })

  it("is in order of time, and keeps the order of what happened at once", () => {
    const rows = timelineRows([entry(5, "c"), entry(0, "a"), entry(0, "b")])
    assert.deepStrictEqual(
      rows.map(({ entry }) => (entry.kind === "connected" ? entry.to : "")),
      ["a", "b", "c"]
    )
  })

  it("of nothing has no rows", () => {
    assert.deepStrictEqual(timelineRows([]), [])
  })

  it("marks what went wrong", () => {
    const at = entry(0, "").at
    const tones = timelineRows([
      { at, kind: "answer", status: 200 },
      { at, kind: "answer", status: 504 },
      { at, kind: "fault", fault: "reset", stage: "mid-answer" },
      { at, kind: "stage", stage: "refused", screen: [] }
    ]).map(({ tone }) => tone)
    assert.deepStrictEqual(tones, ["good", "bad", "bad", "bad"])
  })

  it("does not duplicate an entry that arrives twice", () => {
    const entries = [entry(0, "a")]
    assert.strictEqual(withEntry(entries, entry(0, "a")), entries)
    assert.strictEqual(withEntry(entries, entry(1, "a")).length, 2)
  })
})

describe("the fields of a message", () => {
  it("are rows, and nested fields follow their parent", () => {
    const inner = { offset: 5, tag: "CK", name: "", value: "100", warnings: [] }
    const ticket = { offset: 0, tag: "ZT", name: "", value: "CK003100", warnings: [], fields: [inner] }
    const last = { offset: 13, tag: "AE", name: "", value: "10", warnings: [] }
    assert.deepStrictEqual(fieldRows([ticket, last]), [
      { field: ticket, depth: 0 },
      { field: inner, depth: 1 },
      { field: last, depth: 0 }
    ])
  })
})

describe("the end of an attempt", () => {
  const at = (seconds: number) => entry(seconds, "").at
  const answer: TimelineEntry = { at: at(3), kind: "answer", status: 504, headers: {}, body: {} }
  const resolution = { at: at(90), outcome: "approved", by: "Zoé", evidence: "ticket", login: "shop" } as const
  const resolved = { endedAt: at(90), resolutions: [resolution] }
  const said: TimelineEntry = { ...resolution, kind: "resolution" }

  it("is what the server says, if no person resolved it", () => {
    assert.strictEqual(endOf({ endedAt: at(5), resolutions: [] }, [entry(0, "a"), answer]), at(5))
    assert.isUndefined(endOf({ resolutions: [] }, [entry(0, "a")]))
  })

  it("is the answer to the till, if a person resolved it later", () => {
    assert.strictEqual(endOf(resolved, [entry(0, "a"), answer, entry(60, "b"), said]), at(3))
  })

  it("is the last entry before the resolution, if the till was not answered", () => {
    assert.strictEqual(endOf(resolved, [entry(0, "a"), entry(2, "b"), said, entry(99, "c")]), at(2))
  })

  it("is unknown if it was resolved and its timeline was pruned", () => {
    assert.isUndefined(endOf(resolved, []))
  })
})
