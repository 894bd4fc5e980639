/**
 * The body of `POST /v1/connector/order`, with the contract's names.
 *
 * Decoding adds nothing and keeps nothing that the contract does not name; `fillDefaults` adds the contract's
 * defaults to the received JSON, which is what the service echoes.
 */
import * as Schema from "effect/Schema"
import { orderShape } from "../internal/orderShape.ts"
import * as Contract from "./Contract.ts"
import { Customer } from "./Customer.ts"
import { Order } from "./Order.ts"
import { Shipping } from "./Shipping.ts"
import { TechnicalInformation } from "./TechnicalInformation.ts"

export const RootOrder = Schema.Struct({
  order: Order,
  customer: Schema.optionalKey(Customer),
  shipping: Schema.optionalKey(Shipping),
  pos_technical_info: TechnicalInformation
}).annotate({ identifier: "RootOrder" })

export type RootOrder = typeof RootOrder.Type

/** Decodes any JSON value to a {@link RootOrder}, dropping unknown fields. Fails with its first fault; {@link check} tells all. */
// Pure, for bundlers, like those below: a program loads what it calls.
export const decode = /* @__PURE__ */ Schema.decodeUnknownResult(RootOrder)

/** Whether a body has no fault and no field that the contract does not name: what {@link check} and {@link checkNames} pass. */
export const isExact: (body: unknown) => body is RootOrder = /* @__PURE__ */ Contract.makeGuard<RootOrder>(orderShape)

/** Every fault of a body against the contract's schema, in the order and words of the service's evident validator. */
export const check: Contract.Check = /* @__PURE__ */ Contract.makeCheck(orderShape)

/**
 * Every field of a body that the contract does not name: most likely a slip, because it has no effect. `sandbox_code` is
 * not among them where it is looked for: HiPay's pages have it, and do not say where.
 */
export const checkNames: Contract.CheckNames = /* @__PURE__ */ Contract.makeCheckNames(orderShape, [
  "sandbox_code",
  "order.sandbox_code",
  "pos_technical_info.sandbox_code"
])

/**
 * The body with the contract's defaults where a field is absent, as the service writes them: into objects that are there,
 * never into objects that are not. The body given stays as it is; what lacks nothing is shared with it. Anything that is
 * not an object is left as it came.
 */
export const fillDefaults: (body: unknown) => unknown = /* @__PURE__ */ Contract.makeFillDefaults(orderShape)
