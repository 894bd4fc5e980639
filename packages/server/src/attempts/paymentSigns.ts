/**
 * Signs of a payment in an answer that proves no outcome: that it was done, with an amount if given, or an authorization number,
 * which only a payment has.
 */
import * as Card from "@hipay-pos/core/Card"
import * as JsonText from "@hipay-pos/core/JsonText"
import { Answer } from "@hipay-pos/core/plain"
import * as Result from "effect/Result"
import { type Attempt, evidenceOf } from "./Attempt.ts"

export interface PaymentSigns {
  readonly isDone: boolean
  /** In minor units of the order's currency; absent if the answer has none, or has it in another currency. */
  readonly amount?: number | undefined
  readonly authorizationNumber?: string | undefined
}

/** The signs in what a terminal, or the service behind a relay, has sent; undefined if there are none. */
export const signsOf = (attempt: Attempt): PaymentSigns | undefined => {
  const evidence = evidenceOf(attempt)
  const authorizationNumber = Card.authorizationNumberOf(evidence?.card.authorizationNumber)
  const done = evidence?.status === "done" ? { ...evidence.amount } : doneUpstream(attempt)
  if (done === undefined && authorizationNumber === undefined) return undefined
  const amount = done?.currency === attempt.amount.currency ? done.minorUnits : undefined
  return { isDone: done !== undefined, amount, authorizationNumber }
}

/** What the service says was paid; undefined if it does not say so. */
const doneUpstream = ({
  received
}: Attempt): { readonly minorUnits?: number; readonly currency?: string } | undefined => {
  if (received === undefined) return undefined
  const json = JsonText.parse(received.body)
  // JSON that was cut: its amount may be cut as well.
  if (Result.isFailure(json)) return saysPaid.test(received.body) ? {} : undefined
  const { status, amount, currency } = Answer.read(json.success)
  if (status !== "success") return undefined
  return { ...(Number.isSafeInteger(amount) && { minorUnits: amount }), ...(currency !== undefined && { currency }) }
}

const saysPaid = /"paymentStatus"\s*:\s*"success"/i
