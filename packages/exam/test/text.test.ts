/** The report on a terminal, of a till that sends what it likes. */
import { assert, describe, it } from "vitest"
import type { Exchange } from "../src/till/Evidence.ts"
import { exchangeLines } from "../src/till/report/text.ts"

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
