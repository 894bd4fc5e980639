/** Splits an order id so that narrow layouts can truncate its middle: its end distinguishes orders. Pure. */

export interface SplitOrderId {
  /** May be truncated. */
  readonly begin: string
  /** Always shown; empty if the id is short. */
  readonly end: string
}

/** Never splits a surrogate pair. */
export const splitOrderId = (orderId: string): SplitOrderId => {
  const characters = [...orderId]
  if (characters.length <= SHORT) return { begin: orderId, end: "" }
  return { begin: characters.slice(0, -ENDING).join(""), end: characters.slice(-ENDING).join("") }
}

/** Characters that fit on a phone. */
const SHORT = 16
const ENDING = 6
