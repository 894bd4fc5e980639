/** Why a notification was refused, and what the shop does next. Holds neither the body nor the passphrase. */
import * as Data from "effect/Data"

type NotificationErrorKind =
  /** No `X-ALLOPASS-SIGNATURE` came with it. */
  | "SignatureMissing"
  /** The signature is not lower-case hexadecimal of a known length, or not of the algorithm that was asked for. */
  | "SignatureMalformed"
  /** The signature belongs to another body or another passphrase. */
  | "SignatureMismatch"
  /** The signature would match if no white space had been added or lost at the ends of the body or the passphrase. */
  | "Whitespace"
  /** The body was read before, so its bytes are gone. */
  | "BodyConsumed"
  /** More bytes than a notification may have. */
  | "TooLarge"
  /** XML, which `parseNotification` does not read; `readNotification` and `receiveNotification` do. */
  | "Xml"
  /** The signature matches, but the body names no transaction or has an invalid amount. */
  | "Unreadable"

/** A notification that fails verification or cannot be read. */
export class NotificationError extends Data.TaggedError("NotificationError")<{
  readonly kind: NotificationErrorKind
  readonly detail: string
}> {
  override get message() {
    return `notification not taken: ${this.detail}`
  }
  /** What to do, in one sentence. */
  get advice(): string {
    return advices[this.kind]
  }
}

const advices: Readonly<Record<NotificationError["kind"], string>> = {
  SignatureMissing: "Answer 403: the sender does not know your passphrase, or a proxy drops the header.",
  SignatureMalformed: "Answer 403, and compare the hash algorithm of the account with the one that is set here.",
  SignatureMismatch:
    "Answer 403; if all of them fail, compare the passphrase with the account's, stage and production.",
  Whitespace: "Give the body's bytes exactly as they came, before any parser, and the passphrase without white space.",
  BodyConsumed: "Put this handler before every body parser.",
  TooLarge: "Answer 413: no notification is that long.",
  Xml: "Read it with readNotification or receiveNotification, or set the account's notifications to HTTP POST.",
  Unreadable: "Keep the body and look at it; ask the service for the transaction's state meanwhile."
}
