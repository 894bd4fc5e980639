/** Whether a cancellation means the last sale at its terminal, dialled or behind a service. */
import type { OrderRequest } from "@hipay-pos/core/Order"
import { NotStarted } from "@hipay-pos/core/Terminal"
import { Cancellation } from "@hipay-pos/server"
import { type Attempt, isResolved, paidOf } from "@hipay-pos/server/Attempt"

/**
 * Refuses a cancellation by the last attempt at its terminal that may have moved money; undefined if it may be sent. Concert
 * names no sale in a cancellation: the terminal reverses its last one, so that must be the one meant.
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

/** Why a cancellation is not sent although it meant the last sale when it came. */
export const notLastAnyMore = new NotStarted({
  kind: "QueueFull",
  detail: "another payment was made at this terminal in the meantime"
})
