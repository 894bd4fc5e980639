import { assert, describe, it } from "@effect/vitest"
import type { PaymentOutcome } from "@hipay-pos/core/Payment"
import { dayTotals } from "../../src/attempts/dayTotals.ts"
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
})
