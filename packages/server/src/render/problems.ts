/**
 * The answer to a request that gets no outcome: its status, code and sentence.
 *
 * Codes that the real service is known to send are used if they fit; the others are ours and listed in the README.
 */
import * as CardNumber from "@hipay-pos/core/CardNumber"
import * as Money from "@hipay-pos/core/Money"
import type { ProblemCode } from "@hipay-pos/core/wire/Problem"
import type { Role } from "@hipay-pos/core/wire/Session"
import * as Alarm from "../attempts/Alarm.ts"
import { type Attempt, paidOf, type Resolution, urlOf } from "../attempts/Attempt.ts"
import type { StoreFailed } from "../attempts/AttemptStore.ts"
import type { AnswerPending } from "../attempts/Endings.ts"
import type { SpaceRefused } from "../SpaceRefused.ts"
import type { NothingProved } from "../terminals/Terminals.ts"
import { type Answer, allow, error, unexpected } from "./Answer.ts"
import type { AnswerTo } from "./attemptAnswer.ts"
import { type OrderProblem, toOrderProblem } from "./orderProblems.ts"
import { notResolved, unreadable } from "./storeProblems.ts"

/** Why a request is refused before anything else about it is checked. */
export type Refusal = Extract<ProblemCode, "host.repeated" | "host.not.allowed" | "cross.site">

/** Why a request gets no outcome. */
export type Problem =
  | OrderProblem
  | { readonly _tag: "Unauthorized" }
  | { readonly _tag: "RequestRefused"; readonly refusal: Refusal; readonly host: string | undefined }
  | { readonly _tag: "NotFound"; readonly path: string }
  /** `/` of a server without the console's pages. */
  | { readonly _tag: "NoPages" }
  /** No attempt has this id, or the login may not see it. */
  | { readonly _tag: "AttemptNotFound"; readonly id: string }
  | { readonly _tag: "MethodNotAllowed"; readonly method: string; readonly allowed: ReadonlyArray<string> }
  | { readonly _tag: "UnsupportedMediaType"; readonly expected: string; readonly actual: string }
  | { readonly _tag: "BodyTooLarge"; readonly limit: number }
  | { readonly _tag: "MalformedJson"; readonly detail: string }
  /** JSON for one of our own routes that does not fit its schema. */
  | { readonly _tag: "MalformedRequest"; readonly detail: string }
  | { readonly _tag: "Forbidden"; readonly role: Role }
  /** The request covers all terminals, but the login does not. */
  | { readonly _tag: "SomeTerminalsOnly" }
  | SpaceRefused
  /** The service behind a relay could not be asked about the login of a caller who sent no order. */
  | { readonly _tag: "CallerUnchecked"; readonly detail: string }
  /** Reloaded settings are wrong. */
  | { readonly _tag: "SettingsRefused"; readonly detail: string }
  | { readonly _tag: "Unexpected" }
  /** `said`: what a person wanted to record. */
  | { readonly _tag: "AlreadyEnded"; readonly attempt: Attempt; readonly said?: Said | undefined }
  | AnswerPending
  | NothingProved
  /** Attempts could not be read, or a resolution could not be written. */
  | { readonly _tag: "StoreUnreadable"; readonly failed: StoreFailed }
  | { readonly _tag: "NotResolved"; readonly failed: StoreFailed }

/** The code of the answer to an unknown login or a wrong password. */
export const LOGIN_REFUSED = "connector.api.login.unauthorized"

/** A path as people read it, without card numbers; shortened if long. */
const shownPath = (path: string): string => {
  try {
    return CardNumber.maskedStart(decodeURIComponent(path), 200)
  } catch {
    return CardNumber.maskedStart(path, 200)
  }
}

/** The answer to a request that gets no outcome; `answerTo` renders the earlier attempt's answer. */
export const toProblem = (problem: Problem, answerTo: AnswerTo = () => undefined): Answer => {
  switch (problem._tag) {
    case "Unauthorized":
      // As observed on the live service, with `details` as a text.
      return {
        ...error(401, LOGIN_REFUSED, "The login has been rejected.", UNAUTHORIZED),
        headers: { "WWW-Authenticate": 'Basic realm="POS API", charset="UTF-8"' }
      }
    case "RequestRefused":
      return refusedRequest(problem)
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
    case "StoreUnreadable":
      return unreadable(problem.failed)
    case "NotResolved":
      return notResolved(problem.failed)
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
        `The settings were refused, and the previous ones stay in use: ${CardNumber.maskWritten(problem.detail)}.`
      )
    case "Unexpected":
      return unexpected({})
    default:
      return toOrderProblem(problem, answerTo)
  }
}

type Said = Pick<Resolution, "outcome" | "by" | "paid">

/** What is recorded instead, and what to do if a person says something else. */
const notUnknown = (attempt: Attempt, said: Said | undefined): string => {
  const paid = paidOf(attempt)
  const amount = paid === undefined ? "" : ` with ${Money.toText(paid)}`
  const action = said && Alarm.actionAfter(attempt, said)
  return `Only an unknown outcome can be resolved; this one is ${attempt.state}${amount}.${action === undefined ? "" : ` ${action}.`}`
}

const refusedRequest = ({ refusal, host = "" }: Extract<Problem, { readonly _tag: "RequestRefused" }>): Answer => {
  switch (refusal) {
    case "host.repeated":
      return error(400, refusal, "Expected one Host header, got several.")
    case "host.not.allowed": {
      const name = CardNumber.maskedStart(host.replace(/:\d*$/, ""), 100)
      return error(
        403,
        refusal,
        `The host name "${name}" is not allowed. Use an IP address or localhost, or start the server with --allow-host and the name that it is called by.`
      )
    }
    case "cross.site":
      return error(
        403,
        refusal,
        "A page of another origin may not call this server. Send the request from the page's own server, or serve both from one address through a proxy that keeps the Host header."
      )
  }
}

const UNAUTHORIZED = "Invalid authorization header"
