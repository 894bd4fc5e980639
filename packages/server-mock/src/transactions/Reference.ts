/**
 * References of transactions: twelve digits that begin with 8.
 *
 * By them a shop tells a notification that came twice from two that look alike. So no two are the same in one process, nor after
 * a restart that keeps the store: they follow the time. With a seed and without a store they are counted, so that each run gives
 * the same ones.
 */

/** The next reference. */
export type NextReference = () => string

/** From `800000000001`. */
export const counted = (): NextReference => {
  let last = 0
  return () => toText(++last)
}

let lastOfProcess = 0

/** Higher than any that this process has given, and than those of an earlier process, which began earlier. */
export const timed: NextReference = () => {
  lastOfProcess = Math.max(Date.now() % NUMBERS, lastOfProcess + 1)
  return toText(lastOfProcess)
}

const DIGITS = 11

/** In milliseconds, a little more than three years. */
const NUMBERS = 10 ** DIGITS

const toText = (number: number): string => `8${String(number).padStart(DIGITS, "0")}`
