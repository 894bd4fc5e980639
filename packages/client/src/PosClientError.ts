/**
 * Why a payment has no outcome, and what the till does next.
 *
 * `NotStarted` is an allow-list: nothing was paid, and trying again is safe. `OutcomeUnknown` is everything else once
 * the order may have left: somebody has to look at the terminal before anything is sent again. Neither holds card data,
 * credentials or the customer's data.
 */
import { Finding } from "@hipay-pos/core/Finding"
import * as Schema from "effect/Schema"

const Label = Schema.Struct({ en: Schema.String, fr: Schema.String })

/** Nothing was paid. */
export class NotStarted extends Schema.TaggedError<NotStarted>()("NotStarted", {
  kind: Schema.Literals([
    /** Refused by the checks on this side; see the findings. */
    "InvalidOrder",
    /** The server refused the request (4xx) before any terminal was asked. */
    "Rejected",
    /** A proxy on the way asks for a login of its own (407). */
    "ProxyLogin",
    /** Refused (403) by something that does not speak the API's language, such as a firewall. */
    "Blocked",
    /** The server's name is not known. */
    "HostUnknown",
    /** The server refused the connection, or there is no way to it. */
    "Unreachable",
    /** No connection within the connect deadline. */
    "ConnectTimedOut",
    /** The server's certificate was refused. */
    "Untrusted",
    /** The deadline passed before anything was sent: the server was not there, or the terminal's turn did not come. */
    "TimedOut",
    /** Cancelled by the caller before anything was sent. */
    "Aborted",
    /** The server said so with an error code that proves it. */
    "Reported",
    /** An earlier attempt of the same order is open or unknown; see `attempt`. */
    "Unsettled",
    /** The attempt could not be remembered, so nothing was sent. */
    "JournalFailed",
    /** The server does not say that it is simulated, and the client was not made with `live`. */
    "NotSimulated"
  ]),
  detail: Schema.String,
  /** HTTP status, where there was an answer. */
  status: Schema.optionalKey(Schema.Int),
  /** The server's code, such as `unavailable.terminal.bad.request`. */
  code: Schema.optionalKey(Schema.String),
  /** What the code says to people. */
  label: Schema.optionalKey(Label),
  findings: Schema.optionalKey(Schema.Array(Finding)),
  /** The attempt of the journal that stands in the way. */
  attempt: Schema.optionalKey(Schema.String)
}) {
  get advice(): string {
    if (this.status === 401) return "Nothing was paid. Check the login, then pay again."
    return notStartedAdvices[this.kind] ?? "Nothing was paid. Mend what is wrong, then pay again."
  }
  override get message() {
    return `payment not started: ${this.detail}`
  }
}

const notStartedAdvices: { readonly [K in NotStarted["kind"]]?: string } = {
  Unsettled: "Find out how the earlier attempt ended and resolve it. Do not send the order again before.",
  ProxyLogin: "Nothing was paid. Give the proxy its login, or go around it, then pay again.",
  Blocked: "Nothing was paid. Ask who runs the firewall before the server to let the till through, then pay again.",
  HostUnknown: "Nothing was paid. Check the server's address and the till's DNS, then pay again.",
  Unreachable: "Nothing was paid. Check that the server runs and the network is up, then pay again.",
  ConnectTimedOut: "Nothing was paid. Check the network to the server, then pay again.",
  Untrusted: "Nothing was paid. Check the server's certificate and the till's clock; never switch the check off.",
  TimedOut: "Nothing was paid. Try again when the terminal or the server is free."
}

/** Paid or not, nobody knows. */
export class OutcomeUnknown extends Schema.TaggedError<OutcomeUnknown>()("OutcomeUnknown", {
  kind: Schema.Literals([
    /** No answer within the deadline. */
    "TimedOut",
    /** Cancelled by the caller after the order may have left. */
    "Aborted",
    /** The connection broke. */
    "CutLine",
    /** A redirect, which is not followed. */
    "Redirected",
    /** An answer that by its status has no body (204, 205), or one whose body is empty. */
    "Empty",
    /** A page or another text where JSON belongs. */
    "NotJson",
    /** JSON that stops in the middle. */
    "Truncated",
    /** Bytes that are not UTF-8. */
    "Charset",
    /** More bytes than an answer has, perhaps only once unpacked. */
    "TooLarge",
    /** The server, or something before it, failed (5xx). */
    "ServerFailed",
    /** An answer that proves nothing: a status or a body that says neither paid nor refused. */
    "Inconclusive",
    /** The server itself says that the outcome is unknown. */
    "Reported"
  ]),
  detail: Schema.String,
  status: Schema.optionalKey(Schema.Int),
  code: Schema.optionalKey(Schema.String),
  /** What the code says to people. */
  label: Schema.optionalKey(Label),
  /** Where the server tells what has become of it, when it does. */
  attempt: Schema.optionalKey(Schema.String)
}) {
  get advice(): string {
    return `Look at the terminal or its receipt. Do not send the order again before you know.${then[this.kind] ?? ""}`
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

/** This order was paid before; the server gives the answer it recorded then. */
export class AlreadyApproved extends Schema.TaggedError<AlreadyApproved>()("AlreadyApproved", {
  recorded: Schema.Unknown,
  attempt: Schema.optionalKey(Schema.String)
}) {
  readonly advice = "The order is paid. Use the recorded answer; do not pay again."
  override get message() {
    return "this order was paid before"
  }
}

/** The client's one error. */
export class PosClientError extends Schema.TaggedError<PosClientError>()("PosClientError", {
  reason: Schema.Union([NotStarted, OutcomeUnknown, AlreadyApproved])
}) {
  override get message() {
    return this.reason.message
  }
  /** What the till does next, in one sentence. */
  get advice(): string {
    return this.reason.advice
  }
}
