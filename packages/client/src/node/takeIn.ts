/**
 * Imports a journal of an earlier version: one JSON entry per line. The rename to today's format is atomic; the old
 * file is kept beside it as `NAME.taken-in`.
 */
import { randomBytes } from "node:crypto"
import * as fs from "node:fs"
import { basename, dirname } from "node:path"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { JournalFailed } from "../AttemptJournal.ts"
import { Ending, Opening } from "../JournalEntry.ts"
import { FileLock, flushFolder, Sqlite } from "./files.ts"
import { KEPT_WHOLE, makeTable, SCHEMA } from "./journalTable.ts"
import { busy } from "./sqlite.ts"

/** Earlier versions called `serverAttempt` `attempt`; the table reads both. */
const WrittenEnding = Schema.Struct({ ...Ending.fields, attempt: Schema.optionalKey(Schema.String) })

const decode = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Union([Opening, WrittenEnding])))

/** The JSON-lines journal to import in place of a missing one: `attempts.jsonl` for `attempts.db`. */
export const oldJournalOf = (real: string): string | undefined => {
  const old = real.replace(/\.db$/, ".jsonl")
  return old !== real && fs.existsSync(old) && !isDatabase(old) ? old : undefined
}

const isDatabase = (path: string): boolean => {
  const file = fs.openSync(path, "r")
  try {
    const start = Buffer.alloc(16)
    fs.readSync(file, start, 0, 16, 0)
    return start.toString("latin1") === "SQLite format 3\0"
  } finally {
    fs.closeSync(file)
  }
}

/** Throws SQLite's `BUSY` while another process imports. */
export const takeIn = (old: string, real: string): void => {
  const release = FileLock.takeLock(`${real}.taking-in`)
  if (release === undefined) throw busy()
  const own = `${real}.${randomBytes(8).toString("hex")}.new`
  try {
    // Another process may have been faster.
    if (fs.existsSync(real) && isDatabase(real)) return
    refuseRunning(`${old}.lock`)
    fs.closeSync(fs.openSync(own, "wx", 0o600))
    copy(old, own)
    fs.copyFileSync(old, `${old}.taken-in`)
    fs.renameSync(own, real)
    if (old !== real) fs.rmSync(old)
    flushFolder(dirname(real))
  } finally {
    fs.rmSync(own, { force: true })
    fs.rmSync(`${real}.taking-in`, { force: true })
    release()
  }
}

/** An earlier version that still runs would go on writing lines that nothing reads. */
const refuseRunning = (lock: string): void => {
  if (!fs.existsSync(lock)) return
  const [, pid, start] = /^(\d+) (\d+)$/.exec(fs.readFileSync(lock, "utf8")) ?? []
  if (pid === undefined || !fs.existsSync(`/proc/${pid}/stat`)) return
  const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8")
  // The process name is in brackets and may hold anything; the start time is the twentieth field after it.
  if (stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] !== start) return
  throw new JournalFailed({
    detail: `an earlier version of this program uses it (process ${pid}, ${lock}): end it first`
  })
}

const copy = (old: string, own: string): void => {
  const database = Sqlite.open(own)
  try {
    database.exec(`PRAGMA synchronous = EXTRA; PRAGMA fullfsync = ON; BEGIN EXCLUSIVE; ${SCHEMA}`)
    const table = makeTable(database)
    for (const entry of entriesIn(old)) {
      if ("openedAt" in entry) table.open(entry)
      else table.end(entry, entry.endedAt)
    }
    table.compact(Date.now() - KEPT_WHOLE, -1)
    database.exec("COMMIT")
  } finally {
    database.close()
  }
}

/** Whatever follows the last line end was cut off by a crash: its write never returned, so nothing depends on it. */
function* entriesIn(old: string): Generator<Opening | typeof WrittenEnding.Type> {
  const bytes = fs.readFileSync(old)
  let from = 0
  for (let line = 1; ; line++) {
    const to = bytes.indexOf(0x0a, from)
    if (to < 0) return
    const entry = decode(bytes.toString("utf8", from, to))
    if (Result.isFailure(entry)) {
      throw new JournalFailed({
        detail:
          `line ${line} of ${basename(old)} is not an entry of a journal: restore a copy of the file, or look at the terminal's receipts ` +
          "and remove that line. Do not begin another journal: it would not know what was paid"
      })
    }
    yield entry.success
    from = to + 1
  }
}
