import { assert, describe, it } from "@effect/vitest"
import type { CardTender, Said } from "../../src/sale/Sale.ts"
import { causeOf, paidToShow } from "../../src/web/payment/unknownCause.ts"
import { en } from "../../src/web/words/en.ts"
import { fr } from "../../src/web/words/fr.ts"

const tender = (said?: Said): CardTender => ({
  means: "card",
  number: 1,
  direction: "in",
  amount: 1290,
  orderId: "TILL-1",
  terminal: "counter",
  startedAt: 0,
  state: "unknown",
  paid: 0,
  ...(said === undefined ? {} : { said })
})

const another = {
  kind: "amount",
  told: "25.00 EUR",
  asked: "12.90 EUR",
  message: "the terminal said 25.00 EUR"
} as const
const cutTicket = { kind: "cut-ticket", message: "the ticket was cut" } as const

describe("why a payment's outcome is unknown", () => {
  it.each([
    ["no-answer", undefined],
    ["cut", {}],
    ["cut", { amount: 1290, currency: "EUR" }],
    ["cut", { status: "done", contradictions: [cutTicket] }],
    ["contradicts", { status: "done", amount: 2500, currency: "EUR", contradictions: [another] }],
    ["contradicts", { contradictions: [cutTicket, another] }]
  ] as ReadonlyArray<[string, Said | undefined]>)("%s: %j", (cause, said) => {
    assert.strictEqual(causeOf(tender(said)), cause)
  })

  it("is not the terminal's word on a payment of which it did not say whether it was made", () => {
    const said = { amount: "€12.90", asked: "€12.90", card: "4111 •••• 1111" }
    assert.strictEqual(
      en.said(said),
      "The terminal did not say whether the payment is done: €12.90, card 4111 •••• 1111."
    )
    assert.strictEqual(
      fr.said({ asked: "12,90 €", amount: undefined, refund: true }),
      "Le terminal n’a pas dit si le remboursement est effectué : sans montant."
    )
  })
})

describe("the amount that a person is asked to confirm", () => {
  it("is what the terminal said, if that is in the till's currency", () => {
    assert.strictEqual(paidToShow(tender({ amount: 2500, currency: "EUR" }), "EUR"), 2500)
    assert.strictEqual(paidToShow(tender({ amount: 2500, currency: "USD" }), "EUR"), 1290)
    assert.strictEqual(paidToShow(tender({ amount: 0, currency: "EUR" }), "EUR"), 1290)
    assert.strictEqual(paidToShow(tender({}), "EUR"), 1290)
    assert.strictEqual(paidToShow(tender(), "EUR"), 1290)
  })

  it("is the amount that was requested, if the terminal answered about another order", () => {
    const ofAnother = { kind: "order-id", message: "the answer carries the id of another order, TILL-0" }
    assert.strictEqual(paidToShow(tender({ amount: 600, currency: "EUR", contradictions: [ofAnother] }), "EUR"), 1290)
  })
})
