/**
 * Which of several gateways delivers an alarm that all of them raise. One takes it for a time, so that one that ends in the
 * middle loses nothing: an alarm is delivered at least once, and twice only where a gateway ends right after it.
 */
import type { Attempt } from "@hipay-pos/server/Attempt"

/** What became of an alarm that was to be taken. */
export type Taken =
  /** It is this gateway's to deliver. */
  | "taken"
  /** Another gateway is delivering it. */
  | "elsewhere"
  /** It was delivered. */
  | "delivered"

/** The alarms of all gateways on one store; `id` is that of an alarm in one channel. Each of them rejects where the store does not answer. */
export interface SharedAlarms {
  readonly take: (id: string) => Promise<Taken>
  readonly delivered: (id: string) => Promise<void>
  /** Lets another gateway try at once. */
  readonly release: (id: string) => Promise<void>
  /**
   * Attempts that any gateway has written with alarms since the last call. A gateway that raised one has half a minute to
   * deliver it before the others are told of it here.
   */
  readonly written: () => Promise<ReadonlyArray<Attempt>>
}
