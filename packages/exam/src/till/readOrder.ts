/** Recognises and reads orders leniently: a till under examination may send anything. */
import { addressText } from "@hipay-pos/core/Host"
import { type JsonObject, object } from "@hipay-pos/core/JsonObject"
import * as JsonText from "@hipay-pos/core/JsonText"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import { validate } from "@hipay-pos/server"
import * as Result from "effect/Result"
import type { NoTerminalField, OrderSeen } from "./Evidence.ts"

/** Whether a request is an order, whatever its body is. */
export const isOrderRequest = (method: string | undefined, path = ""): boolean =>
  method === "POST" && /\/v1\/connector\/order\/?(\?|$)/.test(path)

/** Removes a byte order mark, as the mock does; the mock refuses bytes that are not UTF-8. */
const utf8 = new TextDecoder()

/** The order in a body; `undefined` if there is none. */
export const readOrder = (body: Uint8Array): OrderSeen | undefined => {
  const read = JsonText.parse(utf8.decode(body))
  if (Result.isFailure(read)) return undefined
  const json = object(read.success)
  const order = object(json.order)
  const price = object(order.price)
  const info = object(json.pos_technical_info)
  const noTerminalBy = noTerminalFieldOf(json, order, info)
  return {
    orderId: text(order.order_id),
    amount: typeof price.amount === "number" && Number.isFinite(price.amount) ? price.amount : 0,
    currency: text(price.currency) || "EUR",
    transactionType: text(order.transaction_type) || "Debit",
    terminal: terminalOf(json),
    protocol: text(object(info.terminal_transaction_display).protocol),
    ...(noTerminalBy === undefined ? {} : { noTerminalBy })
  }
}

/** HiPay's pages do not say where `sandbox_code` goes: it is read from the same places as in the server. */
const noTerminalFieldOf = (root: JsonObject, order: JsonObject, info: JsonObject): NoTerminalField | undefined => {
  if ([root, order, info].some((each) => Object.hasOwn(each, "sandbox_code"))) return "sandbox_code"
  return order.initialize_payment_terminal === false ? "initialize_payment_terminal" : undefined
}

/**
 * The terminal's name in the mock, an address, or manufacturer and serial number; empty if the mock refuses the order. Read as
 * by the mock: the order's protocol decides which of the two counts if both are named.
 */
const terminalOf = (json: JsonObject): string => {
  const read = validate(json, "strict")
  if (read._tag !== "Accepted") return ""
  const { target } = read.request
  if (target._tag !== "Concert") return TerminalTarget.toText(target)
  const { host, port } = target
  // A host with its port cannot be an IPv6 address.
  return host.startsWith("[") || host.indexOf(":") === host.lastIndexOf(":") ? `${host}:${port}` : addressText(target)
}

const text = (value: unknown): string => (typeof value === "string" ? value : "")
