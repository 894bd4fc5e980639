/**
 * References in an answer that were not sent: the texts of its `CF` and `CH`. If one is the id of another order, the answer may be
 * that order's.
 */
import { defined } from "@hipay-pos/core/Defined"
import type { Contradiction } from "@hipay-pos/core/TerminalEvidence"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { printable } from "../internal/printable.ts"
import * as Tlv from "../Tlv.ts"
import type { RequestContext } from "./Answer.ts"
import * as ExchangeResult from "./ExchangeResult.ts"
import type { ReceivedMessages } from "./ReceivedMessages.ts"

/**
 * Whether a text in `CF` or `CH` that differs from what was sent is the order id of another attempt at this terminal that is
 * undecided or at most a day old. Possible card numbers in it are masked. Fails if that cannot be found out.
 */
export type IsOtherOrder = (reference: string) => Effect.Effect<boolean, unknown>

/** The `CF` and `CH` texts that differ from what was sent: in answers; without a clear one, also in what was cut. */
export const foreignReferences = (
  result: ExchangeResult.ExchangeResult,
  { request, reading }: RequestContext,
  received: ReceivedMessages
): ReadonlyArray<string> => {
  const tags = reading.ownPrivateData === true ? ["CH"] : ["CF", "CH"]
  const messages = Result.isSuccess(result) ? received.answers() : received.all()
  const told = messages.flatMap(({ fields }) => tags.flatMap((tag) => Tlv.findAll(fields, tag)))
  return [...new Set(told)].filter((reference) => reference !== request.privateData && reference !== request.reference)
}

/**
 * The unknown outcome if a foreign reference is another order's, with that reason before those of `result`; undefined if none
 * is.
 */
export const refusalBy = (
  result: ExchangeResult.ExchangeResult,
  foreign: ReadonlyArray<string>,
  isOtherOrder: IsOtherOrder,
  context: RequestContext,
  received: ReceivedMessages
): Effect.Effect<ExchangeResult.ExchangeResult | undefined> => {
  const refusalFor = (contradiction: Contradiction) => {
    if (Result.isSuccess(result)) return ExchangeResult.contradictory(context, [contradiction], received)
    const { kind, detail, evidence } = result.failure
    const contradictions = [contradiction, ...(evidence?.contradictions ?? [])]
    return ExchangeResult.unknown(context, kind, `${contradiction.message}; ${detail}`, received, contradictions)
  }
  if (foreign.length > MOST_REFERENCES) {
    const message = `the answer carries ${foreign.length} ids that were not sent`
    return Effect.succeed(refusalFor({ kind: "repeated-field", message }))
  }
  const refusal = (told: string, message: string) => {
    const asked = context.request.privateData ?? context.request.reference
    return refusalFor(defined({ kind: "order-id" as const, asked, told, message }))
  }
  const check = (reference: string) => {
    const told = printable(reference)
    return Effect.match(
      Effect.suspend(() => isOtherOrder(reference)),
      {
        onSuccess: (isOther) =>
          isOther ? refusal(told, `the answer carries the id of another order, ${told}`) : undefined,
        onFailure: () =>
          refusal(
            told,
            `the answer carries the id ${told}, which was not sent, and it could not be checked whether it is another order's`
          )
      }
    )
  }
  return Effect.map(Effect.forEach(foreign, check), (refusals) => refusals.find((each) => each !== undefined))
}

/** The most ids of an answer that are looked up: each search of the store takes its time, and no terminal sends several. */
const MOST_REFERENCES = 20
