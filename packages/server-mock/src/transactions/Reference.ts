/**
 * References of transactions: twelve digits that begin with 8.
 *
 * By them a shop tells a notification that came twice from two that look alike. So they differ from space to space, and from
 * one start to the next, over which a store may be kept: they go on from the time. With a seed, a run gives the same ones again.
 */

/** The next reference. */
export type NextReference = () => string

/** From `800000000001`. */
export const counted = (): NextReference => {
  let last = 0
  return () => toText(++last)
}

let lastOfProcess = 0

/** Above all that this process has given, and above those of an earlier one, which began at an earlier time. */
export const timed: NextReference = () => {
  lastOfProcess = Math.max(Date.now() % NUMBERS, lastOfProcess + 1)
  return toText(lastOfProcess)
}

const DIGITS = 11

/** In milliseconds, a little more than three years. */
const NUMBERS = 10 ** DIGITS

const toText = (number: number): string => `8${String(number).padStart(DIGITS, "0")}`
