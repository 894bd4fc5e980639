/**
 * Stores sales: a port, and its implementation as a file.
 *
 * Events are only ever appended. `append` returns once they are on disk, so that a crash never loses a sale that has asked for
 * a card; if it throws, none of the events is stored.
 */
import { mkdirSync } from "node:fs"
import { dirname } from "node:path"
import { AppendLog } from "@hipay-pos/files"
import { SaleEvent } from "../sale/SaleEvent.ts"

/** Keeps the events of all sales, in their order. */
export interface SaleStore {
  readonly read: () => ReadonlyArray<SaleEvent>
  readonly append: (events: ReadonlyArray<SaleEvent>) => void
  readonly close: () => void
}

/**
 * The store in a file of JSON lines, readable by its owner only. An incomplete last line, left by a crash, is removed; any
 * other line that is not an event is an error: a till that does not start is better than sales that lose money.
 */
export const inFile = (path: string): SaleStore => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const log = AppendLog.open(path, { schema: SaleEvent, beginning: '{"sale":"', record: "an event of a sale" })
  return { read: () => log.records, append: log.append, close: log.close }
}
