/** What is played of an examination whose till sends nothing, and of one that goes on from a file of results. */
import { assert, describe, it } from "vitest"
import type { Results, ScenarioRecord } from "../src/till/resultsFile.ts"
import { NoRequest } from "../src/till/runExam.ts"
import { drivenAs, examineBy, plain, type Till } from "./Till.ts"

/** A file of results, in memory. */
const resultsIn = (kept: Array<ScenarioRecord>): Results => ({
  path: "results.json",
  done: [...kept],
  keep: async (records) => void kept.splice(0, kept.length, ...records)
})

describe("an examination of a till that sends nothing to its server", () => {
  it("ends after the first payment, which the till may have sent to another server", async () => {
    const amounts: Array<string> = []
    const till: Till = async (_, { amount }) => {
      amounts.push(amount)
      return "approved"
    }
    const error = await examineBy(drivenAs(till), ["approved", "declined"]).catch((error) => error)
    assert.instanceOf(error, NoRequest)
    assert.lengthOf(amounts, 1)
  })

  it("goes on after a payment in a currency that a till need not know", async () => {
    const found = await examineBy(
      drivenAs(async () => "not-possible"),
      ["zero-decimals"]
    )
    assert.deepStrictEqual(
      found.map(({ verdict }) => verdict),
      ["not-examined"]
    )
  })
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

  it("plays again what another version of the examination played differently, or may have", async () => {
    for (const script of ["of another version", undefined]) {
      const kept: Array<ScenarioRecord> = []
      const seenWith = async (action: boolean) =>
        (await examineBy(drivenAs(plain, { action }), ["approved", "refund"], { results: resultsIn(kept) })).map(
          ({ verdict, fromFile }) => [verdict, fromFile]
        )
      await seenWith(false)
      kept.splice(0, kept.length, ...kept.map((record) => ({ ...record, script })))
      assert.deepStrictEqual(await seenWith(true), [
        ["passed", undefined],
        ["passed", undefined]
      ])
    }
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
