/**
 * What the answers to a request prove about a payment, by the codec's own rules. An answer that contradicts itself proves
 * nothing, and neither do two different ones. Pure.
 */
import * as Response from "@hipay-pos/concert-codec/Response"
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import * as Result from "effect/Result"
import type { RawAnswer } from "./RawExchange.ts"
import { authorizationNumberOf, otherCurrencyOf } from "./StepAnswers.ts"

/** Whether it was done; `undefined` if no answer proves it either way. */
export const proofIn = ({ answers, tail }: RawAnswer): boolean | undefined => {
  const decoded = answers.map((fields) => Response.fromFields(fields))
  if (decoded.some(({ contradictions }) => contradictions.length > 0)) return undefined
  const final = decoded.filter(({ response }) => response.status !== "taken-into-account")
  const have = new Set(final.map(({ response }) => response.status))
  // Bytes after a refusal may be the beginning of an approval.
  if (have.has("not-done")) return have.size === 1 && Result.isSuccess(Tlv.decode(tail)) ? false : undefined
  const done = final.findLast(({ response }) => response.status !== undefined)
  if (done?.response.status !== "done" || authorizationNumberOf(done.fields) === undefined) return undefined
  // An amount in the card's currency does not say what was charged in EUR.
  return otherCurrencyOf(done.fields) === undefined ? true : undefined
}
