/** Events at the server, emitted as they happen. Bodies hold personal data: show them, do not log them. */
import type { Money } from "@hipay-pos/core/Money"
import { quietly } from "@hipay-pos/core/Quietly"
import type { ProblemCode } from "@hipay-pos/core/wire/Problem"
import type { Alarm, Attempt } from "./attempts/Attempt.ts"
import type { Answer } from "./render/Answer.ts"
import type { Refusal } from "./render/problems.ts"
import type { PaymentEvent } from "./terminals/PaymentEvent.ts"

/** Why bytes on a connection are not served as a request: not HTTP, headers too large, too slow, or an `Expect` other than `100-continue`. */
export type BrokenRequest = Extract<
  ProblemCode,
  "request.malformed" | "headers.too.large" | "request.too.slow" | "expectation.unknown"
>

/** Alarms raised by a gateway about itself, on which a person has to act. */
export const gatewayAlarmCodes = ["attempt.unknown.old", "store.failing", "terminal.unreachable", "lease.lost"] as const
export type GatewayAlarmCode = (typeof gatewayAlarmCodes)[number]

/** What an order asks for. */
export interface Asked {
  readonly amount: Money
  /** The terminal as people know it: its address or serial number. */
  readonly terminal: string
}

/** An order and its answer. */
export interface AnsweredOrder {
  readonly requestId: string
  readonly answer: Answer
  /** The duration in milliseconds. */
  readonly took: number
  /** The caller's login, if it is known. */
  readonly login?: string | undefined
  /** Set if the order could be read. */
  readonly orderId?: string | undefined
  /** The attempt that the answer is about, if there is one. */
  readonly attempt?: Attempt | undefined
  /** Set if the order was answered without a payment, such as from a recording. */
  readonly asked?: Asked | undefined
  /** The trace that the order belongs to, in hexadecimal. */
  readonly traceId?: string | undefined
}

export type ServerEvent =
  /** An order with credentials and a JSON body. */
  | { readonly _tag: "OrderReceived"; readonly requestId: string; readonly body: unknown }
  /** Any request to the order's address has been answered; if with 202, it is under way and `OrderEnded` follows. */
  | ({ readonly _tag: "OrderAnswered" } & AnsweredOrder)
  /** An order that was answered 202 has ended; the answer is the one that it would have got. */
  | ({ readonly _tag: "OrderEnded" } & AnsweredOrder)
  /** The bytes on a connection were not served as a request; no handler saw them. */
  | {
      readonly _tag: "Unreadable"
      readonly requestId: string
      readonly code: BrokenRequest
      readonly address?: string | undefined
    }
  /** A request was refused before anything else was checked. */
  | {
      readonly _tag: "RequestRefused"
      readonly requestId: string
      readonly refusal: Refusal
      readonly address?: string | undefined
    }
  /**
   * Credentials were wrong, or an order had none. `login` is the username of an existing login; any other text is left out, since
   * it may be a password typed into the wrong field.
   */
  | {
      readonly _tag: "Unauthorized"
      readonly requestId: string
      readonly credentials: "none" | "wrong"
      readonly login?: string | undefined
      readonly address?: string | undefined
    }
  /**
   * A login made a call that needs the role `resolve` or `control`, such as `POST /attempts/ID/resolve`; calls of the mock's own
   * interface are not reported. 403 means that the login lacks the role, or may use only some of the terminals.
   */
  | {
      readonly _tag: "Action"
      readonly requestId: string
      readonly login: string
      readonly method: string
      readonly path: string
      readonly status: number
      readonly address?: string | undefined
    }
  /** What happens between an attempt and its terminal, late answers included; frames are masked. */
  | { readonly _tag: "Terminal"; readonly attempt: string; readonly event: PaymentEvent }
  /** Something that a person has to act on; each code has its own sentence and details. */
  | ({ readonly _tag: "Alarm"; readonly attempt: string; readonly orderId: string } & Alarm)
  /** A gateway's alarm about itself; stored with no attempt. */
  | {
      readonly _tag: "GatewayAlarm"
      readonly code: GatewayAlarmCode
      readonly message: string
      readonly attempt?: string | undefined
      readonly orderId?: string | undefined
      readonly terminal?: string | undefined
    }
  /** Something that a person should know about the store of attempts, in a sentence. */
  | { readonly _tag: "StoreWarning"; readonly detail: string }
  /** Logins and terminals were reloaded, or refused: then the previous ones stay in use. */
  | { readonly _tag: "SettingsRead"; readonly detail: string; readonly isTaken: boolean }
  /** The server was told to stop, and waits for this many payments under way. */
  | { readonly _tag: "Stopping"; readonly underWay: number }
  /** Something that a person should know about a program's settings, in a sentence. */
  | { readonly _tag: "SettingsWarning"; readonly detail: string }
  /** Traces or metrics can no longer, or can again, be sent to a collector, in a sentence. */
  | { readonly _tag: "TelemetrySent"; readonly detail: string; readonly isSent: boolean }
  /** A notification whose signature is not HiPay's, and why. Anyone may send one, since notifications need no login. */
  | { readonly _tag: "NotificationRefused"; readonly detail: string; readonly address?: string | undefined }
  /** Why a HiPay notification was not accepted, ends nothing, or is not forwarded, in a sentence. */
  | { readonly _tag: "NotificationWarning"; readonly detail: string }
  /** A bug; `attempt` is set if it struck during a payment. */
  | {
      readonly _tag: "Defect"
      readonly requestId?: string | undefined
      readonly attempt?: string | undefined
      readonly error: unknown
    }

/** Listens to a server. Its exceptions are dropped, and its rejections if it is asynchronous. */
export type Listener = (event: ServerEvent) => void

/** Wraps a listener so that its exceptions and rejections cannot disturb a payment. */
export const safeListener =
  (listener: Listener = () => {}): Listener =>
  (event) =>
    quietly(listener, event)
