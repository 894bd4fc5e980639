/** Which ends that prove no outcome contradict what a person said was paid. */
import { Money } from "@hipay-pos/core"
import * as TerminalEvidence from "@hipay-pos/core/TerminalEvidence"
import { assert, describe, it } from "vitest"
import { contradicts, type UnknownEnd } from "../src/paymentSigns.ts"

const amount = Money.of("10.00", "EUR")

const sent = (told: Partial<TerminalEvidence.TerminalEvidence>): UnknownEnd => ({
  received: { ...TerminalEvidence.ofBytes("AE00210"), ...told },
  reason: "TerminalSilent"
})

const sign = (kind: TerminalEvidence.ContradictionKind) => sent({ contradictions: [{ kind, message: "…" }] })

describe("an unknown end", () => {
  it.each([
    ["another amount done", sent({ status: "done", amount }), true],
    ["an answer of a service that proves nothing", { reason: "Inconclusive" }, true],
    ["the same amount done", sent({ status: "done", amount: Money.of("12.50", "EUR") }), false],
    ["an amount in another currency done", sent({ status: "done", amount: Money.of("10.00", "USD") }), false],
    ["done, without an amount", sent({ status: "done" }), false],
    ["another amount not done", sent({ status: "not-done", amount }), false],
    ["another amount, without a status", sent({ amount }), false],
    ["nothing", { reason: "TerminalSilent" }, false]
  ])("contradicts a person who saw 12.50 EUR paid, or not: %s", (_, end, expected) => {
    assert.strictEqual(contradicts(end, { paid: 1250, currency: "EUR" }), expected)
  })

  it.each([
    ["done", sent({ status: "done" }), true],
    ["an authorization number", sent({ card: { authorizationNumber: "A12345" } }), true],
    ["a ticket", sign("signs-of-a-sale"), true],
    ["the reason authorised", sign("complement"), true],
    ["an answer of a service that proves nothing", { reason: "Inconclusive" }, true],
    ["zeros for an authorization number", sent({ card: { authorizationNumber: "000000" } }), false],
    ["another contradiction", sign("register"), false],
    ["an amount", sent({ amount }), false],
    ["nothing", { reason: "TerminalSilent" }, false]
  ])("contradicts a person who saw nothing paid, or not: %s", (_, end, expected) => {
    assert.strictEqual(contradicts(end, { paid: 0, currency: "EUR" }), expected)
  })
})
