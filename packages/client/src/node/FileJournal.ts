/**
 * The journal of attempts in a file: one JSON entry a line, only ever appended, on the disk before `open` returns.
 *
 * Readable by its owner only. A last line that a crash cut off is dropped; any other line that is no entry is an error,
 * because a journal that forgets is worse than none. Any process may read it; the first to write is the only one to
 * write until it ends.
 */
import * as fs from "node:fs/promises"
import { dirname, resolve } from "node:path"
import { getSystemErrorMessage } from "node:util"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Ending, Opening } from "../AttemptEntry.ts"
import { type AttemptJournal, Attempts, fromPromises, JournalFailed } from "../AttemptJournal.ts"
import { takeLock } from "./FileLock.ts"

const Entry = Schema.fromJsonString(Schema.Union([Opening, Ending]))
const decode = Schema.decodeUnknownResult(Entry)

/** What was read so far. */
interface Known {
  attempts: Attempts
  /** Bytes, up to the last whole line. */
  read: number
  lines: number
}

/** One journal a file, so that all of a process that name the same file share what was read. */
const journals = new Map<string, AttemptJournal>()

/** The journal in a file, which is made with its folder when the first attempt is opened. */
export const make = (path: string): AttemptJournal => {
  const absolute = resolve(path)
  const journal = journals.get(absolute) ?? makeJournal(absolute)
  journals.set(absolute, journal)
  return journal
}

const makeJournal = (path: string): AttemptJournal => {
  const known: Known = { attempts: new Attempts(), read: 0, lines: 0 }
  let looked = false
  let locked = false
  let last: Promise<unknown> = Promise.resolve()

  /** One read or write at a time. */
  const inTurn = <A>(run: () => Promise<A>): Promise<A> => {
    const own = last.then(run).catch((error: unknown) => {
      throw error instanceof JournalFailed ? error : new JournalFailed({ detail: `${path}: ${reasonOf(error)}` })
    })
    last = own.catch(() => {})
    return own
  }

  /** Who writes after he looked relies on what he saw: until the lock is his, another process may have written. */
  const lock = async () => {
    if (locked) return
    const owner = takeLock(path)
    if (owner !== undefined) {
      throw new JournalFailed({
        detail: `${path} is in use by process ${owner}: one process at a time may pay with it`
      })
    }
    locked = true
    const seen = known.read
    await readOn(path, known)
    if (looked && known.read !== seen) {
      throw new JournalFailed({ detail: `${path} was changed by another process meanwhile; try again` })
    }
  }

  const append = (entry: Opening | Ending) =>
    inTurn(async () => {
      await fs.mkdir(dirname(path), { recursive: true, mode: 0o700 })
      await lock()
      const file = await fs.open(path, "a+", 0o600)
      try {
        await dropCutLine(file)
        await file.appendFile(`${JSON.stringify(entry)}\n`)
        await file.datasync()
      } finally {
        await file.close()
      }
    })

  const look = <A>(see: (attempts: Attempts) => A) =>
    inTurn(async () => {
      await readOn(path, known)
      looked = true
      return see(known.attempts)
    })

  return fromPromises({
    open: append,
    end: append,
    attempts: () => look((attempts) => attempts.all()),
    ofOrder: (orderId) => look((attempts) => attempts.ofOrder(orderId))
  })
}

/**
 * Reads what was added. What stands after the last line end was cut off by a crash: its write never returned, so nothing
 * rests on it.
 */
const readOn = async (path: string, known: Known): Promise<void> => {
  const file = await openIfThere(path)
  const size = (await file?.stat())?.size ?? 0
  if (size < known.read) {
    known.attempts = new Attempts()
    known.read = 0
    known.lines = 0
  }
  if (file === undefined) return
  try {
    const length = size - known.read
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, known.read)
    const whole = buffer.subarray(0, bytesRead).lastIndexOf(0x0a) + 1
    const lines = buffer.toString("utf8", 0, whole).split("\n").slice(0, -1)
    const entries = lines.map((line, i) => {
      const entry = decode(line)
      if (Result.isSuccess(entry)) return entry.success
      throw new JournalFailed({ detail: `${path}: line ${known.lines + i + 1} is no entry` })
    })
    for (const entry of entries) known.attempts.add(entry)
    known.read += whole
    known.lines += entries.length
  } finally {
    await file.close()
  }
}

const openIfThere = (path: string): Promise<fs.FileHandle | undefined> =>
  fs.open(path, "r").catch((error) => (error.code === "ENOENT" ? undefined : Promise.reject(error)))

/** More than the longest line. */
const TAIL = 64 * 1024

/** Takes away what a crash left after the last line end, so that it does not run into the next entry. */
const dropCutLine = async (file: fs.FileHandle): Promise<void> => {
  const { size } = await file.stat()
  const length = Math.min(size, TAIL)
  const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length)
  const whole = size - length + buffer.lastIndexOf(0x0a) + 1
  if (whole < size) await file.truncate(whole)
}

/** The system's own words and code, such as "no space left on device (ENOSPC)". */
const reasonOf = (error: unknown): string => {
  const { code, errno } = error as NodeJS.ErrnoException
  return code === undefined || errno === undefined ? String(error) : `${getSystemErrorMessage(errno)} (${code})`
}
