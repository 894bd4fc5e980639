/** How much memory an attempt takes, so that what is remembered can be bounded in bytes: orders differ a thousandfold. */
import type { Attempt } from "./Attempt.ts"

/** Sizes of orders; every state of an attempt has the same one. */
const sizes = new WeakMap<object, number>()

/** What an attempt takes beside its order, in bytes: frames, tickets, events. */
const BESIDE = 4_000

/** Says how many characters the JSON of an order had that has just come in: to write it again is to measure it twice. */
export const setSize = (order: unknown, characters: number): void => {
  if (typeof order === "object" && order !== null) sizes.set(order, characters + BESIDE)
}

/** Characters of its order as JSON, and a share for all else; about a byte each, parsed several. */
export const sizeOf = ({ order }: Attempt): number => {
  if (typeof order !== "object" || order === null) return BESIDE
  const known = sizes.get(order)
  if (known !== undefined) return known
  const size = JSON.stringify(order).length + BESIDE
  sizes.set(order, size)
  return size
}
