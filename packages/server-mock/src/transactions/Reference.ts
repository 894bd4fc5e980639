/**
 * References of transactions: twelve digits that begin with 8.
 *
 * A shop uses them to tell a repeated notification from two similar ones, so they are unique in a process and across restarts
 * that keep the store: they are based on the time. With a seed and without a store they are counted, so that each run gives the
 * same ones.
 */

/** The next reference. */
export type NextReference = () => string

/** From `800000000001`. */
export const counted = (): NextReference => {
  let last = 0
  return () => toText(++last)
}

let lastOfProcess = 0

/** Higher than any that this process or an earlier one has given. */
export const timed: NextReference = () => {
  lastOfProcess = Math.max(Date.now() % NUMBERS, lastOfProcess + 1)
  return toText(lastOfProcess)
}

const DIGITS = 11

/** In milliseconds, a little more than three years. */
const NUMBERS = 10 ** DIGITS

const toText = (number: number): string => `8${String(number).padStart(DIGITS, "0")}`
