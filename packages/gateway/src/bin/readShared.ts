/** The export and the pruning of a shared store. */
import type { AttemptJson, Pruned, PruneOptions } from "@hipay-pos/server/node"
import * as Address from "../postgres/Address.ts"

type Rows = (first: number, end: number) => AsyncIterable<AttemptJson.Row>

/** A reader of the database that an address names; undefined for a file. */
export const readShared = (store: string): Promise<Rows> | undefined => {
  if (!Address.isShared(store)) return undefined
  const address = Address.read(store)
  return import("../postgres/attemptRows.ts").then(({ attemptRows }) => attemptRows(address))
}

/** Prunes the database that an address names; undefined for a file. */
export const pruneShared = (options: PruneOptions): Promise<Pruned> | undefined => {
  if (!Address.isShared(options.store)) return undefined
  const address = Address.read(options.store)
  return import("../postgres/pruneShared.ts").then(({ pruneShared }) => pruneShared(address, options))
}
