/** Why a question or a request about attempts failed. */
import * as Data from "effect/Data"

type AttemptsErrorKind =
  /** No connection, no answer in time, or an answer that broke off. A resolution may have been recorded. */
  | "Unreachable"
  /** The caller aborted. A resolution may have been recorded. */
  | "Aborted"
  /** The server does not know the login (401). */
  | "LoginRefused"
  /** The login lacks the role (403). */
  | "Forbidden"
  /** There is no such attempt, or the login may not see it (404). */
  | "NotFound"
  /** The server refused for another reason (4xx); `code` says which, such as `attempt.answer.pending`. */
  | "Rejected"
  /** The server, or a proxy in front of it, failed (5xx). */
  | "ServerFailed"
  /** Neither a mock nor a gateway of this toolkit: HiPay's own service has no list of attempts. */
  | "Unsupported"
  /** The answer is not what the interface promises. */
  | "Unreadable"
  /** A part of this client's own code could not be loaded, and the server was not asked. */
  | "NotLoaded"

/** The error of `client.attempts`. It holds neither credentials nor card numbers. */
export class AttemptsError extends Data.TaggedError("AttemptsError")<{
  readonly kind: AttemptsErrorKind
  readonly detail: string
  /** HTTP status, if there was an answer. */
  readonly status?: number
  /** The server's code, such as `attempt.answer.pending`. */
  readonly code?: string
  /** With `attempt.answer.pending`: for how long the terminal may still answer, if known. */
  readonly seconds?: number
}> {
  override get message() {
    return `attempts: ${this.detail}`
  }
}
