/**
 * Signs of a payment in the text of a service's answer that proves no outcome. The text may have been cut, or may have a name
 * twice.
 */
import * as Result from "effect/Result"
import { defined } from "../Defined.ts"
import { isDeeper, object } from "../JsonObject.ts"
import * as JsonText from "../JsonText.ts"
import * as Card from "../plain/Card.ts"
import * as Answer from "./Answer.ts"

export interface AnswerSigns {
  /** What it says was paid; undefined if it does not say so. An answer that was cut gives no amount: it may be cut as well. */
  readonly done?: { readonly minorUnits?: number; readonly currency?: string; readonly orderId?: string }
  /** Only a payment has one. */
  readonly authorizationNumber?: string
  /** Whether the whole answer is there. */
  readonly isWhole: boolean
}

/** The signs in an answer's text, as it is kept; undefined if there are none. */
export const read = (text: string): AnswerSigns | undefined => {
  const parsed = JsonText.parse(text)
  const isWhole = Result.isSuccess(parsed)
  const json = Result.getOrUndefined(parsed)
  const { status, amount, currency, orderId } = Answer.read(json)
  const repeated = customDataIn(json)
  const isDone = status === "success" || successesIn(text) > successesIn(repeated)
  const minorUnits = Number.isSafeInteger(amount) ? amount : undefined
  const done = isDone ? defined({ minorUnits, currency, orderId }) : undefined
  const authorizationNumber = authorizationNumberIn(text, repeated)
  if (done === undefined && authorizationNumber === undefined) return undefined
  return { ...defined({ done, authorizationNumber }), isWhole }
}

/**
 * What an answer's text says was paid for an order, in minor units; undefined if it does not say so, says it of another order or
 * in another currency, or may mean the whole order.
 */
export const amountIn = (
  text: string,
  asked: { readonly orderId: string; readonly minorUnits: number; readonly currency: string }
): number | undefined => {
  const { minorUnits = 0, currency, orderId = asked.orderId } = read(text)?.done ?? {}
  const isOwn = orderId === asked.orderId && currency === asked.currency
  return isOwn && minorUnits > 0 && !Answer.mayBeMajor(minorUnits, asked) ? minorUnits : undefined
}

/** The text of what a till had put into its order, such as the sale that it refunds: an answer repeats it. */
const customDataIn = (json: unknown): string => {
  const data = object(object(object(json).order).custom_data)
  return isDeeper(data, 64) ? "" : JSON.stringify(data)
}

/** In any spelling. A name that comes twice is kept with a number the second time. */
const success = /"payment_?status(?: \(\d+\))?"\s*:\s*"success"/gi

const successesIn = (text: string): number => text.match(success)?.length ?? 0

/** The first one that does not come from the repeated part of the text; the payment's may be equal to one there. */
const authorizationNumberIn = (text: string, repeated: string): string | undefined => {
  const [all, others] = [numbersIn(text), numbersIn(repeated)]
  return all.length > others.length ? (all.find((number) => !others.includes(number)) ?? all[0]) : undefined
}

const numbersIn = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(authorization)]
    .map(([, quoted, plain]) => Card.authorizationNumberOf(quoted ?? plain))
    .filter((number) => number !== undefined)

/** Under each name that HiPay's APIs give it, in any spelling, the second time as well. */
const authorization =
  /"authori[sz]ation_?(?:number|code)(?: \(\d+\))?"\s*:\s*(?:"([0-9A-Za-z ]{1,12})"|(\d{1,12})(?=[\s,}]))/gi
