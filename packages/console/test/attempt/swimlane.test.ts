import type { TimelineEntry } from "@hipay-pos/core/wire/TimelineEntry"
import { assert, describe, it } from "vitest"
import { swimlane } from "../../src/attempt/swimlane.ts"

const at = (seconds: number) => new Date(1_750_000_000_000 + seconds * 1000).toISOString()
const entry = (seconds: number, kind: string, more: object = {}) =>
  ({ at: at(seconds), kind, ...more }) as TimelineEntry
const stage = (seconds: number, name: string) => entry(seconds, "stage", { stage: name, screen: [] })

const asked = [entry(0, "request"), entry(1, "terminal-request"), stage(2, "authorising"), stage(3, "printing")]
const barsOf = (entries: ReadonlyArray<TimelineEntry>) =>
  swimlane(entries, 0).bars.map(({ lane, kind, stage = "", milliseconds }) => [lane, stage || kind, milliseconds])

describe("the lanes of a payment", () => {
  it("show a terminal that is done and whose answer does not come as silent, not as printing", () => {
    const bars = barsOf([...asked, stage(4, "idle"), entry(180, "answer", { status: 504 })])
    assert.deepInclude(bars, ["terminal", "printing", 1_000])
    assert.deepInclude(bars, ["terminal", "silent", 176_000])
  })

  it("show no silence where the answer came", () => {
    const bars = barsOf([
      ...asked,
      stage(4, "idle"),
      entry(5, "terminal-response"),
      entry(6, "answer", { status: 200 })
    ])
    assert.isFalse(bars.some(([, kind]) => kind === "silent"))
    assert.deepInclude(bars, ["api", "answer", 1_000])
  })

  it("show no silence where a whole answer came that does not fit, and one where it was cut off", () => {
    const contradictions = [{ kind: "amount", message: "the terminal said 12.00 EUR" }]
    const barsWith = (evidence: object) =>
      barsOf([
        ...asked,
        stage(4, "idle"),
        entry(5, "evidence", { evidence }),
        entry(5, "answer", { status: 504 })
      ]).filter(([lane]) => lane !== "till")
    const whole = barsWith({ contradictions })
    assert.isFalse(whole.some(([, kind]) => kind === "silent"))
    assert.deepInclude(whole, ["terminal", "printing", 1_000])
    const cut = barsWith({ contradictions, stopped: { offset: 4, problem: "cut" } })
    assert.deepInclude(cut, ["terminal", "silent", 1_000])
    assert.deepInclude(barsWith({ contradictions: [] }), ["terminal", "silent", 1_000])
  })
})
