/**
 * The journal of attempts in a file, for any number of processes of one machine at once.
 *
 * The file is locked for as long as one entry takes. An attempt is on the disk before `open` returns. Readable by its
 * owner only. Not for network file systems, whose locks cannot be relied on.
 */
import { existsSync } from "node:fs"
import { resolve } from "node:path"
import * as Layer from "effect/Layer"
import { type AttemptJournal, fromPromises, inTheWay, JournalFailed } from "../AttemptJournal.ts"
import { Journal } from "../Journal.ts"
import { maskWritten } from "../Redaction.ts"
import { read, vacuum, write } from "./journalFile.ts"
import { KEPT_WHOLE } from "./journalTable.ts"
import { isRunningElsewhere, ownerOf } from "./owners.ts"

/** How a file is used. */
export interface FileJournalOptions {
  /** Milliseconds to wait for other processes' entries, 30 s by default, twice as long for an ending. Then nothing was written. */
  readonly patience?: number | undefined
}

/** The journal in a file, which is made with its folder when the first attempt is opened. */
export const make = (path: string, { patience = 30_000 }: FileJournalOptions = {}): AttemptJournal => {
  const file = resolve(path)
  return fromPromises({
    open: (opening) =>
      write(file, patience, (table, real) => {
        const obstacle = inTheWay(opening, table.ofOrder(opening.orderId))
        return obstacle ?? table.open(opening, ownerOf(real))
      }),
    end: (ending) =>
      // What is known of money is worth a longer wait.
      write(file, 2 * patience, (table) => {
        table.end(ending, Date.now())
        table.compact(Date.now() - KEPT_WHOLE, 20)
      }),
    attempts: () => read(file, patience, (table) => table.all(), []),
    ofOrder: (orderId) => read(file, patience, (table) => table.ofOrder(orderId), []),
    unsettled: () => read(file, patience, (table) => table.unsettled(), []),
    isUnderWay: (id) =>
      read(
        file,
        patience,
        (table, real) => {
          const owner = table.ownerOf(id)
          return owner !== undefined && isRunningElsewhere(real, owner)
        },
        false
      )
  })
}

/** The journal in a file as a service. */
export const layer = (path: string, options?: FileJournalOptions): Layer.Layer<Journal> =>
  Layer.succeed(Journal, make(path, options))

/**
 * Masks card numbers in what earlier versions wrote of endings: details, names and evidence. What was there is overwritten
 * in the file; copies of it are not. Resolves to the number of attempts that were changed; rejects with `JournalFailed`.
 */
export const redact = async (path: string, { patience = 30_000 }: FileJournalOptions = {}): Promise<number> => {
  const file = resolve(path)
  if (!existsSync(file)) throw new JournalFailed({ detail: `${file}: there is no journal here` })
  const changed = await write(file, patience, (table) => table.rewrite(maskWritten))
  await vacuum(file, patience)
  return changed
}
