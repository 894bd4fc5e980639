import { assert, describe, it } from "@effect/vitest"
import * as Money from "@hipay-pos/core/Money"
import { dayTotals } from "../../src/attempts/dayTotals.ts"
import { day } from "./day.ts"
import { attempt } from "./storeLaws.ts"

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

  it("say how much of what is unknown may have been given back", () => {
    const key = (transactionType: "Credit" | "Cancel") => ({ login: "merchant", orderId: "1", transactionType })
    const [totals] = dayTotals([
      attempt("1", { state: "unknown" }),
      attempt("2", { state: "unknown", key: key("Credit"), amount: Money.of("7.00", "EUR") }),
      attempt("3", { state: "open", key: key("Cancel"), amount: Money.of("0.01", "EUR") })
    ])
    assert.deepStrictEqual(totals?.unknown, { count: 3, amount: 1951 })
    assert.deepStrictEqual(totals?.unknownReturned, { count: 2, amount: 701 })
  })

  it("say how many tips there were, and how much they are of what was paid", () => {
    const [totals] = dayTotals(
      ["1", "2"].map((id) => {
        const outcome = { _tag: "Approved", amount: Money.of("15.00", "EUR"), tip: Money.of("2.50", "EUR") } as const
        return attempt(id, { state: "approved", outcome: { ...outcome, card: {}, warnings: [] } })
      })
    )
    assert.deepStrictEqual(
      [totals?.debit, totals?.tip],
      [
        { count: 2, amount: 3000 },
        { count: 2, amount: 500 }
      ]
    )
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
