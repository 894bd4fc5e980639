/** Whether a cancellation means the last sale at its terminal: for terminals that are dialled, and for those behind a service. */
import type { OrderRequest } from "@hipay-pos/core/Order"
import { NotStarted } from "@hipay-pos/core/Terminal"
import { Cancellation } from "@hipay-pos/server"
import { type Attempt, isResolved, paidOf } from "@hipay-pos/server/Attempt"

/**
 * Refuses a cancellation after the last attempt at its terminal that may have moved money; undefined where it may be sent.
 * Concert names no sale in a cancellation: the terminal takes back its last one, so that must be the one meant.
 */
export const refusalAfter = (
  last: Attempt | undefined,
  request: OrderRequest,
  login: string
): Cancellation.CancelRefused | undefined => {
  if (last === undefined) return Cancellation.refusedAfter(undefined, request, login)
  if (last.state === "unknown" || isResolved(last)) return Cancellation.lastInDoubt(last)
  const { transactionType, ...key } = last.key
  const sale = transactionType === "Debit" ? { ...key, charged: paidOf(last) } : undefined
  return Cancellation.refusedAfter(sale, request, login)
}

/** Why a cancellation is not sent that was the last sale's when it came. */
export const notLastAnyMore = new NotStarted({
  kind: "QueueFull",
  detail: "another payment was made at this terminal in the meantime"
})
