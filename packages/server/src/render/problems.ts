/**
 * The answer to a request that gets no outcome: its status, code and sentence.
 *
 * Codes that the real service is known to send are used where they fit; the others are ours and listed in the README.
 */
import * as CardNumber from "@hipay-pos/core/CardNumber"
import * as Finding from "@hipay-pos/core/Finding"
import * as Money from "@hipay-pos/core/Money"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import type { TransactionType } from "@hipay-pos/core/TransactionType"
import type { ProblemCode } from "@hipay-pos/core/wire/Problem"
import type { Role } from "@hipay-pos/core/wire/Session"
import * as Alarm from "../attempts/Alarm.ts"
import { type Attempt, paidOf, type Resolution, tipOf, urlOf } from "../attempts/Attempt.ts"
import type { StoreFailed, TerminalUndecided } from "../attempts/AttemptStore.ts"
import type { AnswerPending } from "../attempts/Endings.ts"
import type { Refused } from "../attempts/Repeat.ts"
import type { TerminalNotAllowed } from "../attempts/Submission.ts"
import type { SpaceRefused } from "../SpaceRefused.ts"
import type { CancelRefused } from "../terminals/Cancellation.ts"
import type { NothingProved, NotServed, NotServedCode } from "../terminals/Terminals.ts"
import type { Rejected, UnsupportedContentType } from "../validation/validate.ts"
import { type Answer, allow, error, problemBody, unexpected } from "./Answer.ts"
import type { AnswerTo } from "./attemptAnswer.ts"

/** Why a request is refused before anything else of it is looked at. */
export type Refusal = Extract<ProblemCode, "host.repeated" | "host.not.allowed" | "cross.site">

/** Why a request gets no outcome. */
export type Problem =
  | { readonly _tag: "Unauthorized" }
  | { readonly _tag: "RequestRefused"; readonly refusal: Refusal }
  | { readonly _tag: "NotFound"; readonly path: string }
  /** `/` of a server whose program came without the console's pages. */
  | { readonly _tag: "NoPages" }
  /** None has this id, or the login does not see the one that has. */
  | { readonly _tag: "AttemptNotFound"; readonly id: string }
  | { readonly _tag: "MethodNotAllowed"; readonly method: string; readonly allowed: ReadonlyArray<string> }
  | { readonly _tag: "UnsupportedMediaType"; readonly expected: string; readonly actual: string }
  | UnsupportedContentType
  | { readonly _tag: "BodyTooLarge"; readonly limit: number }
  | { readonly _tag: "MalformedJson"; readonly detail: string }
  /** A body of ours that is JSON and nothing that was asked for. */
  | { readonly _tag: "MalformedRequest"; readonly detail: string }
  | { readonly _tag: "Forbidden"; readonly role: Role }
  /** The call is about all terminals, and the login is not. */
  | { readonly _tag: "SomeTerminalsOnly" }
  | SpaceRefused
  | Rejected
  | { readonly _tag: "SandboxCode"; readonly expected: string }
  | { readonly _tag: "Closing" }
  /** The service behind a relay could not be asked for the login of an order. */
  | { readonly _tag: "LoginUnchecked"; readonly detail: string; readonly wasSentBefore: boolean }
  /** The same of another request. */
  | { readonly _tag: "CallerUnchecked"; readonly detail: string }
  /** Settings that were read again and are wrong. */
  | { readonly _tag: "SettingsRefused"; readonly detail: string }
  | { readonly _tag: "Unexpected" }
  | Refused
  | NotServed
  | TerminalNotAllowed
  | TerminalUndecided
  | CancelRefused
  /** `said`: what a person wanted to record. */
  | { readonly _tag: "AlreadyEnded"; readonly attempt: Attempt; readonly said?: Said | undefined }
  | AnswerPending
  | NothingProved
  /** An order was not opened, so nothing was sent. */
  | StoreFailed
  /** Attempts could not be read, or a resolution could not be written. */
  | { readonly _tag: "StoreUnreadable"; readonly failed: StoreFailed }
  | { readonly _tag: "NotResolved"; readonly failed: StoreFailed }

/** The code of the answer to a login that is not known, or whose password is wrong. */
export const LOGIN_REFUSED = "connector.api.login.unauthorized"

/** A path as people read it, without card numbers; its start, where it is long. */
const shownPath = (path: string): string => {
  try {
    return CardNumber.maskedStart(decodeURIComponent(path), 200)
  } catch {
    return CardNumber.maskedStart(path, 200)
  }
}

/** The answer to a request that gets no outcome; `answerTo` says what the order was answered before. */
export const toProblem = (problem: Problem, answerTo: AnswerTo = () => undefined): Answer => {
  switch (problem._tag) {
    case "Unauthorized":
      // As observed on the live service, including `details` as a text.
      return {
        ...error(401, LOGIN_REFUSED, "The login has been rejected.", UNAUTHORIZED),
        headers: { "WWW-Authenticate": 'Basic realm="POS API", charset="UTF-8"' }
      }
    case "RequestRefused":
      return error(problem.refusal === "host.repeated" ? 400 : 403, problem.refusal, refusalTexts[problem.refusal])
    case "NotFound":
      return error(404, "route.not.found", `${shownPath(problem.path)} does not exist.`)
    case "NoPages":
      return error(
        404,
        "route.not.found",
        "This server has no pages. They come with the published packages; in a clone of the project, npx pnpm build makes them."
      )
    case "AttemptNotFound":
      return error(
        404,
        "attempt.not.found",
        `There is no attempt ${CardNumber.maskedStart(problem.id, 40)}, or this login may not see it.`
      )
    case "MethodNotAllowed": {
      const expected = problem.allowed.join(" or ")
      return {
        ...error(405, "method.not.allowed", `Expected ${expected}, got ${problem.method}.`),
        headers: { Allow: allow(problem.allowed) }
      }
    }
    case "UnsupportedMediaType":
      return error(
        415,
        "unsupported.media.type",
        `Expected ${problem.expected}, got ${CardNumber.maskedStart(problem.actual, 80)}.`
      )
    case "UnsupportedContentType": {
      const words = `Unsupported Content-Type ${CardNumber.maskedStart(problem.actual ?? "", 80)}`
      return problemBody(415, "unsupported.media.type", words, words, {})
    }
    case "BodyTooLarge":
      return error(413, "body.too.large", `Expected at most ${problem.limit} bytes.`)
    case "MalformedJson":
      return error(400, "malformed.json", `Expected JSON: ${CardNumber.maskWritten(problem.detail)}.`)
    case "MalformedRequest":
      return error(400, "malformed.request", CardNumber.maskWritten(problem.detail))
    case "Forbidden":
      return error(403, "role.missing", `This login lacks the role "${problem.role}".`)
    case "SomeTerminalsOnly":
      return error(
        403,
        "terminals.limited",
        "This login is for some terminals only, and the call is about all of them."
      )
    case "SpaceRefused":
      return error(400, "no.such.space", `The space does not exist: ${CardNumber.maskWritten(problem.problem)}.`)
    case "InvalidBody":
      return invalidOrder(problem.findings)
    case "ContractFault": {
      const { code, message, path } = problem.finding
      return problemBody(400, `${code}.openapi.requestValidation`, message, message, path === "" ? {} : { path })
    }
    case "Undeliverable":
      return undeliverable(problem.finding)
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
    case "AlreadyEnded":
      return error(409, "attempt.not.unknown", notUnknown(problem.attempt, problem.said), {
        state: problem.attempt.state,
        paid: paidOf(problem.attempt)?.minorUnits,
        recorded: answerTo(problem.attempt)?.body
      })
    case "AnswerPending":
      return error(
        409,
        "attempt.answer.pending",
        problem.isDamaged
          ? `The record of this attempt is damaged, so it is not known whether the terminal may still answer, and ${problem.outcome} may be wrong. Check the terminal and its journal, then send "override": true if you are sure.`
          : `The terminal may still answer this attempt${problem.seconds === undefined ? "" : ` for ${problem.seconds} s`}, so ${problem.outcome} may be wrong. Check the terminal and wait, or send "override": true if you are sure.`,
        { attempt: urlOf({ id: problem.attempt }), seconds: problem.seconds }
      )
    case "NothingProved":
      return error(
        409,
        "attempt.not.proved",
        `The terminal proves nothing: ${problem.why}. Look at the terminal's receipt or its journal, then resolve the attempt with the outcome, your name and what you saw.`,
        { why: problem.why }
      )
    case "AttemptStoreFailed":
      return notOpened(problem)
    case "StoreUnreadable":
      return unreadable(problem.failed)
    case "NotResolved":
      return notResolved(problem.failed)
    case "SandboxCode":
      return error(400, "sandbox.code.unknown", `sandbox_code: expected ${problem.expected}.`, { path: "sandbox_code" })
    case "Closing":
      return error(503, "server.closing", "The server is shutting down. Nothing was sent to a terminal.")
    case "LoginUnchecked":
      if (problem.wasSentBefore)
        return error(
          409,
          "attempt.unresolved",
          `The service behind this relay cannot be asked for this login (${problem.detail}), so the order was not sent now. It was sent before, and may have been paid. Check the terminal first.`
        )
      return error(
        400,
        "relay.upstream.unreachable",
        `The service behind this relay cannot be asked for this login (${problem.detail}). Nothing was started. Check the relay's network, then send the order again.`
      )
    case "CallerUnchecked":
      return error(
        503,
        "relay.upstream.unreachable",
        `The service behind this relay cannot be asked for this login (${problem.detail}). Check the relay's network, then ask again.`
      )
    case "SettingsRefused":
      return error(
        409,
        "settings.not.taken",
        `The settings were not taken, and those of before stay: ${CardNumber.maskWritten(problem.detail)}.`
      )
    case "Unexpected":
      return unexpected({})
  }
}

type Said = Pick<Resolution, "outcome" | "by" | "paid">

/** What is known instead; what to do where a person says something else. */
const notUnknown = (attempt: Attempt, said: Said | undefined): string => {
  const paid = paidOf(attempt)
  const amount = paid === undefined ? "" : ` with ${Money.toText(paid)}`
  const action = said && Alarm.actionAfter(attempt, said)
  return `Only an unknown outcome can be resolved; this one is ${attempt.state}${amount}.${action === undefined ? "" : ` ${action}.`}`
}

/** An order has no attempt, because the store failed. */
const notOpened = ({ detail, reason }: StoreFailed): Answer => {
  switch (reason._tag) {
    case "Unavailable":
    case "Unanswered":
    case "BeforeGone":
      return error(
        500,
        "attempt.not.recorded",
        `The attempt could not be recorded (${detail}), so nothing was sent to a terminal. Check the disk of the store.`,
        { reason: detail }
      )
    case "Damaged":
      return damaged(reason.id)
    case "EarlierUnknown":
      return error(
        500,
        "attempts.unreadable",
        `The attempts cannot be read: ${detail}. This order was not sent to a terminal, but may have been sent earlier. Check the terminal first, then the store.`,
        { reason: detail }
      )
  }
}

const notResolved = ({ detail, reason }: StoreFailed): Answer =>
  reason._tag === "Unanswered"
    ? error(
        500,
        "resolution.unknown",
        `It is not known whether the resolution was recorded: ${detail}. Look at the attempt before you resolve it again.`,
        { reason: detail }
      )
    : error(
        500,
        "resolution.not.recorded",
        `The resolution could not be recorded: ${detail}. The attempt is unchanged. Check the store, then resolve it again.`,
        { reason: detail }
      )

/** Attempts could not be read. */
const unreadable = ({ detail, reason }: StoreFailed): Answer => {
  switch (reason._tag) {
    case "Unavailable":
    case "Unanswered":
    case "EarlierUnknown":
      return error(500, "attempts.unreadable", `The attempts cannot be read: ${detail}. Check the store.`, {
        reason: detail
      })
    case "Damaged":
      return damaged(reason.id)
    case "BeforeGone":
      return error(
        400,
        "malformed.request",
        `before: attempt ${CardNumber.maskedStart(reason.id, 40)} is not kept any more, so it is not known which ones are older; list them again without it`
      )
  }
}

const damaged = (id: string): Answer =>
  error(
    500,
    "attempt.damaged",
    `Attempt ${id} cannot be read from the store, and may have been paid. Lists and totals leave it out, and nothing was sent to a terminal now. Check the terminal's own journal, then resolve the attempt by its id if its outcome is unknown; a new payment needs a new order id.`,
    { attempt: urlOf({ id }) }
  )

/** The service's answer here is not documented; an unreachable terminal is the nearest known one. */
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
        `A terminal can only take back its last sale, and it is not certain which one that is: the outcome of a payment there ${reason.state === "unknown" ? "is unknown" : "is what a person said"}. Cancel the sale at the terminal, or refund it.`,
        { attempt: urlOf({ id: reason.attempt }) }
      )
  }
}

const refusalTexts: Readonly<Record<Refusal, string>> = {
  "host.repeated": "Expected one Host header, got several.",
  "host.not.allowed":
    "This host name is not allowed. Use an IP address, localhost, or a name that the server is configured with.",
  "cross.site": "Requests from other sites are not allowed."
}

const UNAUTHORIZED = "Invalid authorization header"

/** The first refusing finding is the message; all findings are in the details. */
const invalidOrder = (findings: ReadonlyArray<Finding.Finding>): Answer => {
  const first = findings.find(({ severity }) => severity === "refused")
  if (first === undefined) return error(400, "order.validation", "The order is not valid.", { findings })
  const { path, expected, actual } = first
  // As faithful validation, which has no path for the body itself.
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
  "This order id was paid before. What was ordered is kept no longer, so that nobody can tell whether it was this order."

const approvedBefore: Readonly<Record<TransactionType, string>> = {
  Debit: "This order was paid before.",
  Credit: "This order was refunded before.",
  Cancel: "This order was cancelled before."
}
