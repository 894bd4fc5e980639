/** What a gateway took when it read its settings again: the answer to `POST /reload`. */
import * as Schema from "effect/Schema"

export const Reloaded = Schema.Struct({
  /** How many terminals it dials now. */
  terminals: Schema.Int,
  /** How many logins it takes now. */
  logins: Schema.Int
}).annotate({ identifier: "Reloaded" })
export type Reloaded = typeof Reloaded.Type
