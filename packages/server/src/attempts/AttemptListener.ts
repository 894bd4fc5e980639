/**
 * What the attempts of a server report as it happens. Each method is called synchronously and in order: what it records is
 * recorded before the order is answered. Methods must not throw.
 */
import type { PaymentEvent } from "../terminals/PaymentEvent.ts"
import type { Alarm, Attempt, AttemptState } from "./Attempt.ts"
import type { AttemptEvent } from "./AttemptEvent.ts"

/** It waits for the first one's answer, gets the recorded answer once more, or is refused. */
export type RepeatAnswer = "joined" | "answered" | "refused"

/** What ended an attempt that was unknown: a person, the terminal's late answer, what it proved when asked, or HiPay. */
export type UnknownEndedBy = "person" | "late-answer" | "terminal" | "notification"

export interface AttemptListener {
  /** An attempt was opened, ended or resolved. */
  readonly onChange?: ((attempt: Attempt) => void) | undefined
  /** An attempt that was unknown has ended, in this state. */
  readonly onUnknownEnded?: ((state: AttemptState, by: UnknownEndedBy) => void) | undefined
  /** An event was added to an attempt. */
  readonly onEvent?: ((attempt: Attempt, event: AttemptEvent) => void) | undefined
  /** Everything that happens between an attempt and its terminal, stored or not. */
  readonly onPaymentEvent?: ((attempt: string, event: PaymentEvent) => void) | undefined
  /** A person has to act. */
  readonly onAlarm?: ((attempt: Attempt, alarm: Alarm) => void) | undefined
  /** An order was sent again while its first attempt is open or unknown: the real service may charge twice. */
  readonly onRepeat?: ((orderId: string, attempt: string | undefined) => void) | undefined
  /** How an order was answered that came again. */
  readonly onRepeated?: ((answer: RepeatAnswer) => void) | undefined
  /** A bug was hit during a payment. */
  readonly onDefect?: ((attempt: string, error: unknown) => void) | undefined
}
