/** Which attempts of a server are listed. */
import type { AttemptState } from "@hipay-pos/core/wire/Attempt"

/** Which attempts are listed; all that the login may see by default. */
export interface AttemptFilter {
  readonly state?: AttemptState | undefined
  /** `YYYY-MM-DD` or `today`, by the days of the server. */
  readonly day?: string | undefined
  /** All attempts of this order. */
  readonly orderId?: string | undefined
  /** Part of an order id, a terminal's name or another text of the attempt. */
  readonly search?: string | undefined
  /** Only attempts older than the one of this id. */
  readonly before?: string | undefined
  /** At most so many; all of them by default, as many pages as that takes. */
  readonly limit?: number | undefined
}
