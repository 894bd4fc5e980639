/** What the file of results keeps, and what it says when it cannot. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import type { Evidence } from "../src/till/Evidence.ts"
import { readOrder } from "../src/till/readOrder.ts"
import { openResults, ResultsNotKept } from "../src/till/resultsFile.ts"

const folder = mkdtempSync(join(tmpdir(), "exam-results-"))

/** With every field. */
const evidence: Evidence = {
  exchanges: [
    {
      id: 1,
      at: 0.5,
      method: "POST",
      path: "/v1/connector/order",
      body: "{}",
      order: {
        ...{ orderId: "A", amount: 100, currency: "EUR", transactionType: "Debit", terminal: "t" },
        protocol: "AppNepting",
        noTerminalBy: "sandbox_code"
      },
      sale: 0,
      answer: { status: 200, body: "{}", headers: { "content-type": "application/json" } },
      told: [{ orderId: "A", transactionType: "Debit", outcome: "approved", paid: 100, attempt: "1" }],
      ended: "hung-up",
      endedAt: 2,
      treatment: { en: "cut", fr: "coupé" }
    }
  ],
  charges: [
    { operation: "debit", amount: 100, currency: "EUR", orderId: "A", authorizationNumber: "1", terminal: "t" }
  ],
  drives: [
    {
      ...{ sale: 0, orderId: "A", amount: 100, currency: "EUR", action: "pay", startedAt: 0, endedAt: 1 },
      said: { outcome: "approved", exitCode: 0, unfinished: true, killed: true, dropped: true, notPossible: true }
    }
  ],
  notified: [{ kind: "twice", at: 1.5, status: 200 }],
  answers: { printed: true },
  headless: true
}

describe("a file of results", () => {
  it("has all results when it is opened again", async () => {
    const path = join(folder, "results.json")
    const records = [
      { name: "approved", script: "5c1e", evidence, milliseconds: 12 },
      { name: "receipt", missing: "person", milliseconds: 0 }
    ] as const
    const { done, keep } = await openResults(path, "--drive ./till")
    assert.deepStrictEqual(done, [])
    await keep(records)
    assert.deepStrictEqual((await openResults(path, "--drive ./till")).done, records)
  })

  it("has orders of amounts that are none, as a till may send them", async () => {
    const path = join(folder, "amounts.json")
    const bodies = ["12.34", "1e999", '"12"'].map((amount) => `{"order":{"order_id":"A","price":{"amount":${amount}}}}`)
    const [exchange] = evidence.exchanges
    assert.isDefined(exchange)
    const exchanges = bodies.map((body) => ({ ...exchange, body, order: readOrder(new TextEncoder().encode(body)) }))
    const { keep } = await openResults(path, "--drive ./till")
    await keep([{ name: "approved", evidence: { ...evidence, exchanges }, milliseconds: 12 }])
    const { done } = await openResults(path, "--drive ./till")
    assert.deepStrictEqual(
      done.flatMap((each) => each.evidence?.exchanges.map(({ order }) => order?.amount)),
      [12.34, 0, 0]
    )
  })

  it("of an earlier version, which does not say how the till is driven, is accepted for this till", async () => {
    const path = join(folder, "earlier.json")
    const results = [{ name: "approved", evidence, milliseconds: 12 }]
    writeFileSync(path, JSON.stringify({ hipayPosExam: 1, results }))
    assert.deepStrictEqual((await openResults(path, "--drive ./till")).done, results)
  })

  it("is refused for a till that is driven in another way, and does not contain the driving command", async () => {
    const path = join(folder, "command.json")
    const { keep } = await openResults(path, "--drive ./till --password=kiosk-17")
    await keep([])
    assert.notMatch(readFileSync(path, "utf8"), /drive|till --|kiosk/)
    const error = await openResults(path, "--drive ./till --password=kiosk-18").then(() => undefined, String)
    assert.include(error, "belongs to a till that is driven in another way")
  })

  /** Whether what one way of driving has written is of the till that is driven in another way. */
  const isOfOne = async (driven: string, later: string): Promise<boolean> => {
    const path = join(mkdtempSync(join(folder, "driven-")), "results.json")
    await (await openResults(path, driven)).keep([])
    return openResults(path, later).then(
      () => true,
      () => false
    )
  }

  it.each([
    ["--drive ./till {amount} {orderId}", "--drive ./till {amount} {orderId} {action}"],
    [
      "--drive ./till {amount} {orderId}",
      "--drive ./till '{amount}' --currency={currency} --do {action} \"{orderId}\""
    ],
    ["--drive curl http://127.0.0.1:3000/{amount} -s", "--drive curl http://127.0.0.1:4000/{amount}/{orderId} -s"],
    ["--drive-http http://localhost:3000/pay", "--drive-http http://localhost:41873/pay"],
    ["--drive-http http://till.test/pay?shop=2", "--drive-http http://till.test/pay?shop=2&do={action}"],
    ["--drive-http http://kiosk:17@[::1]:3000/pay", "--drive-http http://kiosk:17@[::1]:3001/pay"]
  ])("of %s is of the same till as %s", async (driven, later) => {
    assert.isTrue(await isOfOne(driven, later))
  })

  it.each([
    ["--drive ./till {amount} {orderId}", "--drive ./other {amount} {orderId}"],
    ["--drive ./till {amount} --shop 2", "--drive ./till {amount} --shop 3"],
    ["--drive ./till {amount} {orderId}", "--drive ./till {amount} {shop}"],
    ["--drive-http http://till.test:3000/pay", "--drive-http http://till.test:3001/pay"],
    ["--drive-http http://127.0.0.1:3000/pay", "--drive-http http://127.0.0.1:3000/till/pay"],
    ["--drive-http http://127.0.0.1:3000/pay", "--drive-http http://127.0.0.2:3000/pay"]
  ])("of %s is not of the same till as %s", async (driven, later) => {
    assert.isFalse(await isOfOne(driven, later))
  })

  it("reports when it can no longer be written", async () => {
    const gone = mkdtempSync(join(folder, "gone-"))
    const { keep } = await openResults(join(gone, "results.json"), "--drive ./till")
    rmSync(gone, { recursive: true })
    const error = await keep([{ name: "approved", milliseconds: 1 }]).then(
      () => undefined,
      (error: unknown) => error
    )
    assert.instanceOf(error, ResultsNotKept)
    assert.strictEqual(error.message, `cannot write ${join(gone, "results.json")}: ENOENT`)
  })
})
