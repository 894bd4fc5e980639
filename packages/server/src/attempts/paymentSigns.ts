/**
 * Signs of a payment in an answer that proves no outcome: that it was done, with an amount if given, or an authorization number or
 * a ticket, which only a payment has.
 */
import * as Card from "@hipay-pos/core/Card"
import { type SignOfSale, signOfSale } from "@hipay-pos/core/TerminalEvidence"
import * as AnswerSigns from "@hipay-pos/core/wire/AnswerSigns"
import { amountByTerminal } from "@hipay-pos/core/wire/Resolution"
import { type Attempt, evidenceOf } from "./Attempt.ts"

export interface PaymentSigns {
  readonly isDone: boolean
  /**
   * In minor units of the order's currency; absent if the answer has none, or has it in another currency. One that may be the whole
   * order in major units counts as it is, because a needless alarm is better than a missing one.
   */
  readonly amount?: number | undefined
  readonly authorizationNumber?: string | undefined
  /** Only if there is no other sign. */
  readonly sign?: SignOfSale | undefined
}

/** The signs in what a terminal, or the service behind a relay, has sent; undefined if there are none. */
export const signsOf = (attempt: Attempt): PaymentSigns | undefined => {
  const { received } = attempt
  const evidence = evidenceOf(attempt)
  const answer = received && AnswerSigns.read(received.body)
  const authorizationNumber =
    Card.authorizationNumberOf(evidence?.card.authorizationNumber) ?? answer?.authorizationNumber
  const done = evidence?.status === "done" ? { ...evidence.amount } : answer?.done
  if (done === undefined && authorizationNumber === undefined) {
    const sign = evidence && signOfSale(evidence)
    return sign && { isDone: false, sign }
  }
  const amount = done?.currency === attempt.amount.currency ? done.minorUnits : undefined
  return { isDone: done !== undefined, amount, authorizationNumber }
}

/**
 * The amount that a terminal, or the service behind a relay, gave of an attempt with an unknown outcome, in minor units of the
 * order's currency. Of an attempt that has ended, the answer is its end.
 */
export const amountGiven = (attempt: Attempt): number | undefined => {
  const { state, received, key, amount } = attempt
  if (state !== "unknown") return undefined
  const { minorUnits, currency } = amount
  return (
    amountByTerminal(evidenceOf(attempt), currency) ??
    (received && AnswerSigns.amountIn(received.body, { orderId: key.orderId, minorUnits, currency }))
  )
}
