/**
 * Tests the examination itself: three tills that are wrong on purpose fail exactly the scenarios for their mistakes, and a
 * correct till passes. They are plain Node programs without our client.
 */
import { fileURLToPath } from "node:url"
import { commandDriver, runExam, scenarios } from "@hipay-pos/exam"
import { assert, describe, it } from "vitest"
import { LOGIN, startExamServer } from "./startExamServer.ts"

const SILENCE = 10_000
const played = [
  "approved",
  "declined",
  "red-key",
  "approved-in-part",
  "not-started",
  "duplicate-order",
  "exact-amount",
  "lost-after-approval",
  "unknown-504",
  "late-approval",
  "cut-before-body",
  "cut-in-body",
  "rest-lost",
  "another-json",
  "another-order",
  "failure-unproved",
  "two-tills"
]

/** The scenarios that a till fails, with the codes of the findings. */
const failures = async (till: string) => {
  const server = await startExamServer(SILENCE)
  try {
    const path = fileURLToPath(new URL(`../exam-tills/${till}.mjs`, import.meta.url))
    const command = `"${process.execPath}" "${path}" {amount} {orderId}`
    const { results, passed } = await runExam({
      server,
      examinee: { _tag: "Driven", driver: commandDriver(command, { url: server.url, ...LOGIN }, 180_000) },
      scenarios: scenarios.filter(({ name }) => played.includes(name)),
      silence: SILENCE
    })
    const failed = results.filter(({ verdict }) => verdict === "failed")
    assert.strictEqual(results.length, played.length)
    assert.strictEqual(passed, failed.length === 0)
    return Object.fromEntries(
      failed.map(({ scenario, findings }) => [
        scenario.name,
        findings.filter(({ severity }) => severity !== "note").map(({ code }) => code)
      ])
    )
  } finally {
    await server.close()
  }
}

describe.concurrent("the examination of a till", { timeout: 180_000 }, () => {
  it("passes a till that repeats the same order id and says unknown where nothing is proved", async () => {
    assert.deepStrictEqual(await failures("good"), {})
  })

  it("fails a till that retries under a new order id when its time is over, where the answer is lost", async () => {
    assert.deepStrictEqual(await failures("retries-with-new-id"), { "lost-after-approval": ["charged-twice"] })
  })

  it("fails a till that takes 504 for a refusal, in every scenario that answers 504", async () => {
    assert.deepStrictEqual(await failures("treats-504-as-declined"), {
      "lost-after-approval": ["said-declined-when-unknown"],
      "unknown-504": ["said-declined-when-unknown"],
      "late-approval": ["said-declined-when-unknown"]
    })
  })

  it("fails a till that takes a part for the whole, where a part was paid", async () => {
    assert.deepStrictEqual(await failures("ignores-partial"), {
      "approved-in-part": ["rest-forgotten"],
      "rest-lost": ["rest-forgotten"]
    })
  })
})
