/**
 * The journal of attempts in a file, for any number of processes on one machine.
 *
 * The file is locked only while an entry is written. An attempt is on disk before `open` returns. Readable by its owner
 * only. Not for network file systems: their locks are unreliable.
 */

import { existsSync } from "node:fs"
import { resolve } from "node:path"
import type * as DurationText from "@hipay-pos/core/DurationText"
import { Finding } from "@hipay-pos/core/plain"
import * as Layer from "effect/Layer"
import { type AttemptJournal, fromPromises, inTheWay, isNew, JournalFailed, type Opening } from "../AttemptJournal.ts"
import { ClientSetupFailed } from "../ClientSetupFailed.ts"
import { Journal } from "../Journal.ts"
import { maskWritten } from "../Redaction.ts"
import { timerMillis } from "../timerMillis.ts"
import { read, type Table, vacuum, write } from "./journalFile.ts"
import { KEPT_WHOLE } from "./journalTable.ts"
import { isRunningElsewhere, ownerOf } from "./owners.ts"

/** Options of the file. */
export interface FileJournalOptions {
  /**
   * How long to wait for other processes' entries: 30 s by default, twice as long for an ending. After that, nothing
   * was written.
   */
  readonly lockTimeout?: DurationText.Input | undefined
}

/**
 * The journal in a file, which is created with its folder when the first attempt is opened. Throws `ClientSetupFailed`
 * if its path or its timeout cannot be read.
 */
export const make = (path: string, options: FileJournalOptions = {}): AttemptJournal => {
  const file = fileAt(path)
  const timeout = lockMillis(options)
  /** Opened here and not ended. */
  const underWay = new Map<string, Opening>()
  /** Writes them again if the file lacks them: an older copy of it may have been restored meanwhile. */
  const writeAgain = (table: Table, real: string) => {
    for (const opening of underWay.values()) if (!table.has(opening.id)) table.open(opening, ownerOf(real))
  }
  return fromPromises({
    open: async (opening) => {
      const kept = await write(file, timeout, (table, real) => {
        writeAgain(table, real)
        const obstacle = inTheWay(opening, table.ofOrder(opening.orderId))
        return obstacle ?? table.open(opening, ownerOf(real))
      })
      if (isNew(kept, opening)) underWay.set(opening.id, opening)
      return kept
    },
    end: async (ending) => {
      // An outcome is worth a longer wait.
      await write(file, 2 * timeout, (table, real) => {
        writeAgain(table, real)
        table.end(ending, Date.now())
        table.compact(Date.now() - KEPT_WHOLE, 20)
      })
      underWay.delete(ending.id)
    },
    attempts: () => read(file, timeout, (table) => table.all(), []),
    ofOrder: (orderId) => read(file, timeout, (table) => table.ofOrder(orderId), []),
    unsettled: () => read(file, timeout, (table) => table.unsettled(), []),
    isUnderWay: (id) =>
      read(
        file,
        timeout,
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
 * Masks card numbers in the endings that earlier versions wrote: details, names and evidence. The old text is
 * overwritten in the file, but not in copies of it. Resolves to the number of changed attempts; rejects with
 * `JournalFailed`.
 */
export const redact = async (path: string, options: FileJournalOptions = {}): Promise<number> => {
  const file = fileAt(path)
  const timeout = lockMillis(options)
  if (!existsSync(file)) throw new JournalFailed({ detail: `${file}: there is no journal here` })
  const changed = await write(file, timeout, (table) => table.rewrite(maskWritten))
  await vacuum(file, timeout)
  return changed
}

/** A URL, or SQLite's name of a database in memory, would be a file of an odd name in the working directory. */
const fileAt = (path: unknown): string => {
  if (typeof path === "string" && path !== "" && !/^(file:|:memory:)/.test(path)) return resolve(path)
  const problem = `journal: expected the path of a file, such as "journal.db", got ${Finding.describe(path, "journal")}`
  throw new ClientSetupFailed({ problem })
}

const lockMillis = ({ lockTimeout = 30_000 }: FileJournalOptions): number => timerMillis("lockTimeout", lockTimeout)
