/** A cardholder who tips, at our own terminal port: what is charged, printed, told and taken back. */
import { assert, describe, it } from "@effect/vitest"
import * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import * as Tip from "@hipay-pos/concert-codec/Tip"
import * as Money from "@hipay-pos/core/Money"
import * as Order from "@hipay-pos/core/Order"
import type { PaymentRequest } from "@hipay-pos/core/Payment"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import { Cardholder, Script, TerminalSimulator } from "@hipay-pos/terminal-simulator"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const payment = (transactionType: PaymentRequest["transactionType"], amount: string): PaymentRequest => ({
  orderId: Order.OrderId.make("ORDER_1"),
  transactionType,
  amount: Money.of(amount, "EUR"),
  target: TerminalTarget.concert({ host: "terminal", contracts: [] }),
  forceAuthorization: false
})

const settings: ConcertTerminal.Settings = { tip: Tip.fromText("20%") ?? { _tag: "Amount", decimal: "1" } }

const at = (simulator: TerminalSimulator.TerminalSimulator, own: ConcertTerminal.Settings = settings) =>
  ConcertTerminal.make({
    connector: simulator.connector,
    address: { host: "terminal", port: 8888 },
    settings: own
  })

const tipping = TerminalSimulator.make({ cardholder: Cardholder.scripted([], Cardholder.pays(undefined, { tip: 10 })) })

describe("a cardholder who tips", () => {
  it.effect("is charged amount and tip, and the ticket has both", () =>
    Effect.gen(function* () {
      const simulator = yield* tipping
      const outcome = yield* at(simulator).perform(payment("Debit", "12.50"))
      assert.strictEqual(outcome._tag, "Approved")
      if (outcome._tag !== "Approved") return
      assert.strictEqual(Money.toText(outcome.amount), "13.75 EUR")
      assert.strictEqual(outcome.tip && Money.toText(outcome.tip), "1.25 EUR")
      assert.match(outcome.receipt?.customer ?? "", /DONT POURBOIRE :\s+1,25 EUR\s+MONTANT RÉEL :\s+13,75 EUR/)
      assert.strictEqual(simulator.ledger.charged(), 1375)
    })
  )

  it.effect(
    "leaves the outcome unknown at a terminal that is not set to take tips, and 13.75 EUR are in the evidence",
    () =>
      Effect.gen(function* () {
        const simulator = yield* tipping
        const { reason } = yield* Effect.flip(at(simulator, {}).perform(payment("Debit", "12.50")))
        assert.include(reason.detail, "the terminal said 13.75 EUR, asked for 12.50 EUR")
        assert.isTrue(reason._tag === "TerminalOutcomeUnknown" && reason.evidence?.amount?.minorUnits === 1375)
      })
  )

  it.effect("gets back what was charged: a cancellation asks for that amount, and has no tip", () =>
    Effect.gen(function* () {
      const simulator = yield* tipping
      const terminal = at(simulator)
      const sale = yield* terminal.perform(payment("Debit", "12.50"))
      assert.strictEqual((yield* terminal.perform(payment("Cancel", "12.50")))._tag, "Declined")
      assert.strictEqual(sale._tag === "Approved" && Money.toDecimalString(sale.amount), "13.75")
      const back = yield* terminal.perform(payment("Cancel", "13.75"))
      assert.deepInclude(back, { _tag: "Approved", amount: Money.of("13.75", "EUR") })
      assert.notProperty(back, "tip")
      assert.strictEqual(simulator.ledger.charged(), 0)
    })
  )

  it.effect("tips no more than Concert can say with the amount", () =>
    Effect.gen(function* () {
      const simulator = yield* tipping
      const sale = yield* at(simulator).perform(payment("Debit", "9900000000.00"))
      assert.deepInclude(sale, {
        _tag: "Approved",
        amount: Money.of("9999999999.99", "EUR"),
        tip: Money.of("99999999.99", "EUR")
      })
      const highest = yield* at(simulator).perform(payment("Debit", "9999999999.99"))
      assert.strictEqual(highest._tag, "Approved")
      assert.notProperty(highest, "tip")
      assert.strictEqual(simulator.ledger.charged(), 2 * Money.MAX_MINOR_UNITS)
    })
  )

  it.effect("tips on debits only", () =>
    Effect.gen(function* () {
      const simulator = yield* tipping
      assert.notProperty(yield* at(simulator).perform(payment("Credit", "12.50")), "tip")
      assert.strictEqual(simulator.ledger.charged(), -1250)
    })
  )

  it("is a word of a script, an option of its cards, and of a cardholder with one card", () => {
    assert.deepInclude(Cardholder.fromWord("tip"), { _tag: "Pays", tip: 10 })
    const step = Schema.decodeUnknownSync(Script.Step)({ card: "visa", tip: 15 })
    assert.deepInclude(Script.toBehaviour(step), { _tag: "Pays", tip: 15 })
    assert.deepInclude(Script.toCardholder({ card: "visa", tip: 15 }), { _tag: "Auto", tip: 15 })
    assert.isFalse(Schema.is(Script.Step)({ card: "visa", tip: 101 }))
  })
})
