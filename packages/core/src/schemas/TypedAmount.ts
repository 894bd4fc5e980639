/** Schema of the reasons for which a typed amount is refused. */
import * as Schema from "effect/Schema"

/** Why the typed text is not an amount. */
export const Problem = /* @__PURE__ */ Schema.Literals([
  "empty",
  "not-an-amount",
  "ambiguous",
  "wrong-grouping",
  "too-many-decimals",
  "other-currency",
  "out-of-range"
])
/** Why the typed text is not an amount. */
export type Problem = typeof Problem.Type
