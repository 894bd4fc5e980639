/** An order id in two: where there is no room for it, its middle is left out, because its end tells orders apart. Pure. */

export interface SplitOrderId {
  /** May be cut short. */
  readonly begin: string
  /** Always shown; empty where the id is short. */
  readonly end: string
}

/** Keeps characters whole that take more than one unit. */
export const splitOrderId = (orderId: string): SplitOrderId => {
  const characters = [...orderId]
  if (characters.length <= SHORT) return { begin: orderId, end: "" }
  return { begin: characters.slice(0, -ENDING).join(""), end: characters.slice(-ENDING).join("") }
}

/** Characters that have room on a telephone. */
const SHORT = 16
const ENDING = 6
