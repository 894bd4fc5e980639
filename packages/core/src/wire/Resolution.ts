/**
 * A person's decision about an attempt whose outcome was unknown: as it is sent, and as it is recorded.
 *
 * Amounts are minor units of the order's currency. The whole order counts as paid unless `paid` says otherwise: less makes it
 * approved in part, more is accepted only with `over`. Where the terminal gave another amount, `paid` has to be said.
 */
import * as Schema from "effect/Schema"
import { MAX_MINOR_UNITS, textOf } from "../Money.ts"
import { TransactionType } from "../TransactionType.ts"
import { Timestamp } from "./Timestamp.ts"

/** `set-aside`: still unknown, but the terminal may take the next order meanwhile. */
export const ResolvedAs = Schema.Literals(["approved", "declined", "set-aside"])
export type ResolvedAs = typeof ResolvedAs.Type

/** The most characters of a name or of evidence. */
export const MAX_WORDS = 500

const Words = Schema.String.check(
  Schema.makeFilter((text) =>
    text.trim() === text && text.length >= 1 && text.length <= MAX_WORDS
      ? undefined
      : `expected 1 to ${MAX_WORDS} characters without blanks around them, got ${
          text.trim() === "" ? "nothing" : text.length > MAX_WORDS ? `${text.length} characters` : "blanks around them"
        }`
  )
)

/** What is wrong with an approval code. */
export const authorizationNumberProblem = (text: string): string | undefined =>
  /^[0-9A-Za-z]{1,10}$/.test(text)
    ? undefined
    : `expected 1 to 10 letters and digits, got a text of ${text.length} characters`

/** The issuer's approval code as a receipt prints it. */
const AuthorizationNumber = Schema.String.check(Schema.makeFilter(authorizationNumberProblem))

/** What is wrong with the last four digits of a card. A longer text is never repeated: it may be a card number. */
export const lastFourProblem = (text: string): string | undefined =>
  /^\d{4}$/.test(text) ? undefined : `expected the last 4 digits of the card, got a text of ${text.length} characters`

/** The last four digits of a card. */
const LastFour = Schema.String.check(Schema.makeFilter(lastFourProblem))

/** What the person knows about the card. */
const card = {
  authorizationNumber: Schema.optionalKey(AuthorizationNumber),
  lastFour: Schema.optionalKey(LastFour)
}

/** What was paid, 1 minor unit or more. */
const PaidAmount = Schema.Finite.check(
  Schema.makeFilter((paid) =>
    Number.isInteger(paid) && paid >= 1 && paid <= MAX_MINOR_UNITS
      ? undefined
      : `expected a whole number of minor units (1250 is 12.50 EUR), from 1 to ${MAX_MINOR_UNITS}, got ${paid}`
  )
)

/** The body of `POST /attempts/:id/resolve`. */
export const ResolveRequest = Schema.Struct({
  outcome: ResolvedAs,
  /** Who says so. */
  by: Words,
  /** What they have seen: a receipt's number, the terminal's journal, the customer's bank. */
  evidence: Words,
  ...card,
  /** What was paid, with `approved`; all of the order by default. */
  paid: Schema.optionalKey(PaidAmount),
  /** Takes a `paid` that is more than the order asked for. */
  over: Schema.optionalKey(Schema.Boolean),
  /** Records it although the connection to the terminal is still open, and the terminal may yet answer. */
  override: Schema.optionalKey(Schema.Boolean)
}).annotate({ identifier: "ResolveRequest" })
export type ResolveRequest = typeof ResolveRequest.Type

/** Why the values of `paid` and `over` are refused. */
export type PaidProblem =
  /** No amount, although the terminal gave another one than the order's: all of the order may not be what was paid. */
  | "terminal-differs"
  /** `over` without an amount. */
  | "missing"
  /** An amount with another outcome than approved. */
  | "not-approved"
  /** More than was asked for, without `over`. */
  | "more-than-asked"

/** A terminal's evidence, as far as it is read here. */
interface AmountEvidence {
  readonly amount?: { readonly minorUnits: number; readonly currency: string } | undefined
  readonly contradictions?: ReadonlyArray<{ readonly kind: string }>
}

/**
 * The amount that the terminal gave of an unknown payment, in minor units; undefined if none in the order's currency, or if its
 * answer names another order.
 */
export const amountByTerminal = (evidence: AmountEvidence | undefined, currency: string): number | undefined => {
  const { amount, contradictions = [] } = evidence ?? {}
  if (contradictions.some(({ kind }) => kind === "order-id")) return undefined
  return amount?.currency === currency && amount.minorUnits > 0 ? amount.minorUnits : undefined
}

/**
 * What is wrong with the amount that a person says was paid. `asked` is the order's amount, `byTerminal` the terminal's if it
 * gave one; both in minor units.
 */
export const paidProblem = (
  {
    outcome,
    paid,
    over = false
  }: {
    readonly outcome: ResolvedAs
    readonly paid?: number | undefined
    readonly over?: boolean | undefined
  },
  asked: number,
  byTerminal = asked
): PaidProblem | undefined => {
  if (paid === undefined) {
    if (over) return "missing"
    return outcome === "approved" && byTerminal !== asked ? "terminal-differs" : undefined
  }
  if (outcome !== "approved") return "not-approved"
  return paid > asked && !over ? "more-than-asked" : undefined
}

/** The same in words, for programs that send `paid` and `over`. */
export const paidProblemText = (
  said: Parameters<typeof paidProblem>[0],
  asked: number,
  currency: string,
  byTerminal = asked
): string | undefined => {
  const { outcome, paid = 0 } = said
  const show = (minorUnits: number) => `${textOf(minorUnits, currency)} (${minorUnits} minor units)`
  switch (paidProblem(said, asked, byTerminal)) {
    case undefined:
      return undefined
    case "terminal-differs":
      return `expected the amount that was paid, because the terminal said ${show(byTerminal)}, not the ${show(asked)} that were asked for; got nothing`
    case "missing":
      return 'expected the amount that was paid with "over": true, got nothing'
    case "not-approved":
      return `expected only with the outcome "approved", got ${paid} with "${outcome}"`
    case "more-than-asked":
      return `${show(paid)} is more than the ${show(asked)} that were asked for: if that is what was paid, say "over": true as well`
  }
}

/** Why `paid` is refused for an attempt with an unreadable record. */
export const DAMAGED_PAID_PROBLEM =
  "expected none, because the attempt's record is damaged and its currency is not known; say in the evidence how much was paid"

/** The amount that a person says was paid, in minor units. */
export const saidPaid = (
  { outcome, paid }: { readonly outcome: ResolvedAs; readonly paid?: number | undefined },
  asked: number
): number => (outcome === "approved" ? (paid ?? asked) : 0)

/** A resolution as it is recorded. */
export const recordedFields = {
  outcome: ResolvedAs,
  by: Schema.String,
  evidence: Schema.String,
  authorizationNumber: Schema.optionalKey(Schema.String),
  lastFour: Schema.optionalKey(Schema.String),
  /** Minor units, if the person gave an amount. */
  paid: Schema.optionalKey(Schema.Int),
  /** The login that recorded it. */
  login: Schema.String,
  /** It was recorded although the terminal might still have answered. */
  override: Schema.optionalKey(Schema.Boolean)
}

export const Resolution = Schema.Struct({ at: Timestamp, ...recordedFields }).annotate({ identifier: "Resolution" })
export type Resolution = typeof Resolution.Type

/** A resolved attempt whose record cannot be read: its amount is not known. */
export const ResolvedDamaged = Schema.Struct({
  id: Schema.String,
  login: Schema.String,
  orderId: Schema.String,
  transactionType: TransactionType,
  /** `unknown` if it was set aside. */
  state: Schema.Literals(["approved", "declined", "unknown"]),
  damaged: Schema.Literal(true),
  resolution: Schema.Struct(recordedFields)
}).annotate({ identifier: "ResolvedDamaged" })
export type ResolvedDamaged = typeof ResolvedDamaged.Type
