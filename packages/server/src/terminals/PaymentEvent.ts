/**
 * Events between an attempt and its terminal, as the terminal's adapter emits them: on the line and, for simulated terminals, on
 * the screen. Frames come masked.
 */
import type { Finding } from "@hipay-pos/core/Finding"
import type { PaymentOutcome } from "@hipay-pos/core/Payment"
import type { OutcomeUnknown } from "@hipay-pos/core/Terminal"
import type { ReceivedAnswer } from "@hipay-pos/core/wire/Attempt"
import type * as Result from "effect/Result"

/** A terminal's network address. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** One event of a payment. `orderId` is set for events on the line. */
export type PaymentEvent =
  | ({ readonly orderId: string } & LineEvent)
  | ScreenEvent
  /** A fault set by a test took effect. */
  | { readonly _tag: "Fault"; readonly fault: string; readonly stage: string }

/** The answer of the service that a relay asks. */
export interface UpstreamAnswer {
  /** Without card numbers. */
  readonly received: ReceivedAnswer
  /** The body as received, for the caller; it is not stored. */
  readonly body: Uint8Array<ArrayBuffer>
  /** The parts of it that this toolkit does not know. */
  readonly findings: ReadonlyArray<Finding>
}

type LineEvent =
  /** The order holds the terminal's lock; `address` is what the terminal's name resolved to. */
  | { readonly _tag: "Connecting"; readonly address: Address }
  | { readonly _tag: "Connected"; readonly address: Address }
  | { readonly _tag: "RequestSent"; readonly frame: string }
  /** The order is about to be sent to the service that a relay asks: from here on a byte may have left. */
  | { readonly _tag: "UpstreamAsked"; readonly upstream: string }
  /** That service has answered. */
  | { readonly _tag: "UpstreamAnswered"; readonly answer: UpstreamAnswer }
  | { readonly _tag: "Received"; readonly bytes: number }
  /** A clear answer; emitted whether or not the caller still waits. */
  | { readonly _tag: "Answered"; readonly frame: string; readonly outcome: PaymentOutcome }
  /** What the caller is told when there is no clear answer. */
  | { readonly _tag: "Unknown"; readonly reason: OutcomeUnknown }
  /** A bug ended the exchange after the order was sent; `error` is what was thrown. `Unknown` or `LateAnswer` follows. */
  | { readonly _tag: "Defect"; readonly error: unknown }
  /** After the deadline passed in silence: the late answer, or why none came. */
  | {
      readonly _tag: "LateAnswer"
      readonly frame?: string | undefined
      readonly result: Result.Result<PaymentOutcome, OutcomeUnknown>
    }
  | { readonly _tag: "Closed" }

/** The screen of a simulated terminal changed. Amounts in minor units. */
export interface ScreenEvent {
  readonly _tag: "Stage"
  readonly stage: string
  /** The screen's lines. */
  readonly screen: ReadonlyArray<string>
  readonly amount?: number
  readonly currency?: string
  /** The test card's name, once one is presented. */
  readonly card?: string
  readonly entryMode?: string
  readonly authorizationNumber?: string
  /** Concert's AF, if it ended without payment. */
  readonly complement?: string
}
