/**
 * Why a payment has no outcome, and what the till does next.
 *
 * `NotStarted` is an allow-list: nothing of this attempt was sent, and as far as the journal and the server remember,
 * no earlier attempt of the order is open, unknown or approved; trying again is safe. `Unsettled` is an order with an
 * earlier attempt that may have moved money; in `AlreadyApproved` an earlier attempt was approved; in `AlreadyReversed`
 * it was approved and later cancelled. `OutcomeUnknown` is everything else once the order may have been sent: a person
 * looks at the terminal before anything is sent again. None of them holds card data, credentials or the customer's
 * data.
 */
import type { Finding } from "@hipay-pos/core/Finding"
import type { TerminalEvidence } from "@hipay-pos/core/TerminalEvidence"
import type { TransactionType } from "@hipay-pos/core/TransactionType"
import type { PaidState } from "@hipay-pos/core/wire/AttemptState"
import type { ProblemCode } from "@hipay-pos/core/wire/Problem"
import * as Data from "effect/Data"

/** The meaning of a code, in two languages. */
interface Label {
  readonly en: string
  readonly fr: string
}

type NotStartedKind =
  /** Refused by the client's own checks; see the findings. */
  | "OrderRefused"
  /** The server refused the request (4xx) before any terminal was asked. */
  | "Rejected"
  /** A proxy in between asks for a login of its own (407). */
  | "ProxyLogin"
  /** Refused (403) by something that does not speak the API's language, such as a firewall. */
  | "Blocked"
  /** The server's name cannot be resolved. */
  | "HostUnknown"
  /** The server refused the connection, or there is no route to it. */
  | "Unreachable"
  /** No connection within the connect timeout. */
  | "ConnectTimedOut"
  /** The server's certificate was refused. */
  | "Untrusted"
  /**
   * The deadline passed before anything was sent: the server did not answer, or the terminal was busy with other
   * payments.
   */
  | "TimedOut"
  /** Cancelled by the caller before anything was sent. */
  | "Aborted"
  /** Proved by an error code of the server. */
  | "Reported"
  /** The attempt could not be written to the journal, so nothing was sent. */
  | "JournalFailed"
  /** The server does not say that it is simulated, and the client was not made with `live`. */
  | "NotSimulated"
  /** The client was made with `live`, and the server said in its answer that it is simulated: no money moved. */
  | "Simulated"
  /** A part of this client's own code could not be loaded: the page's server is down, or its files were replaced. */
  | "NotLoaded"

/** Nothing was paid, refunded or cancelled, neither by this attempt nor by an earlier one of the order. */
export class NotStarted extends Data.TaggedError("NotStarted")<{
  readonly kind: NotStartedKind
  readonly detail: string
  /** HTTP status, if there was an answer. */
  readonly status?: number
  /** The server's code, such as `unavailable.terminal.bad.request`. */
  readonly code?: string
  /** The meaning of the code. */
  readonly label?: Label
  readonly findings?: ReadonlyArray<Finding>
  /** Why a server of this toolkit did not ask the terminal, such as `AnsweredEarly`. */
  readonly reason?: string
  /** What to do next by the server's code or reason, if that says more than the kind. */
  readonly next?: string
  /** What did not start; a payment (`Debit`) if absent. */
  readonly transactionType?: TransactionType
  /**
   * With `terminal.unresolved`: the address at the server of the attempt to resolve first, perhaps another order's. For
   * `client.attempts.get` and `client.attempts.resolve`.
   */
  readonly unresolvedAttempt?: string
}> {
  get advice(): string {
    const { status, kind, transactionType = "Debit" } = this
    const { next = status === 401 ? CHECK_LOGIN : notStartedAdvices[kind] } = this
    return `${nothingDone[transactionType]} ${next}`
  }
  override get message() {
    return `payment not started: ${this.detail}`
  }
}

/** A cancellation may be refused because its sale was not paid, so this does not claim that there was a sale. */
const nothingDone: Readonly<Record<TransactionType, string>> = {
  Debit: "Nothing was paid.",
  Credit: "Nothing was refunded.",
  Cancel: "Nothing was cancelled; what was paid stays paid."
}

const CHECK_LOGIN = "Check the login, then try again."
const MEND = "Mend what is wrong, then try again."

const notStartedAdvices: Readonly<Record<NotStartedKind, string>> = {
  OrderRefused: MEND,
  Rejected: MEND,
  ProxyLogin: "Give the proxy its login, or go around it, then try again.",
  Blocked: "Ask who runs the firewall before the server to let the till through, then try again.",
  HostUnknown: "Check the server's address and the till's DNS, then try again.",
  Unreachable: "Check that the server runs and the network is up, then try again.",
  ConnectTimedOut: "Check the network to the server, then try again.",
  Untrusted: "Check the server's certificate and the till's clock; never switch the check off.",
  TimedOut: "Try again when the terminal or the server is free.",
  Aborted: "Try again when the customer is ready.",
  Reported: "Check that the terminal is on, connected and free, then try again.",
  JournalFailed: "Repair the journal, then try again.",
  NotSimulated: "Give the client the address of a simulated server, or `live` where money may move.",
  Simulated: "Give the client the address of a real server, or take `live` from a client of tests.",
  NotLoaded: "Check that all files of the program can be loaded, start it again, then try again."
}

type OutcomeUnknownKind =
  /** No answer within the deadline. */
  | "TimedOut"
  /** Cancelled by the caller after the order may have been sent. */
  | "Aborted"
  /** The connection broke. */
  | "CutLine"
  /** A redirect, which is not followed. */
  | "Redirected"
  /** An answer without a body, by its status (204, 205) or because it is empty. */
  | "Empty"
  /** A page or other text instead of JSON. */
  | "NotJson"
  /** JSON that stops in the middle. */
  | "Truncated"
  /** Bytes that are not UTF-8. */
  | "Charset"
  /** More bytes than an answer may have, perhaps only once decompressed. */
  | "TooLarge"
  /** The server, or a proxy in front of it, failed (5xx). */
  | "ServerFailed"
  /** An answer that proves nothing: a status or a body that says neither paid nor refused. */
  | "Inconclusive"
  /** The server itself says that the outcome is unknown. */
  | "Reported"

/**
 * A server of this toolkit has not sent this order to a terminal now, and cannot tell whether it did before, because
 * its store cannot be read. Everything it ever sent is in that store, so ask again once the store is back.
 */
export const EARLIER_UNREADABLE = "attempts.unreadable" satisfies ProblemCode

/** It may have been paid, refunded or cancelled, or not. */
export class OutcomeUnknown extends Data.TaggedError("OutcomeUnknown")<{
  readonly kind: OutcomeUnknownKind
  readonly detail: string
  readonly status?: number
  readonly code?: string
  /** The meaning of the code. */
  readonly label?: Label
  /** The attempt's address at the server, for `client.attempts.get`: it says there how the attempt ended. */
  readonly serverAttempt?: string
  /**
   * Why it is unknown, as the server's code, such as `Contradictory`; `Inconclusive` if the answer has signs of a
   * payment, `QuestionRefused` if the server took the order and then refused to say how it ended.
   */
  readonly reason?: string
  /**
   * What the terminal sent, masked, if the server reports it. A later server may have contradictions of kinds unknown
   * here: show their messages.
   */
  readonly received?: TerminalEvidence
}> {
  get advice(): string {
    if (this.reason === EARLIER_UNREADABLE) {
      return "Take no other payment and give no money back for the order. Once the server takes orders again, resolve this attempt: the server then says whether the order was sent before. If it was not, send it again."
    }
    return `Look at the terminal or its receipt. Take no other payment and give no money back for the order before you know. If you send it again, keep its order id, and never send it straight to HiPay's own service.${then[this.kind] ?? ""}`
  }
  override get message() {
    return `payment outcome unknown: ${this.detail}`
  }
}

const web = " Then ask who runs the server, or a proxy before it, why it does not answer in JSON."

const then: { readonly [K in OutcomeUnknown["kind"]]?: string } = {
  Redirected: " Then give the client the address that the server redirects to.",
  Empty: web,
  NotJson: web,
  Truncated: web,
  Charset: web,
  TooLarge: web
}

type UnsettledKind =
  /** The earlier attempt has not ended: its payment is under way, or its till stopped. */
  | "Open"
  /** The earlier attempt ended, and its outcome is unknown. */
  | "Unknown"
  /** The server has an earlier attempt of the order whose outcome it does not know. */
  | "Reported"
  /** The journal cannot be read, so there may be an earlier attempt. */
  | "Unreadable"

/**
 * An earlier attempt of this order may have moved money. Nothing of this one was sent; until the earlier one is
 * resolved, do not take cash or use another order id instead.
 */
export class Unsettled extends Data.TaggedError("Unsettled")<{
  readonly kind: UnsettledKind
  readonly detail: string
  readonly status?: number
  readonly code?: string
  /** The earlier attempt's id in the journal, if it is there: for `client.resolve`. */
  readonly attempt?: string
  /** The earlier attempt's address at the server, if the server reported it: for `client.attempts.get`. */
  readonly serverAttempt?: string
}> {
  get advice(): string {
    return this.kind === "Unreadable"
      ? "Repair the journal, then try again. Until then, take no other payment and give no money back for the order."
      : "Find out how the earlier attempt ended and resolve it. Until then, take no other payment and give no money back for the order."
  }
  override get message() {
    return `an earlier attempt may have moved money: ${this.detail}`
  }
}

/** This order was approved before, with the same type, amount and currency. */
export class AlreadyApproved extends Data.TaggedError("AlreadyApproved")<{
  readonly state: PaidState
  /** Minor units that were charged, a tip included, if known. */
  readonly paid?: number
  /** Part of `paid`. */
  readonly tip?: number
  /** What was recorded then: the server's answer, or the journal's attempt. */
  readonly recorded: unknown
  /** The approved attempt's id in the journal, if it is there. */
  readonly attempt?: string
  /** The approved attempt's address at the server, if the server reported it: for `client.attempts.get`. */
  readonly serverAttempt?: string
  /**
   * The fields in which this order differs from the approved one, besides its amount, if the server lists them:
   * `order.description`.
   */
  readonly differs?: ReadonlyArray<string>
}> {
  get advice(): string {
    return this.state === "approved"
      ? "Use the recorded answer; do not send the order again."
      : "Use the recorded answer. The rest is collected, or refunded, under an order id of its own."
  }
  /** Whether the approved order was for another terminal, and differs in nothing else but the settings for it. */
  get isElsewhere(): boolean {
    const { differs = [] } = this
    return (
      differs.some((path) => /^pos_technical_info\.(host|device)_information/.test(path)) &&
      differs.every((path) => path.startsWith("pos_technical_info"))
    )
  }
  override get message(): string {
    const { state, differs, isElsewhere } = this
    const differing = isElsewhere ? " at another terminal" : differs && `, with another ${differs.join(", ")}`
    return `this order was approved ${state === "approved" ? "" : "in part "}before${differing ?? ""}`
  }
}

/** This order was approved before, and cancelled since: it is not paid, and nothing of this attempt was sent. */
export class AlreadyReversed extends Data.TaggedError("AlreadyReversed")<{
  /** The state of the cancellation. */
  readonly state: PaidState
  /** The cancellation's id in the journal, if it is there. */
  readonly attempt?: string
  /** The cancellation's address at the server, if the server reported it: for `client.attempts.get`. */
  readonly serverAttempt?: string
}> {
  readonly advice = "Check the cancellation. Another payment needs an order id of its own."
  override get message() {
    return `this order was approved before, and ${this.state === "approved" ? "reversed" : "reversed in part"} since`
  }
}

/** The order id was used for another payment, which was approved: nothing of this one was sent. */
export class OrderIdConflict extends Data.TaggedError("OrderIdConflict")<{
  readonly detail: string
  readonly status?: number
  readonly code?: string
  /** The approved attempt's id in the journal, if it is there. */
  readonly attempt?: string
  /** The approved attempt's address at the server, if the server reported it: for `client.attempts.get`. */
  readonly serverAttempt?: string
}> {
  readonly advice = "Check what was paid under this order id. Another payment needs an order id of its own."
  override get message() {
    return `the order id was used for another payment: ${this.detail}`
  }
}

/** The client's one error. */
export class PosClientError extends Data.TaggedError("PosClientError")<{
  readonly reason: NotStarted | OutcomeUnknown | Unsettled | AlreadyApproved | AlreadyReversed | OrderIdConflict
}> {
  override get message() {
    return this.reason.message
  }
  /** What the till does next, in one sentence. */
  get advice(): string {
    return this.reason.advice
  }
  /** For logs, which would leave out `message` and `advice`, since these are getters. */
  override toJSON(): unknown {
    const { _tag, message, advice, reason } = this
    return { _tag, message, advice, reason }
  }
}

/**
 * Whether the order can be sent again: only after `NotStarted`. For `Effect.retry({ while: isSafeToRetry, times: 3 })`
 * and for anything a promise rejected with. Safe does not mean useful: an invalid order stays invalid.
 */
export const isSafeToRetry = (error: unknown): boolean =>
  error instanceof PosClientError && error.reason._tag === "NotStarted"
