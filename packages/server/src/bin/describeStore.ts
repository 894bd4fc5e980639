/** How the ready line describes a store. */
import type { StoreSummary } from "../node/SqliteStore.ts"

/** A line of text; undefined if attempts are kept in memory. */
export const describeStore = (store: StoreSummary | undefined): ReadonlyArray<string> => {
  if (store === undefined) return []
  const { path, created, attempts, unknown } = store
  return [`Store ${path}: ${created ? "new, no attempts" : `${attempts} attempts, ${unknown} of them unknown`}.`]
}
