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

/** Receives the reports that it has methods for. */
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
  readonly onRepeatWhileUndecided?: ((orderId: string, attempt: string | undefined) => void) | undefined
  /** How an order was answered that came again. */
  readonly onRepeatAnswered?: ((answer: RepeatAnswer) => void) | undefined
  /** A bug was hit during a payment. */
  readonly onDefect?: ((attempt: string, error: unknown) => void) | undefined
}

/** Several as one: each report goes to those that receive it, in the order of the list. */
export const all = (listeners: ReadonlyArray<AttemptListener | undefined>): Required<AttemptListener> => {
  const tell = (call: (listener: AttemptListener) => void) => {
    for (const listener of listeners) if (listener !== undefined) call(listener)
  }
  return {
    onChange: (attempt) => tell((to) => to.onChange?.(attempt)),
    onUnknownEnded: (state, by) => tell((to) => to.onUnknownEnded?.(state, by)),
    onEvent: (attempt, event) => tell((to) => to.onEvent?.(attempt, event)),
    onPaymentEvent: (attempt, event) => tell((to) => to.onPaymentEvent?.(attempt, event)),
    onAlarm: (attempt, alarm) => tell((to) => to.onAlarm?.(attempt, alarm)),
    onRepeatWhileUndecided: (orderId, attempt) => tell((to) => to.onRepeatWhileUndecided?.(orderId, attempt)),
    onRepeatAnswered: (answer) => tell((to) => to.onRepeatAnswered?.(answer)),
    onDefect: (attempt, error) => tell((to) => to.onDefect?.(attempt, error))
  }
}
