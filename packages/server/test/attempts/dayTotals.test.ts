import { assert, describe, it } from "@effect/vitest"
import type { PaymentOutcome } from "@hipay-pos/core/Payment"
import { dayTotals, toCsv } from "../../src/attempts/dayTotals.ts"
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

  it("keep terminals and currencies apart, and count what is still open with what is unknown", () => {
    const yen = { minorUnits: 500, currency: "JPY" } as ReturnType<typeof attempt>["amount"]
    const totals = dayTotals([
      attempt("1", { state: "approved", terminalName: "bar" }),
      attempt("2", { state: "open", terminalName: "front" }),
      attempt("3", { state: "approved", terminalName: "bar", amount: yen })
    ])
    assert.deepStrictEqual(
      totals.map(({ terminal, currency, debit, unknown, net }) => [
        terminal,
        currency,
        debit.count,
        unknown.count,
        net
      ]),
      [
        ["bar", "EUR", 1, 0, 1250],
        ["front", "EUR", 0, 1, 0],
        ["bar", "JPY", 1, 0, 500]
      ]
    )
  })

  it("close the table of the attempts", () => {
    const lines = toCsv(day).split("\r\n")
    assert.lengthOf(lines, 11)
    assert.strictEqual(
      lines[0],
      "opened,ended,terminal,order,type,state,amount,paid,currency,authorization,login,attempt"
    )
    assert.strictEqual(
      lines[8],
      "terminal,currency,debits,debited,credits,credited,cancellations,cancelled,unknown,maybe,net"
    )
    assert.deepStrictEqual([lines[7], lines[10]], ["", ""])
    assert.strictEqual(
      lines[1],
      "1970-01-01T00:00:00.000Z,,PAX 1850320198,1,Debit,approved,12.50,12.50,EUR,A1,merchant,1"
    )
    assert.strictEqual(lines[9], "PAX 1850320198,EUR,2,17.50,1,1.00,1,12.50,1,12.50,4.00")
  })

  it("say nothing of what is not known: no end, no payment, no authorization", () => {
    const [, unknown, ended] = toCsv([
      attempt("1", { state: "unknown" }),
      attempt("2", { state: "declined", endedAt: 5 })
    ])
      .split("\r\n")
      .map((line) => line.split(","))
    assert.deepStrictEqual([unknown?.[1], unknown?.[7], unknown?.[9]], ["", "", ""])
    assert.strictEqual(ended?.[1], "1970-01-01T00:00:00.005Z")
  })

  it("may be less than nothing", () => {
    const csv = toCsv([attempt("1", { state: "approved", ...type("Credit", "1") })])
    assert.include(csv, ",0,0.00,1,12.50,0,0.00,0,0.00,-12.50\r\n")
  })

  it.each([
    ['=cmd|"x",1', `"'=cmd|""x"",1"`],
    ["+33 1", "'+33 1"],
    ["@SUM(1)", "'@SUM(1)"],
    ["\t1", "'\t1"],
    ["-3+4", "'-3+4"],
    ["-3", "-3"],
    ["-3.50", "-3.50"],
    ["-", "'-"],
    ["A=1", "A=1"],
    ["two\nlines", '"two\nlines"'],
    ["caf\u00e9, 2", '"caf\u00e9, 2"']
  ])("hold the order id %j as a text", (orderId, field) => {
    assert.include(toCsv([attempt("1", { orderId })]), `PAX 1850320198,${field},Debit,`)
  })
})
