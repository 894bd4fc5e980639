/** Schema of the ways in which a fraction is rounded. */
import * as Schema from "effect/Schema"

/**
 * What happens to a fraction of a minor unit: to the nearest, a half going away from zero (`half-up`, what shops do) or
 * to the even neighbour (`half-even`, what banks do); always towards zero (`down`); always away from zero (`up`).
 */
export const Rounding = /* @__PURE__ */ Schema.Literals(["half-up", "half-even", "down", "up"])
/** What happens to a fraction of a minor unit. */
export type Rounding = typeof Rounding.Type
