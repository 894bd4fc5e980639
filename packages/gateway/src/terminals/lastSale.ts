/** Whether a cancellation means the last sale at its terminal: for terminals that are dialled, and for those behind a service. */
import type { OrderRequest } from "@hipay-pos/core/Order"
import { NotStarted } from "@hipay-pos/core/Terminal"
import { type Attempt, paidOf, resultOf } from "@hipay-pos/server/Attempt"
import { cancelInDoubt, cancelRefusal, type NotServed } from "@hipay-pos/server/Terminals"
import type * as Effect from "effect/Effect"

/**
 * Refuses a cancellation after the last attempt at its terminal that may have moved money; undefined where it may be sent.
 * Concert names no sale in a cancellation: the terminal takes back its last one, so that must be the one meant.
 */
export const refusalAfter = (
  last: Attempt | undefined,
  request: OrderRequest,
  login: string
): Effect.Effect<never, NotServed> | undefined => {
  if (last === undefined) return cancelRefusal(request, login, undefined)
  if (last.state === "unknown" || resultOf(last)?._tag === "Resolved") return cancelInDoubt(last)
  const { transactionType, ...sale } = last.key
  return cancelRefusal(request, login, transactionType === "Debit" ? { ...sale, charged: paidOf(last) } : undefined)
}

/** Why a cancellation is not sent that was the last sale's when it came. */
export const notLastAnyMore = new NotStarted({
  kind: "QueueFull",
  detail: "another payment was made at this terminal in the meantime"
})
