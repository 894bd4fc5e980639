/** The filter of a list of attempts. */
import type { AttemptState } from "@hipay-pos/core/wire/Attempt"

/** Which attempts to list; by default all that the login may see. */
export interface AttemptFilter {
  /** A later server may have other states. */
  readonly state?: AttemptState | (string & {}) | undefined
  /** `YYYY-MM-DD` or `today`, in the server's days. */
  readonly day?: string | undefined
  /** All attempts of this order. */
  readonly orderId?: string | undefined
  /** The client's own attempts that were sent with this `Idempotency-Key`. Quickest with `orderId`. */
  readonly idempotencyKey?: string | undefined
  /** Part of an order id, a terminal's name or another text of the attempt. */
  readonly search?: string | undefined
  /** Only attempts older than the one of this id. */
  readonly before?: string | undefined
  /** At most so many; by default all of them, over as many pages as needed. */
  readonly limit?: number | undefined
}
