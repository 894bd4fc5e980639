/**
 * What happened during a payment, as it is kept with its attempt: frames that went over the line, masked, and, where the
 * terminal is simulated, what its screen showed.
 */
import * as Result from "effect/Result"
import type { PaymentEvent, ScreenEvent } from "../terminals/PaymentEvent.ts"

/** One moment of a payment; `at` is in milliseconds since 1970. */
export type Moment = { readonly at: number } & (
  | { readonly kind: "connected"; readonly to: string }
  | { readonly kind: "terminal-request"; readonly frame: string }
  | { readonly kind: "stage"; readonly shown: ScreenEvent }
  | { readonly kind: "fault"; readonly fault: string; readonly stage: string }
  | { readonly kind: "terminal-response"; readonly frame: string }
  /** The caller was answered; the answer itself is kept with the attempt. */
  | { readonly kind: "answer"; readonly status: number }
  /** After the caller was told that nobody knows: the answer, or why there will be none. */
  | { readonly kind: "late-response"; readonly frame?: string; readonly detail?: string }
)

/** The moment that an event is worth keeping as, if it is. */
export const fromEvent = (event: PaymentEvent, at: number): Moment | undefined => {
  switch (event._tag) {
    case "Connected":
      return { at, kind: "connected", to: `${event.address.host}:${event.address.port}` }
    case "RequestSent":
      return { at, kind: "terminal-request", frame: event.frame }
    case "Answered":
      return { at, kind: "terminal-response", frame: event.frame }
    case "LateAnswer":
      return {
        at,
        kind: "late-response",
        ...(event.frame === undefined ? {} : { frame: event.frame }),
        ...(Result.isFailure(event.result) ? { detail: event.result.failure.message } : {})
      }
    case "Stage":
      return { at, kind: "stage", shown: event }
    case "Fault":
      return { at, kind: "fault", fault: event.fault, stage: event.stage }
    default:
      return undefined
  }
}
