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
  /** Calls one method of each listener. Listed once: a payment makes dozens of reports. */
  const toEach = <Args extends ReadonlyArray<unknown>>(
    method: (listener: AttemptListener) => ((...args: Args) => void) | undefined
  ) => {
    const calls = listeners.flatMap((listener) => (listener && method(listener)?.bind(listener)) ?? [])
    return (...args: Args): void => {
      for (const call of calls) quietly(call, ...args)
    }
  }
  return {
    onChange: toEach((listener) => listener.onChange),
    onUnknownEnded: toEach((listener) => listener.onUnknownEnded),
    onEvent: toEach((listener) => listener.onEvent),
    onPaymentEvent: toEach((listener) => listener.onPaymentEvent),
    onAlarm: toEach((listener) => listener.onAlarm),
    onRepeatWhileUndecided: toEach((listener) => listener.onRepeatWhileUndecided),
    onRepeatAnswered: toEach((listener) => listener.onRepeatAnswered),
    onDefect: toEach((listener) => listener.onDefect)
  }
}
