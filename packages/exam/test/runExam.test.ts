/** What is played of an examination that goes on from a file of results. */
import { assert, describe, it } from "vitest"
import type { Results, ScenarioRecord } from "../src/till/resultsFile.ts"
import { drivenAs, examineBy, plain, type Till } from "./Till.ts"

/** A file of results, in memory. */
const resultsIn = (kept: Array<ScenarioRecord>): Results => ({
  path: "results.json",
  done: [...kept],
  keep: async (records) => void kept.splice(0, kept.length, ...records)
})

describe("an examination that resumes", () => {
  it("plays what the till's driver could not do before, and can now", async () => {
    const kept: Array<ScenarioRecord> = []
    const names = ["approved", "refund"]
    const seenWith = async (action: boolean) =>
      (await examineBy(drivenAs(plain, { action }), names, { results: resultsIn(kept) })).map(
        ({ verdict, missing, fromFile }) => [verdict, missing ?? fromFile]
      )
    assert.deepStrictEqual(await seenWith(false), [
      ["passed", undefined],
      ["not-examined", "action"]
    ])
    assert.deepStrictEqual(await seenWith(true), [
      ["passed", "results.json"],
      ["passed", undefined]
    ])
  })

  it("starts over if the rest turned out to be impossible", async () => {
    const kept: Array<ScenarioRecord> = []
    const till: Till = async (send, task) => (task.action === "pay" ? plain(send, task) : "not-possible")
    const seen = async () =>
      (await examineBy(drivenAs(till), ["approved", "refund"], { results: resultsIn(kept) })).map(
        ({ verdict, missing, fromFile }) => [verdict, missing ?? fromFile]
      )
    const expected = [
      ["passed", undefined],
      ["not-examined", "left-out"]
    ]
    assert.deepStrictEqual([await seen(), await seen()], [expected, expected])
  })
})
