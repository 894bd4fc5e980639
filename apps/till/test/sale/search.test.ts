import { assert, describe, it } from "@effect/vitest"
import type { CardTender, Sale } from "../../src/sale/Sale.ts"
import { matchOf } from "../../src/sale/search.ts"
import { begun } from "./steps.ts"

const card: CardTender = {
  means: "card",
  number: 1,
  direction: "in",
  amount: 500,
  orderId: "T01M841X1P674552T4DY8S3KZJG-1",
  terminal: "Counter",
  startedAt: 1,
  state: "approved",
  paid: 500,
  extra: 50,
  tip: true,
  card: { last4: "0014" }
}

/** Costs 8.45 EUR. */
const sale: Sale = { ...begun, id: "T01M841X1P674552T4DY8S3KZJG", ticket: 42, tenders: [card] }

const finds = (text: string, among: Sale = sale): boolean => matchOf(text, "EUR")?.(among) ?? false

describe("a search", () => {
  it("finds an amount however it is written: the total, a payment, what a card was charged with its tip", () => {
    for (const text of ["8.45", "8,45", " 8,45 € ", "5", "5,00", "5.50"]) assert.isTrue(finds(text), text)
    for (const text of ["8.46", "845", "0"]) assert.isFalse(finds(text), text)
  })

  it("finds a payment with an unknown outcome by what the terminal said of it: its amount and its card", () => {
    const { card: _, extra: __, tip: ___, ...bare } = card
    const said = { amount: 570, currency: "EUR", card: "497010######0022" }
    const unknown: Sale = { ...sale, tenders: [{ ...bare, state: "unknown", paid: 0, said }] }
    for (const text of ["5,70", "5", "0022"]) assert.isTrue(finds(text, unknown), text)
    for (const text of ["5,50", "0014"]) assert.isFalse(finds(text, unknown), text)
    const other: Sale = {
      ...sale,
      tenders: [{ ...bare, state: "unknown", paid: 0, said: { ...said, currency: "USD" } }]
    }
    assert.isFalse(finds("5,70", other))
  })

  it("finds a ticket by its number, with and without zeros", () => {
    for (const text of ["42", "000042", "n° 42", "#42"]) assert.isTrue(finds(text), text)
    assert.isFalse(finds("420"))
    assert.isFalse(finds("43"))
  })

  it("finds a card by its last four digits, an order by its id, and an article by its name without accents", () => {
    assert.isTrue(finds("0014"))
    assert.isFalse(finds("0015"))
    assert.isTrue(finds("t01m841x1p67"))
    const [line] = begun.lines
    assert.isDefined(line)
    const named = { ...sale, lines: [{ ...line, name: "Épicéa" }] }
    assert.isTrue(finds("epicea", named))
    assert.isFalse(finds("sapin", named))
  })

  it("finds nothing for a text that says nothing", () => {
    assert.isUndefined(matchOf("  ", "EUR"))
  })
})
