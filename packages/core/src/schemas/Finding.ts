/** Schemas of findings. */
import * as Schema from "effect/Schema"

/** `refused`: strict validation refuses the order. `warning`: it goes through, and this is what to expect. */
export const Severity = Schema.Literals(["refused", "warning"])
export type Severity = typeof Severity.Type

/** A finding. `rule`: whether it comes from the contract's schema or from our own rules. */
export const Finding = Schema.Struct({
  /** JSON path of the field, such as `order.basket[0].unit_price`; empty for the body itself. */
  path: Schema.String,
  /** Stable: `required`, `type`, … for the contract's schema; `basket-sum`, `host-missing`, … for our rules. */
  code: Schema.String,
  severity: Severity,
  rule: Schema.Literals(["contract", "order"]),
  message: Schema.String,
  expected: Schema.String,
  actual: Schema.String
}).annotate({ identifier: "Finding" })
export type Finding = typeof Finding.Type
