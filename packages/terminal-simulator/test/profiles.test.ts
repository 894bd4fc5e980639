/** Our own terminal port pays, is refused and cancelled at every profile, over memory. */
import { assert, describe, it } from "@effect/vitest"
import * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import * as Money from "@hipay-pos/core/Money"
import { OrderId } from "@hipay-pos/core/Order"
import type { PaymentRequest } from "@hipay-pos/core/Payment"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import { Cardholder, Fault, Profile, TerminalSimulator, TestCard } from "@hipay-pos/terminal-simulator"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"

const payment: PaymentRequest = {
  orderId: Schema.decodeSync(OrderId)("ORDER_1"),
  transactionType: "Debit",
  amount: Result.getOrThrow(Money.make(1245, "EUR")),
  target: TerminalTarget.concert({ host: "terminal", contracts: [] }),
  forceAuthorization: false
}

for (const profile of Profile.all) {
  describe(profile.name, () => {
    for (const closesAfterAnswer of [true, false]) {
      it.effect(`is paid, refused and cancelled, ${closesAfterAnswer ? "closing" : "keeping open"} the line`, () =>
        Effect.gen(function* () {
          const simulator = yield* TerminalSimulator.make({ profile, closesAfterAnswer })
          simulator.setScript([
            Cardholder.pays(),
            Cardholder.pays(TestCard.get("refused")),
            Cardholder.pressesRedKey("card-presented")
          ])
          const terminal = ConcertTerminal.make({
            connector: simulator.connector,
            address: { host: "terminal", port: 8888 },
            settings: { requestTerminator: profile.wantsLineEnd ? "CRLF" : "none" }
          })
          const outcomes: Array<string> = []
          for (let attempt = 0; attempt < 3; attempt++) {
            const fiber = yield* Effect.forkChild(terminal.perform(payment))
            yield* TestClock.adjust("5 seconds")
            const outcome = yield* Fiber.join(fiber)
            outcomes.push(outcome._tag === "Declined" ? outcome.reason : outcome._tag)
            if (outcome._tag === "Approved") assert.include(outcome.receipt?.customer, "SIMULATION")
          }
          assert.deepStrictEqual(outcomes, ["Approved", "refused", "cancelled"])
          assert.strictEqual(simulator.ledger.charged(), 1245)
        })
      )
    }
  })
}

describe("verifone-v240m", () => {
  it.effect("proves by its duplicata a payment whose answer was lost", () =>
    Effect.gen(function* () {
      const simulator = yield* TerminalSimulator.make({ profile: Profile.verifoneV240m })
      const terminal = ConcertTerminal.make({
        connector: simulator.connector,
        address: { host: "terminal", port: 8888 },
        settings: { profile: { name: "verifone-v240m", duplicata: true } }
      })
      simulator.setFault(Result.getOrThrow(Fault.make("close", { stage: "after-approval" })))
      const lost = yield* Effect.flip(terminal.perform(payment))
      assert.strictEqual(lost.reason._tag, "TerminalOutcomeUnknown")
      simulator.clearFault()
      assert.isDefined(terminal.recover)
      const evidence = yield* terminal.recover(payment)
      assert.strictEqual(evidence._tag, "ProvedByReference")
      assert.strictEqual(simulator.ledger.charged(), 1245)
    })
  )
})
