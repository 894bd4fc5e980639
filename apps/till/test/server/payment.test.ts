import { assert, describe, it } from "@effect/vitest"
import {
  AlreadyApproved,
  AlreadyReversed,
  type AttemptJournal,
  NotStarted,
  OrderIdConflict,
  OutcomeUnknown,
  PosClientError,
  Unsettled
} from "@hipay-pos/client"
import { TruncatedPan } from "@hipay-pos/core/Card"
import * as Money from "@hipay-pos/core/Money"
import type { TerminalEvidence } from "@hipay-pos/core/TerminalEvidence"
import * as Schema from "effect/Schema"
import { CardEnding, type CardTender, type Sale } from "../../src/sale/Sale.ts"
import {
  cardOf,
  chargedOf,
  endedAtFromJournal,
  endingFromJournal,
  endingOf,
  orderOf
} from "../../src/server/payment.ts"
import { en } from "../../src/web/words/en.ts"
import { fr } from "../../src/web/words/fr.ts"
import { begun } from "../sale/steps.ts"

const tender: CardTender = {
  means: "card",
  number: 2,
  direction: "in",
  amount: 845,
  orderId: "T1-2",
  terminal: "Counter",
  startedAt: 10,
  state: "waiting",
  paid: 0
}

const attempt = (
  state: AttemptJournal.AttemptState,
  ending: Partial<AttemptJournal.Ending> = {}
): AttemptJournal.Attempt => ({
  id: "a1",
  orderId: "T1-2",
  transactionType: "Debit",
  amount: 845,
  currency: "EUR",
  terminal: "127.0.0.1:8888",
  openedAt: 10,
  state,
  endings: state === "open" ? [] : [{ id: "a1", state, endedAt: 20, ...ending }]
})

describe("a tender that was pending when the back end stopped", () => {
  const endOf = (attempt?: AttemptJournal.Attempt) => {
    const { state, paid } = endingFromJournal(tender, attempt)
    return [state, paid]
  }

  it("ended as the journal says", () => {
    assert.deepStrictEqual(endOf(attempt("approved")), ["approved", 845])
    assert.deepStrictEqual(endOf(attempt("approved-in-part", { paid: 400 })), ["approved-in-part", 400])
    assert.deepStrictEqual(endOf(attempt("declined")), ["declined", 0])
    assert.deepStrictEqual(endOf(attempt("not-started")), ["not-started", 0])
  })

  it("is unknown when the journal has it in a state that this version does not know", () => {
    assert.deepStrictEqual(endOf(attempt("authorised" as AttemptJournal.AttemptState)), ["unknown", 0])
  })

  it("is unknown when the journal has no trace of it: it may have been lost, or be an older copy", () => {
    assert.deepStrictEqual(endOf(), ["unknown", 0])
  })

  it("is unknown when it was resolved, and that left open whether it was cancelled since", () => {
    const warnings = [{ code: "operation-not-named", message: "make sure that it was not cancelled there" }]
    assert.deepStrictEqual(endOf(attempt("approved", { warnings })), ["unknown", 0])
  })

  it("is unknown when it was not sent because of an earlier payment of its order id", () => {
    assert.deepStrictEqual(endOf(attempt("not-started", { reason: "OrderIdConflict" })), ["unknown", 0])
  })

  it("is unknown when a person resolved it meanwhile, whose word is compared with the server's record", () => {
    const word = { by: "Ana", evidence: "ticket 12" }
    assert.deepStrictEqual(endOf(attempt("approved", word)), ["unknown", 0])
    assert.deepStrictEqual(endOf(attempt("declined", word)), ["unknown", 0])
  })

  it("is unknown when the journal cannot say, or not how much", () => {
    assert.deepStrictEqual(endOf(attempt("open")), ["unknown", 0])
    assert.deepStrictEqual(endOf(attempt("unknown")), ["unknown", 0])
    assert.deepStrictEqual(endOf(attempt("approved-in-part")), ["unknown", 0])
  })

  it("ended when the journal says, or when it began where the journal has no end but a person's", () => {
    const endedAt = (attempt?: AttemptJournal.Attempt) => endedAtFromJournal(tender, attempt)
    assert.strictEqual(endedAt(attempt("approved")), 20)
    const later = { id: "a1", state: "approved", endedAt: 90, by: "Ana", evidence: "ticket 12" } as const
    const lost = attempt("unknown")
    assert.strictEqual(endedAt({ ...lost, state: "approved", endings: [...lost.endings, later] }), 20)
    assert.strictEqual(endedAt({ ...lost, state: "approved", endings: [later] }), 10)
    assert.strictEqual(endedAt(attempt("open")), 10)
    assert.strictEqual(endedAt(), 10)
  })
})

describe("the order of a tender", () => {
  it("carries the basket when it pays for all of it, and none when it pays for a part", () => {
    assert.strictEqual(orderOf(begun, tender).basket?.length, 2)
    const part = orderOf(begun, { ...tender, amount: 400 })
    assert.isUndefined(part.basket)
    assert.strictEqual(part.amount.minorUnits, 400)
    assert.strictEqual(part.orderId, "T1-2")
  })

  it("is at most as long as the interfaces and the terminal take unharmed", () => {
    const sale: Sale = { ...begun, id: "T01M841X1P674552T4DY8S3KZJG" }
    assert.isAtMost(orderOf(sale, { ...tender, orderId: `${sale.id}-99` }).orderId.length, 32)
  })
})

describe("what the client could not tell", () => {
  const failed = (reason: PosClientError["reason"]) =>
    endingOf({ _tag: "Error", ok: false, error: new PosClientError({ reason }) }, 1250)

  it("is not started when it proves so, with the code's meaning in both languages", () => {
    const ending = failed(new NotStarted({ kind: "Reported", detail: "not connected", code: "1004" }))
    assert.strictEqual(ending.state, "not-started")
    assert.strictEqual(ending.meaning?.fr, "Le terminal n'est pas connecté")
  })

  it("is unknown if the order has an earlier attempt, which a person investigates", () => {
    assert.strictEqual(failed(new Unsettled({ kind: "Open", detail: "under way" })).state, "unknown")
    assert.strictEqual(failed(new OrderIdConflict({ detail: "another amount" })).state, "unknown")
    assert.strictEqual(failed(new AlreadyApproved({ state: "approved", recorded: {} })).state, "unknown")
    assert.strictEqual(failed(new AlreadyReversed({ state: "approved" })).state, "unknown")
  })

  it("has what the terminal said, for the person who looks", () => {
    const card = { authorizationNumber: "123456", pan: TruncatedPan.make("497010######0014") }
    const more = { kind: "amount" as const, told: "15.00 EUR", asked: "12.50 EUR", message: "more than asked for" }
    const told = { status: "done" as const, amount: Money.of("15.00", "EUR"), card }
    const received = { received: "AE0210", fields: [], contradictions: [more], ...told }
    const ending = failed(new OutcomeUnknown({ kind: "Reported", detail: "15.00 EUR", received }))
    assert.deepStrictEqual(ending.said, {
      amount: 1500,
      currency: "EUR",
      authorizationNumber: "123456",
      card: "497010######0014",
      status: "done",
      contradictions: [more]
    })
  })

  it("keeps a contradiction of a kind that only a later server knows", () => {
    const contradictions = [{ kind: "terminal-id", message: "the answer is of another terminal" }]
    const received = { received: "AE0210", fields: [], contradictions, card: {} } as unknown as TerminalEvidence
    const ending = failed(new OutcomeUnknown({ kind: "Reported", detail: "another terminal", received }))
    assert.deepStrictEqual(Schema.encodeSync(CardEnding)(ending).said?.contradictions, contradictions)
  })

  it("is told to people as a sentence in each language", () => {
    const said = { status: "done", amount: "15,00 €", asked: "12,50 €", authorizationNumber: "123456" } as const
    assert.strictEqual(
      fr.said({ ...said, card: "497010######0014" }),
      "Le terminal a dit que le paiement est effectué : 15,00 € au lieu de 12,50 €, numéro d’autorisation 123456, carte 497010######0014."
    )
    assert.strictEqual(
      en.said({ ...said, amount: "€12.50", asked: "€12.50" }),
      "The terminal said that the payment is done: €12.50, authorization number 123456."
    )
    assert.strictEqual(
      fr.said({ status: "not-done", amount: undefined, asked: "12,50 €" }),
      "Le terminal a dit que le paiement n’est pas effectué : sans montant."
    )
  })

  it("of a refund is told as one", () => {
    const said = { refund: true, status: "done", amount: "12,50 €", asked: "12,50 €" } as const
    assert.strictEqual(fr.said(said), "Le terminal a dit que le remboursement est effectué : 12,50 €.")
    assert.strictEqual(en.said(said), "The terminal said that the refund is done: 12,50 €.")
  })

  it("of a tip is that the tender is paid, with the tip apart", () => {
    assert.deepStrictEqual(chargedOf(1500, 1250), { paid: 1250, extra: 250 })
    assert.deepStrictEqual(chargedOf(1250, 1250), { paid: 1250 })
    assert.deepStrictEqual(chargedOf(1500, 1250, true), { paid: 1250, extra: 250, tip: true })
  })

  it("has words for the cashier in both languages, apart from the server's", () => {
    const ending = failed(new OutcomeUnknown({ kind: "CutLine", detail: "read ECONNRESET" }))
    assert.match(ending.explained?.fr.advice ?? "", /^Regardez le terminal ou son ticket\./)
    assert.match(ending.explained?.en.advice ?? "", /^Look at the terminal or its receipt\./)
    assert.notInclude(JSON.stringify(ending.explained), "ECONNRESET")
    assert.include(ending.detail, "ECONNRESET")
  })

  it("is unknown otherwise", () => {
    assert.strictEqual(failed(new OutcomeUnknown({ kind: "CutLine", detail: "reset" })).state, "unknown")
  })
})

describe("the last four digits of a card", () => {
  it("are what the terminal reported, else the masked digits on its ticket", () => {
    assert.strictEqual(cardOf({ pan: TruncatedPan.make("497010######0014") })?.last4, "0014")
    assert.strictEqual(cardOf({}, { customer: "CB\n497010######0014\n001 01 000001" })?.last4, "0014")
    assert.strictEqual(cardOf({}, { merchant: "**** **** **** 4242" })?.last4, "4242")
    assert.isUndefined(cardOf({}, { customer: "MONTANT 12,50 EUR\nAUTO 123456" }))
  })
})
