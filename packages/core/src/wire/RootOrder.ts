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

/** Decodes any JSON value, dropping unknown fields. Fails with the first fault; {@link check} reports all. */
// Marked pure, like those below, so that bundlers can drop what a program does not call.
export const decode = /* @__PURE__ */ Schema.decodeUnknownResult(RootOrder)

/** Whether a body has no faults and no unknown fields: {@link check} and {@link checkNames} report nothing. */
export const isExact: (body: unknown) => body is RootOrder = /* @__PURE__ */ Contract.makeGuard<RootOrder>(orderShape)

/** Every fault of a body against the contract's schema, in the order and wording of the service's evident validator. */
export const check: Contract.Check = /* @__PURE__ */ Contract.makeCheck(orderShape)

/**
 * Every field of a body that the contract does not name: most likely a slip, because it has no effect. `sandbox_code` is not
 * reported in the places where HiPay's pages may mean it: they do not say where it belongs.
 */
export const checkNames: Contract.CheckNames = /* @__PURE__ */ Contract.makeCheckNames(orderShape, [
  "sandbox_code",
  "order.sandbox_code",
  "pos_technical_info.sandbox_code"
])

/**
 * The body with the contract's defaults for absent fields, filled in as the service does: only into objects that are present.
 * The argument is not changed, and parts without missing defaults are shared with it. Anything but an object is returned as
 * it came.
 */
export const fillDefaults: (body: unknown) => unknown = /* @__PURE__ */ Contract.makeFillDefaults(orderShape)
