/**
 * What happens between an attempt and its terminal, as the terminal's adapter emits it: on the line, and, where the
 * terminal is simulated, on its screen. Frames come masked.
 */
import type { Finding } from "@hipay-pos/core/Finding"
import type { PaymentOutcome } from "@hipay-pos/core/Payment"
import type { OutcomeUnknown } from "@hipay-pos/core/Terminal"
import type { ReceivedAnswer } from "@hipay-pos/core/wire/Attempt"
import type * as Result from "effect/Result"

/** Where a terminal is. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** One event of a payment. `orderId` is there for what happens on the line. */
export type PaymentEvent =
  | ({ readonly orderId: string } & LineEvent)
  | ScreenEvent
  /** A fault that a test has set took effect. */
  | { readonly _tag: "Fault"; readonly fault: string; readonly stage: string }

/** What the service that a relay asks has answered. */
export interface UpstreamAnswer {
  /** Without card numbers. */
  readonly received: ReceivedAnswer
  /** The body as it came, for the caller; it is not kept. */
  readonly body: Uint8Array<ArrayBuffer>
  /** What this toolkit does not know of it. */
  readonly findings: ReadonlyArray<Finding>
}

type LineEvent =
  /** The order holds the terminal's lock; `address` is the one that the terminal's name stands for. */
  | { readonly _tag: "Connecting"; readonly address: Address }
  | { readonly _tag: "Connected"; readonly address: Address }
  | { readonly _tag: "RequestSent"; readonly frame: string }
  /** The order goes to the service that a relay asks: from here on a byte may have left. */
  | { readonly _tag: "UpstreamAsked"; readonly upstream: string }
  /** That service has answered. */
  | { readonly _tag: "UpstreamAnswered"; readonly answer: UpstreamAnswer }
  | { readonly _tag: "Received"; readonly bytes: number }
  /** A clear answer; emitted whether the caller still waits or not. */
  | { readonly _tag: "Answered"; readonly frame: string; readonly outcome: PaymentOutcome }
  /** What the caller learns when there is no clear answer. */
  | { readonly _tag: "Unknown"; readonly reason: OutcomeUnknown }
  /** A bug ended the exchange after the order was sent: what was thrown. `Unknown` or `LateAnswer` follows. */
  | { readonly _tag: "Defect"; readonly error: unknown }
  /** After silence at the deadline: the answer that came late, or why none did. */
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
  /** What the screen shows, one entry a line. */
  readonly screen: ReadonlyArray<string>
  readonly amount?: number
  readonly currency?: string
  /** Name of the test card, once one is presented. */
  readonly card?: string
  readonly entryMode?: string
  readonly authorizationNumber?: string
  /** Concert's AF, when it ended without payment. */
  readonly complement?: string
}
