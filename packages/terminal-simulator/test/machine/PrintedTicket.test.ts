import { assert, describe, it } from "@effect/vitest"
import { Ledger } from "@hipay-pos/terminal-simulator"
import * as Schema from "effect/Schema"
import * as PrintedTicket from "../../src/machine/PrintedTicket.ts"

const letterhead = (columns: PrintedTicket.Columns, shop = ["BOULANGERIE", "75002 PARIS"]) =>
  PrintedTicket.letterhead(columns, shop, "Europe/Paris")

const entry: Ledger.LedgerEntry = {
  sequence: 12,
  at: Date.UTC(2026, 10, 23, 9, 30, 5),
  operation: "debit",
  amount: 1245,
  currency: "EUR",
  card: "cb",
  label: "CB",
  pan: "497010######0014",
  expiry: "3112",
  entryMode: "contact",
  paymentApplication: "001",
  aid: "A0000000421010",
  merchantContract: "1234567",
  rank: "001",
  register: "01",
  authorizationNumber: "123456"
}

describe("PrintedTicket", () => {
  it("looks like a French ticket and says SIMULATION at both ends", () => {
    assert.deepStrictEqual(PrintedTicket.approved(letterhead(24), entry)("customer").split("\n"), [
      "   *** SIMULATION ***",
      "CARTE BANCAIRE",
      "A0 00 00 00 42 10 10",
      "CB",
      "LE 23/11/26 À 10:30:05",
      "BOULANGERIE",
      "75002 PARIS",
      "1234567",
      "497010######0014",
      "001 01 000012",
      "DÉBIT",
      "N° AUTO : 123456",
      "MONTANT RÉEL :",
      "               12,45 EUR",
      "     TICKET CLIENT",
      "      À CONSERVER",
      "    MERCI AU REVOIR",
      "  AUCUN PAIEMENT RÉEL",
      "   *** SIMULATION ***"
    ])
  })

  it("has a merchant copy, a duplicata and a refusal", () => {
    assert.include(PrintedTicket.approved(letterhead(24), entry)("merchant"), "TICKET COMMERÇANT")
    assert.include(PrintedTicket.approved(letterhead(24), entry, { duplicata: true })("customer"), "DUPLICATA")
    const refusal = { at: entry.at, title: "ABANDON DEBIT", amount: 1245, currency: "EUR" } as const
    assert.include(PrintedTicket.refused(letterhead(40), refusal)("customer"), "ABANDON DEBIT")
  })

  it("writes amounts in the currency's own digits", () => {
    assert.strictEqual(PrintedTicket.toFrench(1245, "EUR"), "12,45 EUR")
    assert.strictEqual(PrintedTicket.toFrench(1245, "JPY"), "1245 JPY")
    assert.strictEqual(PrintedTicket.toFrench(1245, "KWD"), "1,245 KWD")
  })

  it.prop(
    "fits the paper and one ticket field, whatever was paid and however long the shop's name",
    [
      Ledger.LedgerEntry.pipe(
        Schema.fieldsAssign({ at: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4e12 })) })
      ),
      Schema.Array(Schema.String),
      Schema.Literals([24, 40])
    ],
    ([any, shop, columns]) => {
      const lines = shop.map((line) => line.replace(/[\n\r]/g, " "))
      const ticket = PrintedTicket.approved(letterhead(columns, lines), any)
      for (const copy of ["customer", "merchant"] as const) {
        const text = ticket(copy)
        assert.isAtMost(text.length, 675)
        assert.isTrue(text.split("\n").every((line) => line.length <= columns))
        assert.include(text, "SIMULATION")
      }
    }
  )
})
