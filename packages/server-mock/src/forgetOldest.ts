/**
 * Bounds what is kept. Many are forgotten at a time: what was deleted leaves holes at the front of a map, and to step over
 * them for every single entry costs more than the entry did.
 */

/** Forgets the oldest entries of a map once it holds an eighth more than `capacity`. */
export const forgetOldest = (kept: Map<string, unknown>, capacity: number): void => {
  if (kept.size <= capacity + (capacity >> 3)) return
  for (const key of kept.keys()) {
    if (kept.size <= capacity) return
    kept.delete(key)
  }
}
