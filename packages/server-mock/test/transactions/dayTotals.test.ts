import { assert, describe, it } from "@effect/vitest"
import type { PaymentOutcome } from "@hipay-pos/core/Payment"
import { dayTotals, toCsv } from "../../src/transactions/dayTotals.ts"
import { attempt } from "./storeLaws.ts"

const eur = (minorUnits: number) => ({ minorUnits, currency: "EUR" }) as ReturnType<typeof attempt>["amount"]
const common = { card: { authorizationNumber: "A1" }, warnings: [] }
const approved: PaymentOutcome = { _tag: "Approved", amount: eur(1250), ...common }
const part: PaymentOutcome = { _tag: "ApprovedInPart", paid: eur(500), remaining: eur(750), ...common }
const type = (transactionType: "Credit" | "Cancel", id: string) => ({
  key: { login: "merchant", orderId: id, transactionType }
})

const day = [
  attempt("1", { state: "approved", outcome: approved }),
  attempt("2", { state: "approved-in-part", outcome: part }),
  attempt("3", { state: "declined" }),
  attempt("4", { state: "unknown" }),
  attempt("5", { state: "approved", outcome: approved, ...type("Cancel", "1") }),
  attempt("6", { state: "approved", amount: eur(100), ...type("Credit", "6") })
]

describe("the totals of a day", () => {
  it("count what was paid, per terminal and currency, and apart from it what may have been", () => {
    assert.deepStrictEqual(dayTotals(day), [
      {
        terminal: "PAX 1850320198",
        currency: "EUR",
        debit: { count: 2, amount: 1750 },
        credit: { count: 1, amount: 100 },
        cancel: { count: 1, amount: 1250 },
        unknown: { count: 1, amount: 1250 },
        net: 400
      }
    ])
    assert.deepStrictEqual(dayTotals([attempt("1", { state: "not-started" })]), [])
    assert.strictEqual(dayTotals([attempt("1", { state: "approved", terminalName: "bar" })])[0]?.terminal, "bar")
  })

  it("close the table of the attempts", () => {
    const lines = toCsv(day).split("\r\n")
    assert.lengthOf(lines, 11)
    assert.strictEqual(
      lines[1],
      "1970-01-01T00:00:00.000Z,,PAX 1850320198,1,Debit,approved,12.50,12.50,EUR,A1,merchant,1"
    )
    assert.strictEqual(lines[9], "PAX 1850320198,EUR,2,17.50,1,1.00,1,12.50,1,12.50,4.00")
  })

  it("hold an order id of any kind as a text", () => {
    const csv = toCsv([attempt("1", { orderId: '=cmd|"x",1' }), attempt("2", { orderId: "-3+4" })])
    assert.include(csv, `,"'=cmd|""x"",1",`)
    assert.include(csv, ",'-3+4,")
  })
})
