/** The report on a terminal, of a till that sends what it likes. */
import { assert, describe, it } from "vitest"
import type { Evidence, Exchange, Said } from "../src/till/Evidence.ts"
import { toHtml } from "../src/till/report/html.ts"
import { exchangeLines, summaryLines } from "../src/till/report/text.ts"
import type { ExamResult } from "../src/till/runExam.ts"
import { scenarios } from "../src/till/scenarios/index.ts"

describe("the lines of a request", () => {
  it("have the amount of its order, if that is a number", () => {
    const linesOf = (amount: number) =>
      exchangeLines(
        {
          id: 1,
          at: 0,
          method: "POST",
          path: "/v1/connector/order",
          body: "",
          order: { orderId: "SALE-1", amount, currency: "EUR", transactionType: "Debit", terminal: "", protocol: "" },
          sale: 1,
          ended: "delivered",
          endedAt: 100,
          answer: { status: 400, headers: {}, body: "" }
        },
        "en"
      )
    const lines = linesOf(1234)
    assert.include(lines, "amount 1234 EUR")
    assert.deepStrictEqual(
      linesOf(0),
      lines.filter((line) => line !== "amount 1234 EUR")
    )
  })

  it("hold no control characters of the till, which a terminal would obey", () => {
    const exchange: Exchange = {
      id: 1,
      at: 0,
      method: "POST",
      path: "/v1/connector/order",
      body: "",
      order: {
        orderId: "\u001b[2J\u0007SALE-1\r\n",
        amount: 1234,
        currency: "\u009bEUR",
        transactionType: "Debit",
        terminal: "192.168.1.20:8888"
      },
      sale: 1,
      ended: "open"
    }
    const text = exchangeLines(exchange, "en").join("\n")
    assert.include(text, "order_id .[2J.SALE-1..")
    assert.notMatch(text.replaceAll("\n", ""), /\p{Cc}/u)
  })
})

describe("the summary", () => {
  /** Of a till that said this, scenario by scenario. */
  const resultOf = (said: ReadonlyArray<Said>, headless = true): ExamResult => ({
    results: scenarios.slice(0, said.length).map((scenario, index) => {
      const sale = {
        sale: 1,
        orderId: "SALE-1",
        amount: 1234,
        currency: "EUR",
        action: "pay",
        startedAt: 0,
        endedAt: 1
      }
      const drives = [{ ...sale, said: said[index] ?? {} }] as Evidence["drives"]
      const evidence: Evidence = { exchanges: [], charges: [], answers: {}, headless, drives }
      return { scenario, verdict: "passed", findings: [], milliseconds: 1, evidence }
    }),
    passed: true,
    silence: 180_000
  })
  const MUTE = "The till never said how a payment ended, and was judged by its requests alone."
  const saysMute = (result: ExamResult) => {
    const isInText = summaryLines(result, "en", (_, text) => text).some((line) => line.startsWith(MUTE))
    assert.strictEqual(toHtml(result, "en", new Date(0)).includes(MUTE), isInText)
    return isInText
  }

  it("says that nothing was compared with the words of a till that had none", () => {
    assert.isTrue(saysMute(resultOf([{ exitCode: 0 }, { exitCode: 1 }, { killed: true }])))
    assert.isFalse(saysMute(resultOf([{ exitCode: 0 }, { outcome: "declined" }])))
    assert.isFalse(saysMute(resultOf([])))
  })

  it("says it of no person's examination", () => {
    assert.isFalse(saysMute(resultOf([{}], false)))
  })
})
