/** Why a server did not say, or did not do, what it was asked about its attempts. */
import * as Data from "effect/Data"

type AttemptsErrorKind =
  /** No connection, no answer in time, or one that broke off. A resolution may have been recorded. */
  | "Unreachable"
  /** The caller aborted. A resolution may have been recorded. */
  | "Aborted"
  /** The login is not known to the server (401). */
  | "LoginRefused"
  /** The login lacks the role (403). */
  | "Forbidden"
  /** There is no such attempt, or the login may not see it (404). */
  | "NotFound"
  /** The server refused for another reason (4xx); `code` says which, such as `attempt.answer.pending`. */
  | "Rejected"
  /** The server, or something before it, failed (5xx). */
  | "ServerFailed"
  /** Neither a mock nor a gateway of this toolkit: HiPay's own service does not tell of attempts. */
  | "Unsupported"
  /** The answer is not what the interface promises. */
  | "Unreadable"
  /** A part of this client's own code could not be loaded, and the server was not asked. */
  | "NotLoaded"

/** The one error of `client.attempts`. It holds neither credentials nor card numbers. */
export class AttemptsError extends Data.TaggedError("AttemptsError")<{
  readonly kind: AttemptsErrorKind
  readonly detail: string
  /** HTTP status, where there was an answer. */
  readonly status?: number
  /** The server's code, such as `attempt.answer.pending`. */
  readonly code?: string
  /** With `attempt.answer.pending`: for how long the terminal may still answer, where that is known. */
  readonly seconds?: number
}> {
  override get message() {
    return `attempts: ${this.detail}`
  }
}
