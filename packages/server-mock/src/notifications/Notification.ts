/**
 * The notification that the service sends to a shop's server when a transaction changes: a form with bracketed keys, and amounts
 * as decimals in major units.
 *
 * It has the fields of the general notification of HiPay's platform; those without a value for a card payment in a shop stay
 * empty, as they do there.
 */
import * as Money from "@hipay-pos/core/Money"
import { messages, type Transaction } from "../transactions/ConsoleTransactions.ts"

/** The body of the notification that a transaction has reached its status. */
export const toForm = (transaction: Transaction): string => {
  const { attempt, reference, charge, createdAt, updatedAt, status, history } = transaction
  const { amount } = charge
  const { order, customer } = attempt.order.body as NotifiedBody
  const decimals = decimal(amount).split(".")[1]?.length
  const nothing = (0).toFixed(decimals)
  const authorizedAt = history.find((each) => each.status === 116)?.at
  const fields: ReadonlyArray<readonly [key: string, value: unknown]> = [
    ["state", status === 115 ? "declined" : "completed"],
    ["test", "true"],
    ["mid", charge.merchantContract],
    ["attempt_id", 1],
    ["authorization_code", charge.authorizationNumber],
    ["transaction_reference", reference],
    ["acquirer_transaction_reference", undefined],
    ["date_created", time(createdAt)],
    ["date_updated", time(updatedAt)],
    ["date_authorized", authorizedAt === undefined ? undefined : time(authorizedAt)],
    ["status", status],
    ["message", messages[status]],
    ["authorized_amount", decimal(amount)],
    ["captured_amount", status === 118 ? decimal(amount) : nothing],
    ["refunded_amount", nothing],
    ["decimals", decimals],
    ["currency", amount.currency],
    ["ip_address", undefined],
    ["ip_country", undefined],
    ["device_id", undefined],
    ...Array.from({ length: 10 }, (_, i) => [`cdata${i + 1}`, undefined] as const),
    ["avs_result", undefined],
    ["cvc_result", undefined],
    // Card present, at a terminal.
    ["eci", 10],
    ["payment_product", "tpe"],
    ["payment_method[pan]", charge.pan?.replaceAll("#", "*")],
    ["payment_method[card_expiry_month]", charge.expiry?.slice(2)],
    ["payment_method[card_expiry_year]", charge.expiry && `20${charge.expiry.slice(0, 2)}`],
    ["order[id]", attempt.key.orderId],
    ["order[date_created]", time(attempt.openedAt)],
    ["order[attempts]", 1],
    ["order[amount]", decimal(attempt.amount)],
    ["order[shipping]", (order.price?.shipping_fees ?? 0).toFixed(decimals)],
    ["order[tax]", (order.price?.tax_fees ?? 0).toFixed(decimals)],
    ["order[decimals]", decimals],
    ["order[currency]", amount.currency],
    ["order[customer_id]", customer?.customer_id],
    ["order[language]", "en_US"],
    ["order[email]", customer?.email],
    ...inBrackets("custom_data", order.custom_data ?? {})
  ]
  return fields.map(([key, value]) => `${escaped(key)}=${escaped(String(value ?? ""))}`).join("&")
}

/** A value as fields of a form, one for each text, number or boolean in it: `custom_data[sizes][0]`. */
const inBrackets = (key: string, value: unknown): ReadonlyArray<readonly [key: string, value: unknown]> =>
  typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([name, inner]) => inBrackets(`${key}[${name}]`, inner))
    : [[key, value]]

/** Escapes like the platform, which also escapes stars. Replaces lone surrogates, which JSON can carry and a form cannot. */
const escaped = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`
  )

/** The part of the order's body that a notification uses. */
interface NotifiedBody {
  readonly order: {
    readonly custom_data?: Readonly<Record<string, unknown>>
    /** In major units. */
    readonly price?: { readonly shipping_fees?: number; readonly tax_fees?: number }
  }
  readonly customer?: { readonly customer_id?: string; readonly email?: string }
}

/** At least two decimals, whatever the currency. */
const decimal = (amount: Money.Money): string => {
  const text = Money.toDecimalString(amount)
  const [, decimals = ""] = text.split(".")
  return decimals.length >= 2 ? text : `${text}${decimals === "" ? "." : ""}${"0".repeat(2 - decimals.length)}`
}

/** `2026-03-05T12:06:55+0000`. */
const time = (at: number): string => new Date(at).toISOString().replace(/\.\d{3}Z$/, "+0000")
