/** Whether the answer to a duplicata would prove a payment of the examination at a gateway. Pure. */
import { Recovery } from "@hipay-pos/concert-codec"
import * as Response from "@hipay-pos/concert-codec/Response"
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import { Money, Order, TerminalTarget } from "@hipay-pos/core"
import * as Result from "effect/Result"
import type { Payment } from "./Examination.ts"
import { encodingOf } from "./encodingOf.ts"
import type { RawAnswer } from "./RawExchange.ts"
import { isRepeated, lastOf, REGISTER, SALE_REFERENCE } from "./StepAnswers.ts"

/**
 * Undefined if one of them was left out, or the payment has no authorization number. A terminal that answered the payment
 * with another CA or CF than was sent fills it with data of its own, which is not compared.
 */
export const provesByDuplicata = (
  duplicata: RawAnswer | undefined,
  approved: RawAnswer | undefined,
  { amount = 0, authorizationNumber }: Partial<Payment> = {}
): boolean | undefined => {
  if (duplicata === undefined || approved === undefined || authorizationNumber === undefined) return undefined
  const done = lastOf(approved)
  const ticketEncoding = encodingOf(done) === "cp850" ? "cp850" : undefined
  const decoded = Response.fromFields(lastOf(duplicata), [], { ticketEncoding })
  if (decoded.contradictions.length > 0) return false
  const payment = {
    orderId: Order.OrderId.make(SALE_REFERENCE),
    transactionType: "Debit",
    amount: Result.getOrThrow(Money.make(amount, "EUR")),
    target: TerminalTarget.concert({ host: "", contracts: [] }),
    forceAuthorization: false
  } as const
  const proof = Recovery.evaluate({ ...decoded, frame: duplicata.frame, elapsed: 0 }, payment, {
    register: Response.isOtherRegister(Tlv.find(done, "CA"), REGISTER) ? undefined : REGISTER,
    privateData: isRepeated(Tlv.find(done, "CF") ?? SALE_REFERENCE) ? SALE_REFERENCE : undefined
  })
  return proof._tag !== "Inconclusive" && proof.outcome.card.authorizationNumber === authorizationNumber
}
