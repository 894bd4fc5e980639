/**
 * What the attempts of a server report as it happens. Methods are called synchronously and in order, so their records exist
 * before the order is answered. They must not throw.
 */
import { quietly } from "@hipay-pos/core/Quietly"
import type { PaymentEvent } from "../terminals/PaymentEvent.ts"
import type { Alarm, Attempt, AttemptState } from "./Attempt.ts"
import type { AttemptEvent } from "./AttemptEvent.ts"

/** The repeat waits for the first order's answer, gets the recorded answer again, or is refused. */
export type RepeatAnswer = "joined" | "answered" | "refused"

/** What ended an unknown attempt: a person, a late answer, the terminal when asked, or HiPay's notification. */
export type UnknownEndedBy = "person" | "late-answer" | "terminal" | "notification"

/** Every method is optional. */
export interface AttemptListener {
  /** An attempt was opened, ended or resolved. */
  readonly onChange?: ((attempt: Attempt) => void) | undefined
  /** An unknown attempt ended, in this state. */
  readonly onUnknownEnded?: ((state: AttemptState, by: UnknownEndedBy) => void) | undefined
  /** An event was added to an attempt. */
  readonly onEvent?: ((attempt: Attempt, event: AttemptEvent) => void) | undefined
  /** Everything that happens between an attempt and its terminal, stored or not. */
  readonly onPaymentEvent?: ((attempt: string, event: PaymentEvent) => void) | undefined
  /** A person has to act. */
  readonly onAlarm?: ((attempt: Attempt, alarm: Alarm) => void) | undefined
  /** An order was sent again while its first attempt is open or unknown: the real service may charge twice. */
  readonly onRepeatWhileUndecided?: ((orderId: string, attempt: string | undefined) => void) | undefined
  /** How a repeated order was answered. */
  readonly onRepeatAnswered?: ((answer: RepeatAnswer) => void) | undefined
  /** A payment hit a bug. */
  readonly onDefect?: ((attempt: string, error: unknown) => void) | undefined
}

/**
 * Combines listeners: each report goes, in list order, to those that have its method. What one of them throws, or rejects with,
 * is dropped: a payment matters more than its listener.
 */
export const all = (listeners: ReadonlyArray<AttemptListener | undefined>): Required<AttemptListener> => {
  const tell = (call: (listener: AttemptListener) => void) => {
    for (const listener of listeners) if (listener !== undefined) quietly(() => call(listener))
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
