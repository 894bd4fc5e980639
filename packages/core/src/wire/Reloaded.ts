/** The settings that a gateway reloaded: the answer to `POST /reload`. */
import * as Schema from "effect/Schema"

export const Reloaded = Schema.Struct({
  /** How many terminals it now dials. */
  terminals: Schema.Int,
  /** How many logins it now accepts. */
  logins: Schema.Int
}).annotate({ identifier: "Reloaded" })
export type Reloaded = typeof Reloaded.Type
