/**
 * Decides which of several gateways delivers an alarm that all of them raise. One takes it for a limited time, so that
 * nothing is lost if that gateway ends: an alarm is delivered at least once, and twice only if a gateway ends right after a
 * delivery.
 */
import type { Attempt } from "@hipay-pos/server/Attempt"

/** The result of taking an alarm. */
export type Taken =
  /** It is this gateway's to deliver. */
  | "taken"
  /** Another gateway is delivering it. */
  | "elsewhere"
  /** It was delivered. */
  | "delivered"

/**
 * The alarms of all gateways on one store; `id` is that of an alarm in one channel. Each function rejects if the store does
 * not answer.
 */
export interface SharedAlarms {
  readonly take: (id: string) => Promise<Taken>
  readonly delivered: (id: string) => Promise<void>
  /** Lets another gateway try at once. */
  readonly release: (id: string) => Promise<void>
  /**
   * Attempts that any gateway has written with alarms since the last call. A gateway that raised an alarm has half a minute
   * to deliver it before its attempt appears here for the others.
   */
  readonly written: () => Promise<ReadonlyArray<Attempt>>
}
