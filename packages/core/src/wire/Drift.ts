/** Counts what this toolkit does not know in the answers of HiPay's service: `GET /drift` of a relay. */
import * as Schema from "effect/Schema"

/** One kind of unknown content. Samples describe a value, and hold nothing about customers. */
export const DriftEntry = Schema.Struct({
  /** `upstream-field-unknown`, `upstream-type`, `upstream-status`, `upstream-code-unknown`, `upstream-message`, `upstream-body`; `upstream-more` for those left out. */
  code: Schema.String,
  /** Where in the answer, such as `order.price.amount`; empty for the answer itself. */
  path: Schema.String,
  expected: Schema.String,
  /** The first one that came. */
  sample: Schema.String,
  count: Schema.Int,
  firstAt: Schema.String,
  lastAt: Schema.String,
  /** The path of the last attempt that shows it. */
  attempt: Schema.String
}).annotate({ identifier: "DriftEntry" })
export type DriftEntry = typeof DriftEntry.Type

export const Drift = Schema.Struct({ upstream: Schema.String, drift: Schema.Array(DriftEntry) }).annotate({
  identifier: "Drift"
})
export type Drift = typeof Drift.Type
