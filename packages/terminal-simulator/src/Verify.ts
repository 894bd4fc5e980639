/**
 * Assertions for tests of ECR software: what the terminal received, in which order, and what it charged.
 *
 * They throw {@link VerificationFailed}, whose message has what was expected and what the terminal saw.
 */
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import type { CurrencyCode } from "@hipay-pos/core/Currency"
import * as Schema from "effect/Schema"
import type { TerminalSimulator } from "./TerminalSimulator.ts"

type Seen = Pick<TerminalSimulator, "journal" | "ledger" | "name">

/** Expected fields of one request, by tag; other fields may have any value. `undefined`: must be absent. */
export type ExpectedFields = Readonly<Record<string, string | undefined>>

/** The requests that the terminal received, as masked text, in order. */
export const received = (terminal: Seen): ReadonlyArray<string> => terminal.journal().map(({ request }) => request)

/** The terminal received exactly these requests, in this order. */
export const receivedInOrder = (terminal: Seen, expected: ReadonlyArray<ExpectedFields>): void => {
  const seen = terminal.journal()
  const fits =
    seen.length === expected.length &&
    expected.every((fields, index) =>
      Object.entries(fields).every(([tag, value]) => Tlv.find(seen[index]?.fields ?? [], tag) === value)
    )
  if (!fits) fail(terminal, JSON.stringify(expected), received(terminal).join(", ") || "no request")
}

/** The terminal received no request at all. */
export const receivedNothing = (terminal: Seen): void => receivedInOrder(terminal, [])

/** The terminal charged this net amount in a currency, in minor units. */
export const charged = (terminal: Seen, minorUnits: number, currency: CurrencyCode = "EUR"): void => {
  const actual = terminal.ledger.charged(currency)
  if (actual !== minorUnits) fail(terminal, `${minorUnits} ${currency} charged`, `${actual} ${currency}`)
}

/** The terminal charged nothing, in any currency. */
export const chargedNothing = (terminal: Seen): void => {
  const totals = terminal.ledger.totals().filter(({ count }) => count > 0)
  if (totals.length > 0) {
    fail(terminal, "nothing charged", totals.map(({ net, currency }) => `${net} ${currency}`).join(", "))
  }
}

/** The terminal charged exactly once, this amount. Use it after a fault: was the cardholder charged twice? */
export const chargedOnce = (terminal: Seen, minorUnits: number, currency: CurrencyCode = "EUR"): void => {
  const debits = terminal.ledger.entries().filter(({ operation }) => operation === "debit")
  if (debits.length !== 1 || debits[0]?.amount !== minorUnits || debits[0].currency !== currency) {
    const seen = debits.map(({ amount, currency: paid }) => `${amount} ${paid}`).join(", ")
    fail(terminal, `one debit of ${minorUnits} ${currency}`, seen || "none")
  }
}

const fail = (terminal: Seen, expected: string, actual: string): never => {
  throw new VerificationFailed({ terminal: terminal.name, expected, actual })
}

/** The terminal did not see what was expected. */
export class VerificationFailed extends Schema.TaggedError<VerificationFailed>()("VerificationFailed", {
  terminal: Schema.String,
  expected: Schema.String,
  actual: Schema.String
}) {
  override get message() {
    return `${this.terminal}: expected ${this.expected}, got ${this.actual}`
  }
}
