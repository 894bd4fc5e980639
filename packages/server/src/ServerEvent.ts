/** What happens at the server, emitted as it happens. Bodies hold personal data: show them, do not log them. */
import type { Money } from "@hipay-pos/core/Money"
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

/** What a gateway sees that a person has to act on. */
export const gatewayAlarmCodes = ["attempt.unknown.old", "store.failing", "terminal.unreachable", "lease.lost"] as const
export type GatewayAlarmCode = (typeof gatewayAlarmCodes)[number]

/** What an order asks for. */
export interface Asked {
  readonly amount: Money
  /** As people find it: its address, or its serial number. */
  readonly terminal: string
}

/** An order and its answer. */
export interface AnsweredOrder {
  readonly requestId: string
  readonly answer: Answer
  /** How long it took, in milliseconds. */
  readonly took: number
  /** The caller, where there is such a login. */
  readonly login?: string | undefined
  /** Of an order that was read. */
  readonly orderId?: string | undefined
  /** The attempt that the answer is about, where it has one. */
  readonly attempt?: Attempt | undefined
  /** Of an order that was answered without a payment, such as from a recording. */
  readonly asked?: Asked | undefined
  /** The trace that the order belongs to, in hexadecimal. */
  readonly traceId?: string | undefined
}

export type ServerEvent =
  /** An order with credentials and a body that is JSON. */
  | { readonly _tag: "OrderReceived"; readonly requestId: string; readonly body: unknown }
  /** Whatever was sent to the order's address has been answered; with 202 where it is under way, and `OrderEnded` follows. */
  | ({ readonly _tag: "OrderAnswered" } & AnsweredOrder)
  /** An order that was answered 202 has ended, with the answer that it would have got. */
  | ({ readonly _tag: "OrderEnded" } & AnsweredOrder)
  /** The bytes on a connection are not served as a request; no handler saw them. */
  | {
      readonly _tag: "Unreadable"
      readonly requestId: string
      readonly code: BrokenRequest
      readonly address?: string | undefined
    }
  /** A request was turned away before anything else was looked at. */
  | {
      readonly _tag: "RequestRefused"
      readonly requestId: string
      readonly refusal: Refusal
      readonly address?: string | undefined
    }
  /**
   * Credentials were wrong, or an order had none. `login` is the username where there is such a login; any other
   * text may be a password typed into the wrong field, and is left out.
   */
  | {
      readonly _tag: "Unauthorized"
      readonly requestId: string
      readonly credentials: "none" | "wrong"
      readonly login?: string | undefined
      readonly address?: string | undefined
    }
  /** What happens between an attempt and its terminal, late answers included; frames are masked. */
  | { readonly _tag: "Terminal"; readonly attempt: string; readonly event: PaymentEvent }
  /** Something that a person has to act on; each code has its own sentence and details. */
  | ({ readonly _tag: "Alarm"; readonly attempt: string; readonly orderId: string } & Alarm)
  /** The same of something that a gateway watches for; it is not kept with any attempt. */
  | {
      readonly _tag: "GatewayAlarm"
      readonly code: GatewayAlarmCode
      readonly message: string
      readonly attempt?: string | undefined
      readonly orderId?: string | undefined
      readonly terminal?: string | undefined
    }
  /** What a person should know about the file that keeps the attempts, in a sentence. */
  | { readonly _tag: "StoreWarning"; readonly detail: string }
  /** Logins and terminals were read again, or were refused: then the previous ones stay in use. */
  | { readonly _tag: "SettingsRead"; readonly detail: string; readonly isTaken: boolean }
  /** What a person should know about the settings that a program was started with, in a sentence. */
  | { readonly _tag: "SettingsWarning"; readonly detail: string }
  /** Traces or metrics cannot be sent to a collector, or can again, in a sentence. */
  | { readonly _tag: "TelemetrySent"; readonly detail: string; readonly isSent: boolean }
  /** A notification whose signature is not HiPay's, and why not: they need no login, and anyone may send one. */
  | { readonly _tag: "NotificationRefused"; readonly detail: string; readonly address?: string | undefined }
  /** Why a notification of HiPay's was not taken, ends nothing, or is not handed on, in a sentence. */
  | { readonly _tag: "NotificationWarning"; readonly detail: string }
  /** A bug. Where it struck during a payment, `attempt` says which. */
  | {
      readonly _tag: "Defect"
      readonly requestId?: string | undefined
      readonly attempt?: string | undefined
      readonly error: unknown
    }

/** Listens to a server. What it throws is dropped. */
export type Listener = (event: ServerEvent) => void

/** The listener as the server calls it: no listener may disturb a payment. */
export const safeListener =
  (listener: Listener | undefined): Listener =>
  (event) => {
    try {
      listener?.(event)
    } catch {
      // A payment must not fail because of a listener.
    }
  }
