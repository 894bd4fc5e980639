/**
 * Reads an answer of the API in any of the shapes that its documents show.
 *
 * The status may be `Success`, `success`, `Failure` or `Failed`; the payment's error nested or flat; details text or
 * object; codes and amounts text or number. Reading never fails and never guesses: what cannot be read is absent. For
 * the order's id, type, amount and currency, an unreadable value is distinguished from a missing one. The JSON is kept.
 */
import { defined } from "../Defined.ts"
import { isDeeper, isObject, object } from "../JsonObject.ts"
import { exponentOf, isCode } from "../plain/CurrencyCode.ts"
import * as Receipt from "../plain/Receipt.ts"

/** An answer, as far as it can be read. */
export interface Answer {
  /** What the terminal said; absent if the answer does not use a known word. */
  readonly status?: "success" | "failure"
  /** The service's code for why the payment failed: `1006`, or Concert's two characters. */
  readonly errorCode?: string
  /** The flat code, if it differs from the nested one: both have to be interpreted. */
  readonly otherErrorCode?: string
  readonly errorDescription?: string
  /** The echoed order's id; amount and currency are the echoed order's, too. An `order` that is not an object counts as its id. */
  readonly orderId?: string
  readonly transactionType?: string
  /** Minor units; a partial payment shows here. As received, even if not whole; NaN if it cannot be read. */
  readonly amount?: number
  /** In capitals. */
  readonly currency?: string
  /** The receipt's text; absent if there is none or it is not base64. */
  readonly receipt?: string
  /** Why the request was not served. */
  readonly problem?: AnswerProblem
  /** The JSON as it came. */
  readonly raw: unknown
}

/** The contract's error of a request. */
export interface AnswerProblem {
  readonly code: string
  readonly message?: string
  readonly description?: string
  readonly details?: unknown
}

/** Reads any JSON. */
export const read = (json: unknown): Answer => {
  const root = object(json)
  const error = object(root.error)
  const order = object(root.order)
  const price = object(order.price)
  const receipt = text(root.receipt)
  const code = codeText(error.code)
  const flat = codeText(root.errorCode)
  const errorCode = codeText(error.errorCode) ?? flat
  const told = defined({
    status: statuses.get(text(root.paymentStatus)?.toLowerCase()),
    errorCode,
    otherErrorCode: flat === errorCode ? undefined : flat,
    errorDescription: text(error.errorDescription) ?? text(root.errorDescription),
    orderId: isOther(root.order) ? said(root.order) : said(order.order_id),
    transactionType: said(order.transaction_type),
    amount: isOther(root.order) || isOther(order.price) ? Number.NaN : amountOf(price.amount),
    currency: said(price.currency)?.toUpperCase(),
    receipt: receipt === undefined ? undefined : Receipt.fromBase64(receipt),
    problem: code === undefined ? undefined : problemOf(code, error)
  })
  return { ...told, raw: json }
}

const problemOf = (code: string, { message, description, details }: Readonly<Record<string, unknown>>): AnswerProblem =>
  defined({ code, message: text(message), description: text(description), details })

const statuses = new Map<string | undefined, "success" | "failure">([
  ["success", "success"],
  ["failure", "failure"],
  ["failed", "failure"]
])

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined)

/** Whether a value is neither missing nor an object. PHP writes an empty object as an empty list. */
const isOther = (value: unknown): boolean =>
  value !== undefined && value !== null && !isObject(value) && !(Array.isArray(value) && value.length === 0)

/** A text, or the text of another value in its place. Serialising far deeper JSON can exhaust the stack. */
const said = (value: unknown): string | undefined =>
  value === undefined || value === null
    ? undefined
    : (text(value) ?? (isDeeper(value, DEPTH) ? "JSON that is nested too deeply" : JSON.stringify(value)))

const DEPTH = 64

const amountOf = (value: unknown): number | undefined => {
  if (value === undefined || value === null) return undefined
  if (typeof value === "number") return value
  return typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN
}

/** Whether an amount may be the whole of what was asked for, in major units: 12 for 1200. */
export const mayBeMajor = (
  amount: number,
  { minorUnits, currency }: { readonly minorUnits: number; readonly currency: string }
): boolean => {
  const exponent = isCode(currency) ? exponentOf(currency) : 0
  return exponent > 0 && amount * 10 ** exponent === minorUnits
}

const codeText = (value: unknown): string | undefined =>
  typeof value === "number" && Number.isSafeInteger(value) ? String(value) : text(value)
