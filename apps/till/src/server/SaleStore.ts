/**
 * Where sales are kept: a port, and its file.
 *
 * Events are only ever added. `append` returns once they are on the disk, so that a card is never asked for by a sale
 * that a crash forgets; when it throws, none of them is kept.
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
 * The store in a file of JSON lines, readable by its owner only. What a crash left of a last line is cut off; any other
 * line that is not an event is an error: sales that forget money are worse than a till that does not start.
 */
export const inFile = (path: string): SaleStore => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const log = AppendLog.open(path, { schema: SaleEvent, beginning: '{"sale":"', record: "an event of a sale" })
  return { read: () => log.records, append: log.append, close: log.close }
}
