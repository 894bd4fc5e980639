/**
 * The fields of a verified body: a form with bracketed keys, amounts as decimals of the major unit; an empty field is
 * absent. XML has the same fields; `Xml` reads it.
 */
import { defined } from "@hipay-pos/core/Defined"
import { CardNumber, Currency, Money } from "@hipay-pos/core/plain"
import * as Result from "effect/Result"
import { maskPrinted, maskWritten } from "../Redaction.ts"
import { type Branch, parseForm } from "./Form.ts"
import { NotificationError } from "./NotificationError.ts"

/** What changed. */
export interface Notification {
  readonly transactionReference: string
  /** 116 authorized, 118 captured, 113 refused, 115 cancelled, 125 refunded, … */
  readonly status: number
  /** The status in words. */
  readonly message?: string
  /** `completed`, `pending`, `declined`, `error`. */
  readonly state?: string
  /** Whether it comes from the stage environment. */
  readonly test: boolean
  readonly orderId?: string
  readonly merchantId?: string
  readonly authorizationCode?: string
  readonly paymentProduct?: string
  /** Identifies one capture, refund or other operation on the transaction; absent if it has only one. */
  readonly operationId?: string
  readonly authorizedAmount?: Money.Money
  readonly capturedAmount?: Money.Money
  /** The total refunded so far; the authorized and captured amounts are totals, too. */
  readonly refundedAmount?: Money.Money
  readonly createdAt?: Date
  readonly updatedAt?: Date
  readonly authorizedAt?: Date
  /** The order's own custom data, as texts. */
  readonly customData: Readonly<Record<string, string>>
  /** Every field by its name, bracketed ones nested; card numbers masked. Amounts of unknown currencies are here only. */
  readonly fields: Branch
}

/** Whether a body is XML, which {@link parseNotification} does not read. */
export const isXml = (body: string): boolean => /^\s*</.test(body)

/** Reads a verified body that is a form; throws {@link NotificationError}. */
export const parseNotification = (body: string): Notification => {
  if (isXml(body)) throw failure("Xml", "the body is XML")
  return fromFields(parseForm(body, maskField))
}

/** Makes a notification of fields that are already masked; throws {@link NotificationError}. */
export const fromFields = (fields: Branch): Notification => {
  const text = textIn(fields)
  const transactionReference = text("transaction_reference")
  const status = Number(text("status"))
  if (transactionReference === undefined) throw failure("Unreadable", "there is no transaction_reference")
  if (!Number.isInteger(status) || status < 100 || status > 999) throw failure("Unreadable", "there is no known status")
  const order = textIn(fields.order)
  const amount = amountIn(text)
  return defined({
    transactionReference,
    status,
    message: text("message"),
    state: text("state"),
    test: text("test") === "true" || text("test") === "1",
    orderId: order("id"),
    merchantId: text("mid"),
    authorizationCode: text("authorization_code"),
    paymentProduct: text("payment_product"),
    operationId: textIn(fields.operation)("id"),
    authorizedAmount: amount("authorized_amount"),
    capturedAmount: amount("captured_amount"),
    refundedAmount: amount("refunded_amount"),
    createdAt: dateOf(text("date_created")),
    updatedAt: dateOf(text("date_updated")),
    authorizedAt: dateOf(text("date_authorized")),
    customData: textsOf(fields.custom_data),
    fields
  })
}

/**
 * The same for every delivery of the same change, and for no other change: transaction, status, operation, and the
 * amounts so far. The last two distinguish partial captures or refunds of one status (117, 118, 119, 124, 126 and 173
 * come several times).
 */
export const dedupeKey = (notification: Notification): string => {
  const { transactionReference, status, operationId = "" } = notification
  return [transactionReference, status, operationId, ...amountsOf(notification)].join(":")
}

/** Authorized, captured and refunded so far: minor units, or the original texts if the currency is unknown. */
const amountsOf = (notification: Notification): ReadonlyArray<string | number> => {
  const { authorizedAmount, capturedAmount, refundedAmount, fields } = notification
  const text = textIn(fields)
  return [
    authorizedAmount?.minorUnits ?? text("authorized_amount") ?? "",
    capturedAmount?.minorUnits ?? text("captured_amount") ?? "",
    refundedAmount?.minorUnits ?? text("refunded_amount") ?? ""
  ]
}

/** In a field for a card number, length alone decides; ids of the order and the transaction are left alone. */
export const maskField = (key: string, value: string): string => {
  if (CardNumber.isField(key)) return maskPrinted(value)
  return key === "order[id]" || key === "transaction_reference" ? value : maskWritten(value)
}

const failure = (kind: NotificationError["kind"], detail: string) => new NotificationError({ kind, detail })

/** A text of a branch; what is empty is absent. */
const textIn = (branch: Branch | string | undefined) => (name: string) => {
  const value = typeof branch === "object" ? branch[name] : undefined
  return typeof value === "string" && value !== "" ? value : undefined
}

const textsOf = (branch: Branch | string | undefined): Readonly<Record<string, string>> =>
  typeof branch === "object"
    ? Object.fromEntries(
        Object.entries(branch).filter((entry): entry is [string, string] => typeof entry[1] === "string")
      )
    : {}

const amountIn = (text: (name: string) => string | undefined) => {
  const currency = text("currency") ?? ""
  return (name: string): Money.Money | undefined => {
    const decimal = text(name)
    if (decimal === undefined || !Currency.isCode(currency)) return undefined
    const money = Money.fromDecimal(decimal, currency)
    if (Result.isFailure(money)) throw failure("Unreadable", `${name} is not a valid ${currency} amount`)
    return money.success
  }
}

/** `2026-03-05T12:06:55+0000`, which not every platform reads without the colon. */
const dateOf = (text: string | undefined): Date | undefined => {
  const date = new Date((text ?? "").replace(/([+-]\d\d)(\d\d)$/, "$1:$2"))
  return Number.isNaN(date.getTime()) ? undefined : date
}
