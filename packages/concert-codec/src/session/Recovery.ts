/**
 * What a duplicata proves about a payment whose outcome is unknown: that it was approved, or nothing.
 *
 * The terminal repeats its last transaction, whichever that was. It is proof only when it says done for the amount and
 * currency of the attempt, and either carries the attempt's reference or an authorization number that is not known
 * yet. Not done proves nothing: the payment may still have been made.
 */
import type { PaymentOutcome, PaymentRequest } from "@hipay-pos/core/Payment"
import { isPayment } from "../ActionStatus.ts"
import * as Response from "../Response.ts"
import type { Answer } from "./ConcertSession.ts"
import * as Outcome from "./Outcome.ts"
import * as TerminalSettings from "./TerminalSettings.ts"

/** An attempt whose outcome is unknown. */
export interface UnknownAttempt {
  readonly payment: PaymentRequest
  /** Of every payment that this terminal is known to have made. */
  readonly knownAuthorizationNumbers: Iterable<string>
}

/** What the terminal's duplicata proves. */
export type Evidence =
  | {
      readonly _tag: "ProvedApproved"
      readonly by: "reference" | "authorization-number"
      readonly outcome: PaymentOutcome
    }
  | { readonly _tag: "Inconclusive"; readonly why: string }

/** What an answer is held against beside the attempt. */
export interface Expected {
  /** The register that asked; absent for terminals that do not repeat it. */
  readonly register?: string | undefined
  /** The most that the cardholder may have added, in minor units. Default 0. */
  readonly highestTip?: number | undefined
  /** The attempt's `CF` as it was sent, not masked; absent for terminals that fill it with data of their own. */
  readonly privateData?: string | undefined
  /** The attempt's `CH` as it was sent, not masked; absent where none was. */
  readonly reference?: string | undefined
}

/** Compares the answer to a duplicata with the attempt. */
export const evaluate = (
  answer: Answer,
  { payment, knownAuthorizationNumbers }: UnknownAttempt,
  { register, highestTip = 0, privateData, reference }: Expected = {}
): Evidence => {
  const { status, amount, currency, action, authorizationNumber } = answer.response
  if (status !== "done")
    return inconclusive("the terminal has no approved transaction to repeat, or does not repeat it")
  if (amount === undefined) return inconclusive("the repeated transaction has no amount")
  if (currency !== undefined && currency !== payment.amount.currency) {
    return inconclusive("the repeated transaction is in another currency")
  }
  if (action !== undefined && isPayment(action) && action !== TerminalSettings.actions[payment.transactionType]) {
    return inconclusive(`the repeated transaction is a ${action}`)
  }
  if (register !== undefined && Response.isOtherRegister(answer.response.register, register)) {
    return inconclusive("the repeated transaction is another register's")
  }
  const isOther = (told = "", sent: string | undefined) =>
    sent !== undefined && told !== "" && told !== sent && told !== payment.orderId
  if (isOther(answer.response.privateData, privateData) || isOther(answer.response.reference, reference)) {
    return inconclusive("the repeated transaction is another order's")
  }
  const asked = payment.amount.minorUnits
  if (amount > asked + highestTip || amount === 0) return inconclusive("the repeated transaction is for another amount")
  const proved = (by: "reference" | "authorization-number"): Evidence => ({
    _tag: "ProvedApproved",
    by,
    outcome: Outcome.fromAnswer(answer, payment)
  })
  if (carriesReference(answer, payment)) return proved("reference")
  if (amount !== asked) return inconclusive("the repeated transaction is for another amount")
  if (authorizationNumber === undefined) {
    return inconclusive("the repeated transaction has neither the reference nor an authorization number")
  }
  for (const known of knownAuthorizationNumbers) {
    if (known === authorizationNumber) return inconclusive("the repeated transaction is an older one")
  }
  return proved("authorization-number")
}

/** The whole order id, as it is. One that was cut, or masked on its way in, proves nothing. */
const carriesReference = ({ response }: Answer, { orderId }: PaymentRequest): boolean =>
  response.privateData === orderId || response.reference === orderId

const inconclusive = (why: string): Evidence => ({ _tag: "Inconclusive", why })
