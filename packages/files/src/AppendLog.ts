/**
 * Records in a file, one JSON line each, only ever appended; readable by its owner only. One process at a time.
 *
 * The crash law: `append` returns once its records are on disk. After a crash at any moment the file opens with every
 * record whose `append` had returned, in order, and perhaps with the first few of the one `append` that had not. What is
 * left of a line that was being written is cut off. When `append` throws, none of its records is kept, and the next one
 * works. A file that another program wrote is refused without a byte of it changed, and so is a damaged record.
 */
// The default import, so that a test can make a write fail.
import fs from "node:fs"
import { dirname } from "node:path"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { takeLock } from "./FileLock.ts"
import { flushFolder } from "./flushFolder.ts"

/** What a log is opened with. */
export interface AppendLogOptions<A> {
  /** Must write a record as a JSON object whose text starts with `beginning`. */
  readonly schema: Schema.Codec<A, unknown>
  /** How the JSON of every record starts, such as `{"sale":"`: tells a cut record from another program's text. */
  readonly beginning: string
  /** One record in an error, such as `a sale's event`. */
  readonly record: string
}

/** A log that is only written to. */
export interface AppendOnly<A> {
  /** Appends records in one write. They are on disk when it returns; when it throws, none of them is kept. */
  readonly append: (records: ReadonlyArray<A>) => void
  /** Deletes all records. */
  readonly clear: () => void
  /** Closes the file and frees its lock. Further calls do nothing. */
  readonly close: () => void
}

/** An open log. */
export interface AppendLog<A> extends AppendOnly<A> {
  /** The records that the file held when it was opened, oldest first. */
  readonly records: ReadonlyArray<A>
}

/** The file cannot be used. No text of the file is repeated in it. */
export class AppendLogFailed extends Schema.TaggedError<AppendLogFailed>()("AppendLogFailed", {
  /** What was tried: `lock`, `open`, `read`, `mend`, `write` or `clear`. */
  action: Schema.String,
  path: Schema.String,
  detail: Schema.String,
  /** The system's code, such as `ENOSPC`; `EBUSY` where another process has the file. */
  code: Schema.optionalKey(Schema.String)
}) {
  override get message() {
    return `cannot ${this.action} ${this.path}: ${this.detail}`
  }
}

/** Opens or creates a file, takes its lock (`PATH.lock`) and reads its records. Throws {@link AppendLogFailed}. */
export const open = <A>(path: string, options: AppendLogOptions<A>): AppendLog<A> => {
  const records: Array<A> = []
  return { records, ...openWith(path, options, (record) => records.push(record)) }
}

/** As {@link open}, for a file that may be larger than the memory: each record is checked, and none is kept. */
export const openToAppend = <A>(path: string, options: AppendLogOptions<A>): AppendOnly<A> =>
  openWith(path, options, () => {})

/**
 * The records of a file that is left as it is: no lock, and nothing cut off. A last line without its line end counts
 * where it is a whole record. Throws {@link AppendLogFailed}.
 */
export const read = <A>(path: string, options: AppendLogOptions<A>): ReadonlyArray<A> => {
  const attempt = attemptAt(path)
  const file = attempt("open", () => fs.openSync(path, "r"))
  try {
    const records: Array<A> = []
    attempt("read", () => readRecords(file, options, failAt(path), (record) => records.push(record), "counts"))
    return records
  } finally {
    fs.closeSync(file)
  }
}

const attemptAt =
  (path: string) =>
  <B>(action: string, run: () => B): B => {
    try {
      return run()
    } catch (cause) {
      if (cause instanceof AppendLogFailed) throw cause
      const { code } = cause as NodeJS.ErrnoException
      throw new AppendLogFailed({ action, path, detail: detailOf(cause), ...(code !== undefined && { code }) })
    }
  }

const failAt =
  (path: string) =>
  (detail: string): never => {
    throw new AppendLogFailed({ action: "read", path, detail })
  }

const openWith = <A>(path: string, options: AppendLogOptions<A>, take: (record: A) => void): AppendOnly<A> => {
  const attempt = attemptAt(path)
  const fail = failAt(path)

  // The file first: where it cannot be made, its lock cannot either, and the error should name the file.
  const file = attempt("open", () => fs.openSync(path, "a+", 0o600))
  let unlock: (() => void) | undefined
  try {
    unlock = attempt("lock", () => takeLock(`${path}.lock`))
    if (unlock === undefined)
      throw new AppendLogFailed({ action: "open", path, detail: "another process has it open", code: "EBUSY" })
    attempt("open", () => flushFolder(dirname(path)))
    const { end, isTorn } = attempt("read", () => readRecords(file, options, fail, take, "is torn"))
    if (isTorn) {
      attempt("mend", () => {
        fs.ftruncateSync(file, end)
        fs.fdatasyncSync(file)
      })
    }
    closeToOthers(file)
    return makeWriter(file, end, unlock, options.schema, attempt)
  } catch (error) {
    fs.closeSync(file)
    unlock?.()
    throw error
  }
}

/** A copy or a restored backup may be readable by others. Where the file is another user's, its owner decides. */
const closeToOthers = (file: number): void => {
  try {
    fs.fchmodSync(file, 0o600)
  } catch {
    // See above.
  }
}

const makeWriter = <A>(
  file: number,
  opened: number,
  unlock: () => void,
  schema: Schema.Codec<A, unknown>,
  attempt: <B>(action: string, run: () => B) => B
): AppendOnly<A> => {
  const encode = Schema.encodeSync(schema)
  let size = opened
  let isOpen = true
  /** Bytes of a failed write may stand behind `size`: they go before anything else is written. */
  let isTorn = false

  const undo = () => {
    isTorn = true
    fs.ftruncateSync(file, size)
    isTorn = false
  }
  return {
    append: (added) => {
      if (!isOpen || added.length === 0) return
      const bytes = Buffer.from(added.map((record) => `${JSON.stringify(encode(record))}\n`).join(""))
      attempt("write", () => {
        if (isTorn) undo()
        try {
          let written = 0
          while (written < bytes.length) written += fs.writeSync(file, bytes, written)
          fs.fdatasyncSync(file)
        } catch (error) {
          try {
            undo()
          } catch {
            // The next append tries again; the first error is the one to report.
          }
          throw error
        }
        size += bytes.length
      })
    },
    clear: () => {
      if (!isOpen) return
      attempt("clear", () => {
        fs.ftruncateSync(file, 0)
        size = 0
        isTorn = false
        fs.fdatasyncSync(file)
      })
    },
    close: () => {
      if (!isOpen) return
      isOpen = false
      fs.closeSync(file)
      unlock()
    }
  }
}

const NEWLINE = 10

/** Bytes that are read at once. */
const CHUNK = 65_536

/**
 * Hands on the records one by one; returns where the last whole line ends, and whether more is behind it. A block that never
 * reached the disk reads as NUL, which no JSON text contains: the line with the first one, and all behind it, had not
 * been acknowledged. A last record without its line end counts, or is torn like the start of one.
 */
const readRecords = <A>(
  file: number,
  { schema, beginning, record }: AppendLogOptions<A>,
  fail: (detail: string) => never,
  take: (record: A) => void,
  withoutItsEnd: "counts" | "is torn"
): { readonly end: number; readonly isTorn: boolean } => {
  const fromJson = Schema.decodeUnknownResult(Schema.fromJsonString(schema))
  const text = new TextDecoder("utf-8", { fatal: true })
  const decode = (line: Buffer) =>
    Result.flatMap(
      Result.try(() => text.decode(line)),
      fromJson
    )
  let end = 0
  let count = 0
  let tail: Buffer = Buffer.alloc(0)
  const chunk = Buffer.alloc(CHUNK)
  for (let length = fs.readSync(file, chunk); length > 0; length = fs.readSync(file, chunk)) {
    tail = Buffer.concat([tail, chunk.subarray(0, length)])
    const hole = tail.indexOf(0)
    const known = hole === -1 ? tail.length : hole
    let begin = 0
    for (
      let newline = tail.indexOf(NEWLINE);
      newline !== -1 && newline < known;
      newline = tail.indexOf(NEWLINE, begin)
    ) {
      const decoded = decode(tail.subarray(begin, newline))
      if (Result.isFailure(decoded)) return fail(`line ${count + 1} is not ${record}`)
      take(decoded.success)
      count++
      begin = newline + 1
    }
    end += begin
    tail = tail.subarray(begin)
  }
  const last = withoutItsEnd === "counts" && tail.length > 0 ? decode(tail) : undefined
  if (last !== undefined && Result.isSuccess(last)) take(last.success)
  else if (!canBeTorn(tail, Buffer.from(beginning), count > 0)) {
    return fail(`its end, from line ${count + 1} on, is not ${record}`)
  }
  return { end, isTorn: tail.length > 0 }
}

/** Whether it can be what a crash left of records: the start of one, or blocks that were not written. */
const canBeTorn = (tail: Buffer, beginning: Buffer, isOurs: boolean): boolean => {
  const text = Buffer.from(tail.subarray(0, beginning.length))
  const compared = text.includes(0) ? text.indexOf(0) : text.length
  const startsRight = beginning.subarray(0, compared).equals(text.subarray(0, compared))
  if (!startsRight) return false
  // Holes are followed by anything: behind records they are ours, and in a file without any the whole rest has to be one.
  return compared === text.length || isOurs || tail.subarray(compared).every((byte) => byte === 0)
}

/** The system's message without the call and the path at its end: the error names both already. */
const detailOf = (cause: unknown): string =>
  cause instanceof Error ? cause.message.replace(/, \w+(?: '.*')?$/s, "") : String(cause)
