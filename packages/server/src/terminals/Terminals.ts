/** The port between orders and terminals: which terminal serves an order is decided behind it. */
import type { Finding } from "@hipay-pos/core/Finding"
import type { OrderRequest } from "@hipay-pos/core/Order"
import type { PaymentOutcome, PaymentRequest } from "@hipay-pos/core/Payment"
import type { TerminalError } from "@hipay-pos/core/Terminal"
import type * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import type { TerminalKind } from "@hipay-pos/core/wire/Attempt"
import type { ProblemCode } from "@hipay-pos/core/wire/Problem"
import type { MessageField } from "@hipay-pos/core/wire/TimelineEntry"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Attempt } from "../attempts/Attempt.ts"
import type { StoreFailed, TerminalUndecided } from "../attempts/AttemptStore.ts"
import type { GuardedTerminal } from "../attempts/Guards.ts"
import type { CancelRefused } from "./Cancellation.ts"
import type { PaymentEvent } from "./PaymentEvent.ts"

/** The terminals of one server. */
export interface Terminals {
  readonly frames: Frames
  /** Chooses the terminal of a login's order. Nothing is connected yet. */
  readonly choose: (
    request: OrderRequest,
    login: string,
    received?: ReceivedOrder
  ) => Effect.Effect<Chosen, ChooseError>
  /** The configured name of the terminal that an order names; undefined where it has none. */
  readonly configuredName?: (target: TerminalTarget.TerminalTarget) => string | undefined
  /**
   * Until when a payment may still be answered that another process performs, in milliseconds since 1970: `Infinity` where
   * that is not known, undefined where no answer can come. Not asked of payments that this process performs.
   */
  readonly answerableUntil?: (attempt: Attempt) => Effect.Effect<number | undefined, StoreFailed>
  /**
   * Asks the terminal of an attempt whose outcome is unknown what its last transaction was, which moves no money: the outcome
   * where that proves one. Absent where no terminal can be asked.
   */
  readonly recover?: (attempt: Attempt) => Effect.Effect<PaymentOutcome, RecoverError>
}

/** Why an order gets no terminal. Nothing was dialled. */
export type ChooseError = NotServed | CancelRefused | TerminalUndecided | StoreFailed

/** What a terminal was asked proves nothing: the outcome stays unknown. */
export class NothingProved extends Schema.TaggedError<NothingProved>()("NothingProved", {
  /** Why, as the end of a sentence. */
  why: Schema.String
}) {}

/** Why a terminal that was asked gives no outcome. */
export type RecoverError = NothingProved | StoreFailed

/** An order as its caller sent it, for a service that gets it as it came. */
export interface ReceivedOrder {
  /** The JSON, as text. */
  readonly text: string
  readonly contentType: string
  /** The trace that it belongs to, as a header `traceparent`: of the step that is under way when it is asked for. */
  readonly traceparent?: (() => string | undefined) | undefined
  /** The caller's header `Authorization`, where it is handed on. */
  readonly authorization?: string | undefined
}

/** The terminal that serves an order. */
export interface Chosen {
  readonly kind: TerminalKind
  /** Its configured name; its address by default. */
  readonly name?: string | undefined
  /** The service that the order is sent to: `stage`, `production` or a host. */
  readonly upstream?: string | undefined
  /** Where this differs from what the order asks for: warnings. */
  readonly findings: ReadonlyArray<Finding>
  /** How long an answer that comes too late is listened for. */
  readonly lateAnswer: Duration.Input
  /** The terminal whose guard an attempt takes in the store; absent where the process alone keeps payments apart. */
  readonly guarded?: GuardedTerminal | undefined
  /** How long a payment waits for that guard; 10 seconds by default. */
  readonly queueTimeout?: Duration.Input | undefined
  /**
   * Makes ready for `perform` while the attempt is written, such as a connection over which nothing is sent yet. Gives what
   * undoes that, which is called where the payment is not performed, or has to wait; after `perform` it does nothing.
   */
  readonly prepare?: (() => () => void) | undefined
  /**
   * Whether `perform` emits `Connecting` before it sends anything. Until then it may be waiting in line, and is interrupted when the
   * server closes or all callers have gone: the payment is then not started. False by default: it is never interrupted.
   */
  readonly isInterruptible?: boolean | undefined
  /**
   * Has it perform the payment of an attempt. `onEvent` may be called after the outcome, by a late answer; `mayDial` is asked
   * once the terminal is connected, in the same turn of the loop as its first byte is sent.
   */
  readonly perform: (
    request: PaymentRequest,
    onEvent: (event: PaymentEvent) => void,
    attempt: string,
    mayDial: () => boolean
  ) => Effect.Effect<PaymentOutcome, TerminalError>
}

/** What a server knows of the messages between register and terminal, without reading them itself. */
export interface Frames {
  /**
   * The fields of a masked message, explained for people, as far as it can be read. A response may repeat words of its
   * request, which stay as they were sent.
   */
  readonly explain: (frame: string, request: string | undefined) => ReadonlyArray<MessageField>
  /** A message with the card numbers masked that are masked today. */
  readonly redact: (frame: string, request: string | undefined) => string
  /** A message without the customer's phone number and e-mail address. */
  readonly withoutContact: (frame: string) => string
}

/** Why a server serves no such order. */
export type NotServedCode = Extract<
  ProblemCode,
  | "unsupported.terminal.bad.request"
  | "unknown.terminal.bad.request"
  | "transaction.type.not.allowed"
  | "passphrase.not.set"
  | "relay.login.missing"
>

/** The server serves no such order; nothing was dialled. */
export interface NotServed {
  readonly _tag: "NotServed"
  readonly code: NotServedCode
  readonly description: string
}

/** Refuses an order. */
export const notServed = (refusal: Omit<NotServed, "_tag">): Effect.Effect<never, NotServed> =>
  Effect.fail({ _tag: "NotServed", ...refusal })
