/**
 * Why an answer proves nothing: it is about another order, has a name twice, has an error code beside a success, or
 * signs of a payment beside a rejection or a failure.
 */
import { object } from "@hipay-pos/core/JsonObject"
import type { OrderRequest } from "@hipay-pos/core/Order"
import type { Answer } from "@hipay-pos/core/plain"
import * as ErrorCode from "./ErrorCode.ts"
import type { Received } from "./Transport.ts"

/** What the answer is about instead of the order, if it names something else. */
export const otherSubject = (
  { order: { orderId, transactionType } }: OrderRequest,
  answer: Answer.Answer
): string | undefined => {
  if (answer.orderId !== undefined && answer.orderId !== orderId) return "another order"
  const theirs = answer.transactionType?.toLowerCase()
  return theirs === undefined || theirs === transactionType.toLowerCase() ? undefined : "another type of transaction"
}

const utf8 = new TextDecoder()

/** Names of fields that only a payment has, in any spelling. */
const STATUS = "payment_?status"
const AUTHORIZATION = "authori[sz]ation_?(?:number|code)"
const RECEIPT = "receipt"
const OF_PAYMENT = `${STATUS}|${AUTHORIZATION}|${RECEIPT}`

/** Names that decide what an answer proves, in any spelling. */
const decisive = new RegExp(`"(?:${OF_PAYMENT}|errorCode|code|order_id|transaction_type|amount|currency)"`, "gi")

/** A decisive name that occurs twice in an object of the body: parsing keeps the last value only. */
export const repeatedName = ({ bytes, json }: Pick<Received, "bytes" | "json">): string | undefined => {
  if (bytes === undefined || json === undefined) return undefined
  const text = utf8.decode(bytes)
  const again = JSON.stringify(json)
  // Most servers write JSON in this form, and then nothing was lost.
  if (text === again) return undefined
  const [sent, kept] = [namesIn(text), namesIn(again)]
  return [...new Set(sent)].find((name) => count(sent, name) > count(kept, name))
}

const namesIn = (text: string): ReadonlyArray<string> => text.match(decisive) ?? []

const count = (names: ReadonlyArray<string>, name: string): number => names.filter((each) => each === name).length

/**
 * Codes that agree with a success: HiPay's own example has 10, Concert's status for done; 01 means authorised, and 00
 * gives no reason.
 */
const besideSuccess = new Set(["00", "01", "10"])

/** The error codes of an answer: nested, flat, or both if they differ. */
const codesIn = ({ errorCode, otherErrorCode }: Answer.Answer): ReadonlyArray<string> =>
  [errorCode, otherErrorCode].filter((code) => code !== undefined)

/** An error code, of the payment or of the request, that contradicts the answer's success. */
export const failureIn = (answer: Answer.Answer, overrides?: ErrorCode.Overrides): string | undefined => {
  const named = codesIn(answer).find((errorCode) => {
    const code = errorCode.padStart(2, "0")
    return (
      !besideSuccess.has(code) && (ErrorCode.table.has(code) || ErrorCode.get(code, overrides).meaning !== "unknown")
    )
  })
  if (named !== undefined) return named
  const request = requestErrorIn(answer)
  // Problem details use another list of codes.
  const agrees = answer.problem === undefined && request !== undefined && besideSuccess.has(request.padStart(2, "0"))
  return agrees ? undefined : request
}

/** A second error code in a failed answer whose meaning differs from the first: then neither can be trusted. */
export const otherErrorIn = (answer: Answer.Answer, overrides?: ErrorCode.Overrides): string | undefined => {
  const meaningOf = (code: string | undefined) => ErrorCode.get(code, overrides).meaning
  const meaning = meaningOf(answer.errorCode)
  return [answer.otherErrorCode, requestErrorIn(answer)].find(
    (code) => code !== undefined && meaningOf(code) !== meaning
  )
}

/** The code of the request's error, or whatever is in its place; undefined if that says nothing. */
const requestErrorIn = ({ problem, raw }: Answer.Answer): string | undefined => {
  if (problem?.code) return problem.code
  const { error } = object(raw)
  // PHP writes an empty object as an empty list.
  if (!error || (Array.isArray(error) ? error.length === 0 : typeof error === "object")) return undefined
  return typeof error === "string" ? error : JSON.stringify(error)
}

/**
 * Why a rejection proves nothing: it also reports a payment, in whatever words, or cannot be read to its end, where it might.
 * Undefined if it does neither.
 */
export const paymentIn = (
  answer: Answer.Answer,
  { fault, bytes }: Pick<Received, "fault" | "bytes">,
  overrides: ErrorCode.Overrides | undefined
): string | undefined => {
  if (fault === "Truncated" || fault === "Charset" || fault === "TooLarge")
    return "its answer cannot be read to the end"
  if (has(answer, ofPayment) || inText.test(textIn(answer, bytes))) return "its answer tells of a payment"
  const isOfPayment = codesIn(answer).some((code) => ErrorCode.get(code, overrides).meaning !== "not-started")
  return isOfPayment ? "its answer has the error code of a payment" : undefined
}

/** A page or another text, in which JSON may follow a server's warning; empty if the answer is an object or a list. */
const textIn = ({ raw }: Answer.Answer, bytes: Received["bytes"]): string =>
  typeof raw === "string" ? raw : raw === undefined ? utf8.decode(bytes) : ""

/** Whether it has an authorization number, which only a payment has. */
export const isAuthorized = (answer: Answer.Answer): boolean => has(answer, authorization)

/** Whether it has a receipt, in whatever form. */
export const hasReceipt = (answer: Answer.Answer): boolean => has(answer, receipt)

/** Whether it has a second status, in another spelling or place, that contradicts the first. */
export const hasOtherStatus = (answer: Answer.Answer): boolean => {
  const { status } = answer
  if (status === undefined) return false
  const other = status === "success" ? /^fail(?:ure|ed)$/i : /^success$/i
  return has(answer, statusName, (value) => typeof value === "string" && other.test(value))
}

const named = (names: string): RegExp => new RegExp(`^(?:${names})$`, "i")

const statusName = named(STATUS)
const authorization = named(AUTHORIZATION)
const receipt = named(RECEIPT)
const ofPayment = named(OF_PAYMENT)

/** Such a field in a text. */
const inText = new RegExp(`"(?:${OF_PAYMENT})"\\s*:`, "i")

/** Blanks and zeros do not count: terminals write them in place of an authorization number that they do not have. */
const isGiven = (value: unknown): boolean =>
  typeof value === "object" ? Object.keys(value ?? {}).length > 0 : !/^(?:false|[ 0]*)$/.test(String(value))

/**
 * Whether an answer has a field of such a name anywhere, with a value that counts. What repeats the order is left out, where a
 * till may have such names of its own, and details, where a server tells of an earlier payment.
 */
const has = ({ raw }: Answer.Answer, names: RegExp, counts: (value: unknown) => boolean = isGiven): boolean => {
  let isFound = false
  JSON.stringify(raw, (name, value) => {
    if (besidePayment.has(name)) return undefined
    isFound ||= names.test(name) && counts(value)
    return value
  })
  return isFound
}

const besidePayment = new Set(["order", "customer", "shipping", "pos_technical_info", "technical_pos_info", "details"])
