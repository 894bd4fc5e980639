/** The port between orders and terminals, behind which the terminal for an order is chosen. */
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
  /** Chooses the terminal of a login's order. Connects nothing yet. */
  readonly choose: (
    request: OrderRequest,
    login: string,
    received?: ReceivedOrder
  ) => Effect.Effect<Chosen, ChooseError>
  /** The configured name of the terminal that an order names; undefined if it has none. */
  readonly configuredName?: (target: TerminalTarget.TerminalTarget) => string | undefined
  /**
   * When an answer to a payment of another process can no longer come, in milliseconds since 1970: `Infinity` if unknown,
   * undefined if no answer can come. Not asked about this process's own payments.
   */
  readonly answerableUntil?: (attempt: Attempt) => Effect.Effect<number | undefined, StoreFailed>
  /**
   * Asks the terminal of an attempt with an unknown outcome for its last transaction, which moves no money. Returns the outcome
   * if the answer proves one. Absent if no terminal can be asked.
   */
  readonly recover?: (attempt: Attempt) => Effect.Effect<PaymentOutcome, RecoverError>
}

/** Why an order gets no terminal. Nothing was dialled. */
export type ChooseError = NotServed | CancelRefused | TerminalUndecided | StoreFailed

/** The terminal's answer proves nothing: the outcome stays unknown. */
export class NothingProved extends Schema.TaggedError<NothingProved>()("NothingProved", {
  /** Why, as the end of a sentence. */
  why: Schema.String
}) {}

/** Why asking a terminal gave no outcome. */
export type RecoverError = NothingProved | StoreFailed

/** An order as its caller sent it, for a service that gets it unchanged. */
export interface ReceivedOrder {
  /** The JSON text. */
  readonly text: string
  readonly contentType: string
  /** The `traceparent` header of the step under way when this is called. */
  readonly traceparent?: (() => string | undefined) | undefined
  /** The caller's `Authorization` header, if it is passed on. */
  readonly authorization?: string | undefined
}

/** The terminal that serves an order. */
export interface Chosen {
  readonly kind: TerminalKind
  /** Its configured name; its address by default. */
  readonly name?: string | undefined
  /** The service that the order is sent to: `stage`, `production` or a host. */
  readonly upstream?: string | undefined
  /** Warnings about differences from what the order asks for. */
  readonly findings: ReadonlyArray<Finding>
  /** How long to listen for a late answer. */
  readonly lateAnswer: Duration.Input
  /** The terminal whose guard an attempt takes in the store; absent if only this process keeps its payments apart. */
  readonly guarded?: GuardedTerminal | undefined
  /** How long a payment waits for that guard; 10 seconds by default. */
  readonly queueTimeout?: Duration.Input | undefined
  /**
   * Prepares `perform` while the attempt is written, such as by opening a connection over which nothing is sent yet. Returns a
   * function that undoes this, called if the payment is not performed or has to wait; after `perform` it does nothing.
   */
  readonly prepare?: (() => () => void) | undefined
  /**
   * Whether `perform` emits `Connecting` before it sends anything. Until then it may be queued, and is interrupted when the
   * server closes or all callers have gone, so that the payment is not started. False by default: it is never interrupted.
   */
  readonly isInterruptible?: boolean | undefined
  /**
   * Has the terminal perform an attempt's payment. A late answer may call `onEvent` after the outcome. `mayDial` is called once
   * the terminal is connected, in the same turn of the event loop in which the first byte is sent.
   */
  readonly perform: (
    request: PaymentRequest,
    onEvent: (event: PaymentEvent) => void,
    attempt: string,
    mayDial: () => boolean
  ) => Effect.Effect<PaymentOutcome, TerminalError>
}

/** What a server needs to know about the messages between register and terminal, without reading them itself. */
export interface Frames {
  /**
   * The fields of a masked message, explained for people as far as it can be read. A response may repeat text of its request,
   * which stays as it was sent.
   */
  readonly explain: (frame: string, request: string | undefined) => ReadonlyArray<MessageField>
  /** A message with its card numbers masked by today's rules. */
  readonly redact: (frame: string, request: string | undefined) => string
  /** A message without the customer's phone number and e-mail address. */
  readonly withoutContact: (frame: string) => string
}

/** Why a server does not serve an order. */
export type NotServedCode = Extract<
  ProblemCode,
  | "unsupported.terminal.bad.request"
  | "unknown.terminal.bad.request"
  | "transaction.type.not.allowed"
  | "passphrase.not.set"
  | "relay.login.missing"
>

/** The server does not serve the order; nothing was dialled. */
export interface NotServed {
  readonly _tag: "NotServed"
  readonly code: NotServedCode
  readonly description: string
}

/** Refuses an order. */
export const notServed = (refusal: Omit<NotServed, "_tag">): Effect.Effect<never, NotServed> =>
  Effect.fail({ _tag: "NotServed", ...refusal })
