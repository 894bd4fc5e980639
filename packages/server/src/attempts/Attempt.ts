/**
 * One try to have one order paid, from before the first byte to a known end.
 *
 * An attempt is written when it is opened and again when it ends. Card data never reaches it: frames and receipts come
 * masked from the codec.
 */

import * as Card from "@hipay-pos/core/Card"
import { defined } from "@hipay-pos/core/Defined"
import type { Finding } from "@hipay-pos/core/Finding"
import * as Money from "@hipay-pos/core/Money"
import * as Payment from "@hipay-pos/core/Payment"
import type { NotStarted, OutcomeUnknown, TerminalError } from "@hipay-pos/core/Terminal"
import type { TerminalEvidence } from "@hipay-pos/core/TerminalEvidence"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import type { TransactionType } from "@hipay-pos/core/TransactionType"
import type { AttemptState, ReceivedAnswer, RecordedAnswer, TerminalKind } from "@hipay-pos/core/wire/Attempt"
import { type PaidState, stateOf } from "@hipay-pos/core/wire/AttemptState"
import * as Wire from "@hipay-pos/core/wire/Resolution"
import * as Arr from "effect/Array"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { KeptNotification } from "../notifications/KeptNotification.ts"
import type { AnsweredAs, AttemptEvent } from "./AttemptEvent.ts"
import type { KeptOrder } from "./KeptOrder.ts"

export type { AttemptState }

/** Where an attempt is shown. */
export const urlOf = ({ id }: { readonly id: string }): string => `/attempts/${id}`

/** Login, order id and transaction type: the same key is the same payment. */
export interface AttemptKey {
  readonly login: string
  readonly orderId: string
  readonly transactionType: TransactionType
}

/** What an attempt has in every state. */
type Common = {
  readonly id: string
  readonly key: AttemptKey
  /** The order as received, with the contract's defaults. */
  readonly order: KeptOrder
  /** The requested amount. */
  readonly amount: Money.Money
  readonly target: TerminalTarget.TerminalTarget
  /** `dialled` over the network, `simulated` in memory, or `relayed` to HiPay's own service. */
  readonly terminal: TerminalKind
  /** The terminal's configured name; its address by default. */
  readonly terminalName?: string
  /** It holds its terminal's guard or waits for it. Absent from attempts in older stores. */
  readonly guarded?: true
  /** The service that a relay asks: `stage`, `production` or a host. */
  readonly upstream?: string
  /** What that service answered. */
  readonly received?: ReceivedAnswer
  /** What was odd about the order and how it was served; nothing that caused a refusal. */
  readonly findings: ReadonlyArray<Finding>
  /** Hashed; in older stores the key as received. */
  readonly idempotencyKey?: string
  /** The request that opened it. */
  readonly requestId?: string
  /** The order's span, as a `traceparent` header, if it was traced. */
  readonly traceparent?: string
  readonly openedAt: number
  /** What happened at the terminal, in order; grows while the attempt is open, and when a late answer comes. */
  readonly events: ReadonlyArray<AttemptEvent>
  /** Manual resolutions, in order. */
  readonly resolutions?: ReadonlyArray<Resolution>
  /** Alarms, in order. */
  readonly alarms?: ReadonlyArray<Alarm>
  /** HiPay's notifications of its transactions, in order of arrival. */
  readonly notifications?: ReadonlyArray<KeptNotification>
  /** The outcome comes from notifications, not from an answer. */
  readonly provedBy?: "notification"
  /** The answer that an older version recorded, returned unchanged; this version derives answers instead. */
  readonly recorded?: RecordedAnswer
  /** When order, receipt and events were removed, because the store was pruned. */
  readonly prunedAt?: number
  /**
   * Replaces the order of a pruned attempt: the SHA-256 of its canonical JSON without customer and delivery, to recognise the
   * same order.
   */
  readonly orderDigest?: string
}

/** Ended by the terminal, or by what notifications prove. */
type Performed = { readonly endedAt: number; readonly error?: never } & (
  | { readonly state: "approved"; readonly outcome: Payment.Approved }
  | { readonly state: "approved-in-part"; readonly outcome: Payment.ApprovedInPart }
  | { readonly state: "declined"; readonly outcome: Payment.Declined }
)

/** Ended by a person: the last resolution says how. Keeps the error from before. */
type Resolved = {
  readonly state: PaidState | "declined"
  readonly endedAt: number
  readonly outcome?: never
  readonly error?: OutcomeUnknown
  readonly resolutions: Arr.NonEmptyReadonlyArray<Resolution>
}

/** An attempt. Its state says what is known of its end. Times are milliseconds since 1970. */
export type Attempt = Common &
  (
    | { readonly state: "open"; readonly endedAt?: never; readonly outcome?: never; readonly error?: never }
    | { readonly state: "not-started"; readonly endedAt: number; readonly outcome?: never; readonly error: NotStarted }
    /** No error if a bug of ours ended it. */
    | { readonly state: "unknown"; readonly endedAt: number; readonly outcome?: never; readonly error?: OutcomeUnknown }
    | Performed
    | Resolved
  )

/** An attempt as a part of an error. */
export const AttemptValue: Schema.Codec<Attempt> = Schema.declare(
  (value): value is Attempt => typeof value === "object" && value !== null && "key" in value
)

export const AlarmCode = Schema.Literals([
  /** The end is known but could not be written; the write is retried. */
  "attempt.end.not.written",
  /** The end was written after all. */
  "attempt.end.written.late",
  /** The server stopped before the end was written. */
  "attempt.end.lost",
  /** The terminal's late answer contradicts a person's resolution, or has signs that do. */
  "attempt.resolution.contradicted",
  /** HiPay's notification contradicts the recorded answer, a person's resolution or another notification. */
  "attempt.notification.contradicts"
])
export type AlarmCode = typeof AlarmCode.Type

/** Something that a person has to act on. */
export const Alarm = Schema.Struct({
  at: Schema.Finite,
  code: AlarmCode,
  /** What happened, and what to do. */
  message: Schema.String,
  details: Schema.Record(Schema.String, Schema.Union([Schema.String, Schema.Finite]))
})
export type Alarm = typeof Alarm.Type

/** A manual resolution of an unknown outcome; `at` in milliseconds since 1970. */
export const Resolution = Schema.Struct({ ...Wire.Resolution.fields, at: Schema.Finite })
export type Resolution = typeof Resolution.Type

/** The result of an exchange with a terminal. */
export type PerformedResult =
  | { readonly _tag: "Outcome"; readonly outcome: Payment.PaymentOutcome }
  | { readonly _tag: "Error"; readonly reason: TerminalError["reason"] }
  /** A bug of ours. Something may have been sent, so the outcome is unknown. */
  | { readonly _tag: "Defect" }

/** How an attempt ended. */
export type AttemptResult = PerformedResult | { readonly _tag: "Resolved"; readonly resolution: Resolution }

/** How an attempt ended; undefined while it is open. */
export const resultOf = ({ state, outcome, error, resolutions }: Attempt): AttemptResult | undefined => {
  if (state === "open") return undefined
  if (state === "not-started") return { _tag: "Error", reason: error }
  if (state === "unknown") return error ? { _tag: "Error", reason: error } : { _tag: "Defect" }
  return outcome ? { _tag: "Outcome", outcome } : { _tag: "Resolved", resolution: Arr.lastNonEmpty(resolutions) }
}

/** Whether a person ended it, and no outcome has come since. */
export const isResolved = (attempt: Attempt): attempt is Common & Resolved => resultOf(attempt)?._tag === "Resolved"

/** What the caller is told once the exchange is over. */
export const answeredAs = (result: PerformedResult): AnsweredAs => {
  switch (result._tag) {
    case "Outcome":
      return "outcome"
    case "Error":
      return result.reason._tag === "TerminalNotStarted" ? "not-started" : "unknown"
    case "Defect":
      return "defect"
  }
}

/** The attempt with its end. */
export const close = (attempt: Attempt, end: AttemptResult, endedAt: number): Attempt => {
  const { error, recorded, outcome: _, provedBy: __, ...known } = attempt
  switch (end._tag) {
    case "Outcome": {
      const { outcome } = end
      if (outcome._tag === "Approved") return { ...known, endedAt, state: "approved", outcome }
      if (outcome._tag === "ApprovedInPart") return { ...known, endedAt, state: "approved-in-part", outcome }
      return { ...known, endedAt, state: "declined", outcome }
    }
    case "Error": {
      const { reason } = end
      return reason._tag === "TerminalNotStarted"
        ? { ...known, endedAt, state: "not-started", error: reason }
        : { ...known, endedAt, state: "unknown", error: reason }
    }
    case "Resolved": {
      const resolutions = Arr.append(known.resolutions ?? [], end.resolution)
      const outcome = toOutcome(end.resolution, attempt.amount)
      if (outcome === undefined) return { ...attempt, resolutions }
      const evidence = error?._tag === "TerminalOutcomeUnknown" && { error }
      return { ...known, ...evidence, endedAt, state: stateOf(outcome), resolutions }
    }
    case "Defect":
      return { ...known, endedAt, state: "unknown" }
  }
}

/** The outcome that a resolution gives a payment of an amount; undefined if it stays unknown. */
const toOutcome = (
  { outcome, paid, authorizationNumber, lastFour }: Omit<Resolution, "at" | "login">,
  asked: Money.Money
): Payment.PaymentOutcome | undefined => {
  const pan = lastFour === undefined ? undefined : Card.TruncatedPan.make(`############${lastFour}`)
  const card = defined({ authorizationNumber, pan })
  const told = { card, warnings: [] }
  switch (outcome) {
    case "set-aside":
      return undefined
    case "declined":
      return { _tag: "Declined", reason: "not-performed", label: "resolved by a person", ...told }
    case "approved": {
      const charged = Result.getOrThrow(Money.make(paid ?? asked.minorUnits, asked.currency))
      return { ...Payment.ofCharged(asked, charged), ...told }
    }
  }
}

/** The outcome: the terminal's, or else a person's. */
export const outcomeOf = (attempt: Attempt): Payment.PaymentOutcome | undefined => {
  const result = resultOf(attempt)
  if (result?._tag === "Outcome") return result.outcome
  return result?._tag === "Resolved" ? toOutcome(result.resolution, attempt.amount) : undefined
}

/** What was charged, a tip included. Undefined when nothing was. */
export const paidOf = (attempt: Attempt): Money.Money | undefined => {
  const outcome = outcomeOf(attempt)
  return outcome && Payment.chargedOf(outcome)
}

/** What the cardholder added; part of what was charged. */
export const tipOf = (attempt: Attempt): Money.Money | undefined => {
  const outcome = outcomeOf(attempt)
  return outcome?._tag === "Approved" ? outcome.tip : undefined
}

/** What is known of the card, from the outcome and from the evidence of an unknown one. May be empty. */
export const cardOf = (attempt: Attempt): Card.Card => ({ ...evidenceOf(attempt)?.card, ...outcomeOf(attempt)?.card })

/** The issuer's approval code, from the outcome or from the evidence of an unknown one. */
export const authorizationOf = (attempt: Attempt): string | undefined =>
  Card.authorizationNumberOf(outcomeOf(attempt)?.card.authorizationNumber) ??
  Card.authorizationNumberOf(evidenceOf(attempt)?.card.authorizationNumber)

/** What the terminal sent about a payment with an unknown outcome. */
export const evidenceOf = ({ error }: Attempt): TerminalEvidence | undefined =>
  error?._tag === "TerminalOutcomeUnknown" ? error.evidence : undefined

/** The error's name in the API and the store's file: its tag without the prefix. */
export const errorName = ({ _tag }: TerminalError["reason"]): "NotStarted" | "OutcomeUnknown" =>
  _tag === "TerminalNotStarted" ? "NotStarted" : "OutcomeUnknown"

/** The display name of the attempt's terminal. */
export const terminalNameOf = ({ target, terminalName }: Attempt): string =>
  terminalName ?? TerminalTarget.toText(target)
