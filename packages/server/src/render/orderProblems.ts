/** The answer to an order without an outcome of its own, because of this attempt or an earlier one: status, code and sentence. */
import * as CardNumber from "@hipay-pos/core/CardNumber"
import * as Finding from "@hipay-pos/core/Finding"
import * as Money from "@hipay-pos/core/Money"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import type { TransactionType } from "@hipay-pos/core/TransactionType"
import { paidOf, tipOf, urlOf } from "../attempts/Attempt.ts"
import type { StoreFailed, TerminalUndecided } from "../attempts/AttemptStore.ts"
import type { Refused } from "../attempts/Repeat.ts"
import type { TerminalNotAllowed } from "../attempts/Submission.ts"
import type { CancelRefused } from "../terminals/Cancellation.ts"
import type { NotServed, NotServedCode } from "../terminals/Terminals.ts"
import type { Rejected, UnsupportedContentType } from "../validation/validate.ts"
import { type Answer, error, problemBody } from "./Answer.ts"
import type { AnswerTo } from "./attemptAnswer.ts"
import { notOpened } from "./storeProblems.ts"

/** Why an order gets no outcome. */
export type OrderProblem =
  | Rejected
  | UnsupportedContentType
  | { readonly _tag: "SandboxCode"; readonly expected: string }
  | { readonly _tag: "Closing" }
  /** The service behind a relay could not be asked about an order's login. */
  | { readonly _tag: "LoginUnchecked"; readonly detail: string; readonly wasSentBefore: boolean }
  | Refused
  | NotServed
  | TerminalNotAllowed
  | TerminalUndecided
  | CancelRefused
  | StoreFailed

/** The answer; `answerTo` renders the earlier attempt's answer. */
export const toOrderProblem = (problem: OrderProblem, answerTo: AnswerTo): Answer => {
  switch (problem._tag) {
    case "InvalidBody":
      return invalidOrder(problem.findings)
    case "ContractFault": {
      const { code, message, path } = problem.finding
      return problemBody(400, `${code}.openapi.requestValidation`, message, message, path === "" ? {} : { path })
    }
    case "Undeliverable":
      return undeliverable(problem.finding)
    case "UnsupportedContentType": {
      const words = `Unsupported Content-Type ${CardNumber.maskedStart(problem.actual ?? "", 80)}`
      return problemBody(415, "unsupported.media.type", words, words, {})
    }
    case "SandboxCode":
      return error(400, "sandbox.code.unknown", `sandbox_code: expected ${problem.expected}.`, { path: "sandbox_code" })
    case "Closing":
      return error(503, "server.closing", "The server is shutting down. Nothing was sent to a terminal.")
    case "LoginUnchecked":
      if (problem.wasSentBefore)
        return error(
          409,
          "attempt.unresolved",
          `The service behind this relay cannot be asked for this login (${problem.detail}), so the order was not sent now. It was sent before, and may have moved money. Check the terminal first.`
        )
      return error(
        400,
        "relay.upstream.unreachable",
        `The service behind this relay cannot be asked for this login (${problem.detail}). Nothing was started. Check the relay's network, then send the order again.`
      )
    case "RepeatRefused":
      return refused(problem, answerTo)
    case "NotServed":
      return error(notServed[problem.code], problem.code, problem.description)
    case "TerminalNotAllowed":
      return error(
        400,
        "unknown.terminal.bad.request",
        `${TerminalTarget.toText(problem.target)}: this login may not use that terminal, or there is none. Nothing was started. Its terminals are in the logins file.`
      )
    case "TerminalUndecided":
      return error(
        409,
        "terminal.unresolved",
        "The outcome of the last payment at this terminal is unknown. Resolve that attempt first, or set it aside.",
        { attempt: urlOf({ id: problem.attempt }) }
      )
    case "CancelRefused":
      return cancelRefused(problem)
    case "AttemptStoreFailed":
      return notOpened(problem)
  }
}

/** The service's answer to this is not documented; that for an unreachable terminal is the nearest known one. */
const undeliverable = (finding: Finding.Finding | undefined): Answer =>
  finding === undefined
    ? error(400, "unavailable.terminal.bad.request", "The order does not name a terminal that can be asked.")
    : error(
        400,
        "unavailable.terminal.bad.request",
        `The order was not sent to a terminal. ${Finding.toText(finding)}.`,
        {
          path: finding.path
        }
      )

/** All below 500: the order was not started. */
const notServed: Readonly<Record<NotServedCode, number>> = {
  "unsupported.terminal.bad.request": 400,
  "unknown.terminal.bad.request": 400,
  "transaction.type.not.allowed": 403,
  "passphrase.not.set": 403,
  "relay.login.missing": 403
}

const cancelRefused = ({ reason }: CancelRefused): Answer => {
  switch (reason._tag) {
    case "ThroughNepting":
      return error(
        400,
        "cancel.not.supported",
        "A payment through AppNepting cannot be cancelled at the terminal. Refund it with a Credit."
      )
    case "WithoutTerminal":
      return error(
        400,
        "cancel.not.supported",
        "A cancellation is performed by the terminal, and this order wakes none. Leave out initialize_payment_terminal, or set it to true."
      )
    case "NotTheLast":
      return error(
        409,
        "cancel.not.the.last",
        "A terminal can only take back its last sale, and this order with this amount is not that one."
      )
    case "OtherAmount":
      return error(
        409,
        "cancel.not.the.last",
        `This order was charged ${Money.toText(reason.charged)}: a cancellation asks for that amount, got ${Money.toText(reason.asked)}.`,
        { paid: reason.charged.minorUnits, currency: reason.charged.currency }
      )
    case "LastInDoubt":
      return error(
        409,
        "cancel.not.the.last",
        `A terminal can only take back its last sale, and it is not certain which one that is: the outcome of a payment there ${reason.state === "unknown" ? "is unknown" : "is what a person said"}. Find out how that attempt ended. If this sale was paid and its money has not been given back, cancel it at the terminal, or refund it.`,
        { attempt: urlOf({ id: reason.attempt }) }
      )
  }
}

/** The first refusing finding is the message; all findings are in the details. */
const invalidOrder = (findings: ReadonlyArray<Finding.Finding>): Answer => {
  const first = findings.find(({ severity }) => severity === "refused")
  if (first === undefined) return error(400, "order.validation", "The order is not valid.", { findings })
  const { path, expected, actual } = first
  // As in faithful validation, which has no path for the body itself.
  const details = { ...(path === "" ? {} : { path }), expected, actual, findings }
  return first.rule === "contract"
    ? problemBody(400, `${first.code}.openapi.requestValidation`, first.message, first.message, details)
    : problemBody(400, `${first.code}.order.validation`, "Bad Request", `${Finding.toText(first)}.`, details)
}

const refused = ({ reason, state, earlier, differs }: Refused, answerTo: AnswerTo): Answer => {
  const details = { state, attempt: urlOf(earlier), differs }
  const paid = paidOf(earlier)?.minorUnits
  const inWhat = differs === undefined ? "" : ` It differs in ${differs.join(", ")}.`
  switch (reason) {
    case "different":
      return error(409, "attempt.different", earlier.prunedAt === undefined ? `${ANOTHER}${inWhat}` : FORGOTTEN, {
        ...details,
        paid,
        amount: earlier.amount.minorUnits,
        currency: earlier.amount.currency
      })
    case "unresolved":
      return error(
        409,
        "attempt.unresolved",
        `This order was sent before, and its outcome is not known yet. Check the terminal first.${inWhat}`,
        details
      )
    case "already-approved":
      return error(409, "attempt.already.approved", `${approvedBefore[earlier.key.transactionType]}${inWhat}`, {
        ...details,
        paid,
        tip: tipOf(earlier)?.minorUnits,
        recorded: answerTo(earlier)?.body
      })
    case "perhaps-reversed":
      return error(
        409,
        "attempt.unresolved",
        "This order was paid before, and that payment may have been reversed: the outcome of its cancellation is not known yet. Nothing was charged now. Check the terminal first.",
        details
      )
    case "reversed":
      return error(
        409,
        "attempt.reversed",
        `This order was paid before, and ${state === "approved-in-part" ? "part of " : ""}that payment was reversed since. Nothing was charged now: another payment needs an order id of its own.`,
        details
      )
  }
}

const ANOTHER = "This order id was used by another order."
const FORGOTTEN =
  "This order id was paid before. What was ordered is no longer kept, so it is not known whether it was this order."

const approvedBefore: Readonly<Record<TransactionType, string>> = {
  Debit: "This order was paid before.",
  Credit: "This order was refunded before.",
  Cancel: "This order was cancelled before."
}
