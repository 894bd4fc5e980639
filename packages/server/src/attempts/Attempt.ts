/**
 * One try to have one order paid, from before the first byte to a known end.
 *
 * An attempt is written when it is opened and again when it ends. Card data never reaches it: frames and receipts come
 * masked from the codec.
 */
import type { Finding } from "@hipay-pos/core/Finding"
import type { Money } from "@hipay-pos/core/Money"
import type { PaymentOutcome } from "@hipay-pos/core/Payment"
import type { TerminalError } from "@hipay-pos/core/Terminal"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import type { TransactionType } from "@hipay-pos/core/TransactionType"
import type { Moment } from "./AttemptEvent.ts"

/** Where an attempt stands. */
export type AttemptState = "open" | "approved" | "approved-in-part" | "declined" | "not-started" | "unknown"

/** Who asked for what: the same key is the same payment. */
export interface AttemptKey {
  readonly login: string
  readonly orderId: string
  readonly transactionType: TransactionType
}

/** The answer that the caller got, as it was sent. */
export interface Answer {
  readonly status: number
  /** Beside those that every answer has. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
}

/** An attempt. Times are milliseconds since 1970. */
export interface Attempt {
  readonly id: string
  readonly key: AttemptKey
  /** The order as received, with the contract's defaults. */
  readonly order: unknown
  /** What it asks for. */
  readonly amount: Money
  readonly target: TerminalTarget.TerminalTarget
  /** `dialled` over the network, or `simulated` in memory. */
  readonly terminal: "dialled" | "simulated"
  /** What people call the terminal; its address by default. */
  readonly terminalName?: string
  /** What was odd about the order and the way it was served; none of them refused it. */
  readonly findings: ReadonlyArray<Finding>
  /** As a hash; in attempts of older stores as it came. */
  readonly idempotencyKey?: string
  /** The request that opened it. */
  readonly requestId?: string
  readonly openedAt: number
  readonly state: AttemptState
  readonly endedAt?: number
  readonly outcome?: PaymentOutcome
  readonly error?: TerminalError["reason"]
  /** What happened at the terminal, in order; grows while the attempt is open, and when an answer comes late. */
  readonly moments: ReadonlyArray<Moment>
  /** What people said of an unknown outcome, in order. */
  readonly resolutions?: ReadonlyArray<Resolution>
  /** What a person has to see to, in order. */
  readonly alarms?: ReadonlyArray<Alarm>
  /** Absent while the caller waits. After a late answer or a resolution: what the caller would have got. */
  readonly answer?: Answer
}

/** What a person has to see to. */
export interface Alarm {
  readonly at: number
  readonly code: AlarmCode
  /** What happened, and what to do. */
  readonly message: string
  readonly details: Readonly<Record<string, string | number>>
}

export type AlarmCode =
  /** The end is known and could not be written: it is tried again. */
  | "attempt.end.not.written"
  /** It was written after all. */
  | "attempt.end.written.late"
  /** The server ended before it was. */
  | "attempt.end.lost"
  /** The terminal's late answer says something else than a person had said. */
  | "attempt.word.contradicted"

/** A person's word on how an attempt ended whose outcome was unknown. */
export interface Resolution {
  readonly at: number
  /** `set-aside`: still unknown, but the terminal may take the next order meanwhile. */
  readonly outcome: "approved" | "declined" | "set-aside"
  /** Who says so. */
  readonly by: string
  /** What it rests on: a receipt's number, the terminal's journal, the customer's bank. */
  readonly evidence: string
  /** Who was logged in. */
  readonly login: string
  /** It was said although the terminal might still have answered. */
  readonly override?: true
}

/** How an attempt ended. */
export type End =
  | { readonly _tag: "Outcome"; readonly outcome: PaymentOutcome }
  | { readonly _tag: "Error"; readonly reason: TerminalError["reason"] }
  | { readonly _tag: "Resolved"; readonly resolution: Resolution }
  /** A bug of ours. Nobody knows what has left by then, so the outcome is unknown. */
  | { readonly _tag: "Defect" }

/** The attempt with its end. */
export const close = (attempt: Attempt, end: End, endedAt: number): Attempt => {
  const known = attempt.error === undefined ? attempt : withoutError(attempt)
  switch (end._tag) {
    case "Outcome":
      return { ...known, endedAt, state: states[end.outcome._tag], outcome: end.outcome }
    case "Error":
      return {
        ...known,
        endedAt,
        state: end.reason._tag === "TerminalNotStarted" ? "not-started" : "unknown",
        error: end.reason
      }
    case "Resolved": {
      const { resolution } = end
      const resolutions = [...(known.resolutions ?? []), resolution]
      return resolution.outcome === "set-aside"
        ? { ...attempt, resolutions }
        : { ...attempt, endedAt, state: resolution.outcome, resolutions }
    }
    case "Defect":
      return { ...known, endedAt, state: "unknown" }
  }
}

const withoutError = ({ error: _, ...attempt }: Attempt): Attempt => attempt

const states = {
  Approved: "approved",
  ApprovedInPart: "approved-in-part",
  Declined: "declined"
} as const satisfies Record<PaymentOutcome["_tag"], AttemptState>

/** What was paid: by the terminal's answer, or, by a person's word, all that was asked for. Undefined when nothing was. */
export const paidOf = ({ state, amount, outcome }: Attempt): Money | undefined => {
  switch (state) {
    case "approved":
      return outcome?._tag === "Approved" ? outcome.amount : amount
    case "approved-in-part":
      return outcome?._tag === "ApprovedInPart" ? outcome.paid : undefined
    default:
      return undefined
  }
}

/** The error's name in the API and in the store's file: there it needs no word that tells it from a client's errors. */
export const errorName = ({ _tag }: TerminalError["reason"]): "NotStarted" | "OutcomeUnknown" =>
  _tag === "TerminalNotStarted" ? "NotStarted" : "OutcomeUnknown"

/** What people call the attempt's terminal. */
export const terminalNameOf = ({ target, terminalName }: Attempt): string =>
  terminalName ?? TerminalTarget.toText(target)
