/** How the ready line describes a store. */
import { pluralize } from "@hipay-pos/cli-kit"
import type { StoreSummary } from "../node/SqliteStore.ts"

/** A line of text; undefined if attempts are kept in memory. */
export const describeStore = (store: StoreSummary | undefined): ReadonlyArray<string> => {
  if (store === undefined) return []
  const { path, created, attempts, unknown } = store
  return [
    `Store ${path}: ${created ? "new, no attempts" : `${pluralize(attempts, "attempt")}, ${unknown} of them unknown`}.`
  ]
}
