/** How a payment on the command line ended: JSON for programs, text for people, an exit code for scripts. */

import { CommandFailed, jsonLine, paint, printable, printableLines, quoted, type Tone } from "@hipay-pos/cli-kit"
import type { AlreadyApproved, AlreadyReversed, OrderIdConflict, Unsettled } from "@hipay-pos/client"
import { Money, Payment, type TerminalEvidence, type TransactionType } from "@hipay-pos/core"
import { type AttemptState, isPaid, stateOf } from "@hipay-pos/core/wire/AttemptState"
import type { ProblemCode } from "@hipay-pos/core/wire/Problem"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { askCommandFor, commandFor, evidenceLines } from "./evidence.ts"
import { linksOf } from "./links.ts"

/**
 * What `hipay-pos pay --json` prints. `frames` only for a payment directly at the terminal: what was sent, and what
 * came, complete or not.
 */
export interface Report {
  readonly outcome: Exclude<AttemptState, "open">
  /** The outcome of an earlier attempt of the same order; nothing was sent now. */
  readonly already?: true | undefined
  readonly reason?: string | undefined
  /** Why it is unknown or was refused, as a code, such as `attempts.unreadable`. */
  readonly why?: string | undefined
  /** The outcome is unknown, but a person has resolved it in the journal meanwhile. */
  readonly isResolved?: true | undefined
  /** What to do now, if there is no outcome. */
  readonly next?: string | undefined
  /** Minor units that were paid; if none were, the amount of the order. */
  readonly amount: number
  /** Part of `amount`. */
  readonly tip?: number | undefined
  readonly currency: string
  readonly authorizationNumber?: string | undefined
  readonly paymentApplication?: string | undefined
  readonly pan?: string | undefined
  readonly receipt?: string | undefined
  readonly warnings: ReadonlyArray<string>
  readonly orderId?: string | undefined
  /** The attempt of the journal, if one was opened. */
  readonly attempt?: string | undefined
  /** Base URL of the server, and the server's own address of the attempt. */
  readonly server?: string | undefined
  readonly serverAttempt?: string | undefined
  /** If the terminal takes no payment: the server's address of the attempt to resolve first. */
  readonly unresolvedAttempt?: string | undefined
  /** What the terminal sent of an unknown payment, masked. */
  readonly received?: TerminalEvidence.TerminalEvidence | undefined
  readonly frames?: { readonly request?: string; readonly response?: string } | undefined
}

/** As in the table of exit codes. */
export const exitCodes: Readonly<Record<Report["outcome"], number>> = {
  approved: 0,
  "not-started": 3,
  unknown: 4,
  declined: 10,
  "approved-in-part": 11
}

/** The report of an outcome. */
export const fromOutcome = (outcome: Payment.PaymentOutcome, asked: Money.Money): Report => {
  const paid = Payment.chargedOf(outcome) ?? asked
  const { authorizationNumber, paymentApplication, pan } = outcome.card
  const receipt = outcome.receipt?.customer ?? outcome.receipt?.merchant
  return {
    outcome: stateOf(outcome),
    reason: reasonOf(outcome),
    amount: paid.minorUnits,
    tip: outcome._tag === "Approved" ? outcome.tip?.minorUnits : undefined,
    currency: paid.currency,
    authorizationNumber,
    paymentApplication,
    pan,
    receipt,
    warnings: outcome.warnings.map(({ message }) => message)
  }
}

const reasonOf = (outcome: Payment.PaymentOutcome): string | undefined => {
  switch (outcome._tag) {
    case "Approved":
      return undefined
    case "ApprovedInPart":
      return `remaining: ${Money.toText(outcome.remaining)}`
    case "Declined":
      return outcome.label
  }
}

/** The report of a payment without an outcome. */
export const withoutOutcome = (
  outcome: "not-started" | "unknown",
  reason: string,
  asked: Money.Money,
  next: string = LOOK
): Report => ({
  outcome,
  reason,
  next,
  amount: asked.minorUnits,
  currency: asked.currency,
  warnings: []
})

/** The report of an order that was sent before: its earlier attempt's outcome, or unknown while that is unknown. */
export const fromEarlier = (reason: Unsettled | AlreadyApproved, asked: Money.Money): Report => {
  const { attempt, serverAttempt, advice } = reason
  const known = { already: true, attempt, serverAttempt } as const
  if (reason._tag === "Unsettled") return { ...withoutOutcome("unknown", reason.detail, asked, advice), ...known }
  return reason.paid === undefined
    ? { ...withoutOutcome("unknown", `${reason.message}, and it is not known how much of it`, asked), ...known }
    : {
        ...withoutOutcome("unknown", reason.message, asked, advice),
        outcome: reason.state,
        amount: reason.paid,
        tip: reason.tip,
        ...known
      }
}

/** The message for an order whose id was used up, with the attempt that used it. */
export const needsAnotherId = (reason: AlreadyReversed | OrderIdConflict): string => {
  const { message, attempt = reason.serverAttempt, advice } = reason
  return `${message}${attempt === undefined ? "" : ` (attempt ${attempt})`}. ${advice}`
}

/** What was paid, in minor units, if known. */
export const paidIn = ({ outcome, amount }: Report): { readonly paid?: number } => {
  switch (outcome) {
    case "approved":
    case "approved-in-part":
      return { paid: amount }
    case "declined":
    case "not-started":
      return { paid: 0 }
    case "unknown":
      return {}
  }
}

const LOOK =
  "Look at the terminal or its receipt. Take no other payment and give no money back for the order before you know. If you send it again, keep its order id, and never send it straight to HiPay's own service."

/** What was not done when nothing was started. */
export const nothingDone: Readonly<Record<TransactionType.TransactionType, string>> = {
  Debit: "Nothing was paid.",
  Credit: "Nothing was refunded.",
  Cancel: "Nothing was cancelled; what was paid stays paid."
}

/** The report as text. `more` holds the further arguments of the command that resolves it, besides id and server. */
export const toText = (report: Report, asked: Money.Money, more = ""): string => {
  const [tone, title] = titles[report.outcome]
  const lines = [`${paint(tone, title)}${report.reason === undefined ? "" : `: ${printableLines(report.reason)}`}`]
  if (isPaid({ state: report.outcome })) {
    lines.push(`amount          ${Money.textOf(report.amount, asked.currency)}`)
    if (report.tip !== undefined) lines.push(`tip             ${Money.textOf(report.tip, asked.currency)}`)
  }
  if (report.orderId !== undefined) lines.push(`order id        ${printable(report.orderId)}`)
  if (report.authorizationNumber !== undefined) lines.push(`authorization   ${printable(report.authorizationNumber)}`)
  if (report.pan !== undefined) lines.push(`card            ${printable(report.pan)}`)
  if (report.server !== undefined && report.serverAttempt !== undefined) {
    const { address, console } = linksOf(report.server, report.serverAttempt)
    lines.push(`attempt         ${printable(address)}`, `console         ${printable(console)}`)
  }
  for (const warning of report.warnings) lines.push(`warning         ${printableLines(warning)}`)
  if (report.receipt !== undefined) lines.push("", printableLines(report.receipt))
  if (report.received !== undefined) lines.push(...evidenceLines(report.received))
  if (report.next !== undefined) lines.push(report.next)
  // Once a person has resolved it here, only the server may still have it as unknown.
  if (report.outcome === "unknown" && (report.isResolved !== true || report.serverAttempt !== undefined)) {
    const command = report.why === ("attempts.unreadable" satisfies ProblemCode) ? askCommandFor : commandFor
    lines.push(`Then: ${command(report.attempt ?? "ID", report.server, more)}`)
  }
  if (report.server !== undefined && report.unresolvedAttempt !== undefined) {
    const { id } = linksOf(report.server, report.unresolvedAttempt)
    lines.push(`Then: ${commandFor(quoted(printable(id)), report.server, more)}`)
  }
  return lines.join("\n")
}

const titles: Readonly<Record<Report["outcome"], readonly [Tone, string]>> = {
  approved: ["good", "Approved"],
  "approved-in-part": ["odd", "Approved in part"],
  declined: ["bad", "Declined"],
  "not-started": ["bad", "Not started"],
  unknown: ["odd", "Outcome unknown"]
}

/** How a report is printed: as JSON, or as text with further arguments of the command that resolves its payment. */
export interface Printing {
  readonly json: boolean
  readonly more: string
}

/** Prints a report, and ends with its exit code. */
export const print = Effect.fnUntraced(function* (report: Report, asked: Money.Money, { json, more }: Printing) {
  yield* Console.log(json ? jsonLine(report) : toText(report, asked, more))
  const code = exitCodes[report.outcome]
  process.exitCode = code
  if (code !== 0) return yield* new CommandFailed({ code })
})
