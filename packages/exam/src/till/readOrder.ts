/** Recognises and reads orders leniently: a till under examination may send anything. */
import { type JsonObject, object } from "@hipay-pos/core/JsonObject"
import * as JsonText from "@hipay-pos/core/JsonText"
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
    terminal: terminalOf(info),
    protocol: text(object(info.terminal_transaction_display).protocol),
    ...(noTerminalBy === undefined ? {} : { noTerminalBy })
  }
}

/** HiPay's pages do not say where `sandbox_code` goes: it is read from the same places as in the server. */
const noTerminalFieldOf = (root: JsonObject, order: JsonObject, info: JsonObject): NoTerminalField | undefined => {
  if ([root, order, info].some((each) => Object.hasOwn(each, "sandbox_code"))) return "sandbox_code"
  return order.initialize_payment_terminal === false ? "initialize_payment_terminal" : undefined
}

/** The terminal's name in the mock: an address, or manufacturer and serial number. */
const terminalOf = (info: JsonObject): string => {
  const { host, port } = object(info.host_information)
  if (typeof host === "string" && host !== "") return `${host}:${typeof port === "number" ? port : 8888}`
  const { manufacturer, serial_number } = object(info.device_information)
  return `${text(manufacturer)} ${text(serial_number)}`
}

const text = (value: unknown): string => (typeof value === "string" ? value : "")
