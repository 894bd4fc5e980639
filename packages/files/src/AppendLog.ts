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

/** What a log is opened with. */
export interface AppendLogOptions<A> {
  /** Must write a record as a JSON object whose text starts with `beginning`. */
  readonly schema: Schema.Codec<A, unknown>
  /** How the JSON of every record starts, such as `{"sale":"`: tells a cut record from another program's text. */
  readonly beginning: string
  /** One record in an error, such as `a sale's event`. */
  readonly record: string
}

/** An open log. */
export interface AppendLog<A> {
  /** The records that the file held when it was opened, oldest first. */
  readonly records: ReadonlyArray<A>
  /** Appends records in one write. They are on disk when it returns; when it throws, none of them is kept. */
  readonly append: (records: ReadonlyArray<A>) => void
  /** Deletes all records. */
  readonly clear: () => void
  /** Closes the file and frees its lock. Further calls do nothing. */
  readonly close: () => void
}

/** The file cannot be used. No text of the file is repeated in it. */
export class AppendLogFailed extends Schema.TaggedError<AppendLogFailed>()("AppendLogFailed", {
  /** What was tried: `lock`, `open`, `read`, `mend`, `write` or `clear`. */
  action: Schema.String,
  path: Schema.String,
  detail: Schema.String
}) {
  override get message() {
    return `cannot ${this.action} ${this.path}: ${this.detail}`
  }
}

/** Opens or creates a file, takes its lock (`PATH.lock`) and reads its records. Throws {@link AppendLogFailed}. */
export const open = <A>(path: string, options: AppendLogOptions<A>): AppendLog<A> => {
  const attempt = <B>(action: string, run: () => B): B => {
    try {
      return run()
    } catch (cause) {
      throw cause instanceof AppendLogFailed ? cause : new AppendLogFailed({ action, path, detail: detailOf(cause) })
    }
  }
  const fail = (action: string, detail: string): never => {
    throw new AppendLogFailed({ action, path, detail })
  }

  // The file first: where it cannot be made, its lock cannot either, and the error should name the file.
  const file = attempt("open", () => fs.openSync(path, "a+", 0o600))
  let unlock: (() => void) | undefined
  try {
    unlock = attempt("lock", () => takeLock(`${path}.lock`)) ?? fail("open", "another process has it open")
    attempt("open", () => flushFolder(path))
    const bytes = attempt("read", () => fs.readFileSync(file))
    const { records, end } = readRecords(bytes, options, (detail) => fail("read", detail))
    if (end < bytes.length) {
      attempt("mend", () => {
        fs.ftruncateSync(file, end)
        fs.fdatasyncSync(file)
      })
    }
    return { records, ...makeWriter(file, end, unlock, options.schema, attempt) }
  } catch (error) {
    fs.closeSync(file)
    unlock?.()
    throw error
  }
}

const makeWriter = <A>(
  file: number,
  opened: number,
  unlock: () => void,
  schema: Schema.Codec<A, unknown>,
  attempt: <B>(action: string, run: () => B) => B
): Pick<AppendLog<A>, "append" | "clear" | "close"> => {
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

/**
 * The records, and where the last whole line ends. A block that never reached the disk reads as NUL, which no JSON text
 * contains: the line with the first one, and all behind it, had not been acknowledged.
 */
const readRecords = <A>(
  bytes: Buffer,
  { schema, beginning, record }: AppendLogOptions<A>,
  fail: (detail: string) => never
): { readonly records: ReadonlyArray<A>; readonly end: number } => {
  const decode = Schema.decodeUnknownResult(Schema.fromJsonString(schema))
  const text = new TextDecoder("utf-8", { fatal: true })
  const records: Array<A> = []
  const hole = bytes.indexOf(0)
  const known = hole === -1 ? bytes.length : hole
  let end = 0
  for (let newline = bytes.indexOf(NEWLINE); newline !== -1 && newline < known; newline = bytes.indexOf(NEWLINE, end)) {
    const decoded = Result.flatMap(
      Result.try(() => text.decode(bytes.subarray(end, newline))),
      decode
    )
    if (Result.isFailure(decoded)) return fail(`line ${records.length + 1} is not ${record}`)
    records.push(decoded.success)
    end = newline + 1
  }
  const tail = bytes.subarray(end)
  return isTorn(tail, Buffer.from(beginning), records.length > 0)
    ? { records, end }
    : fail(`its end, from line ${records.length + 1} on, is not ${record}`)
}

/** Whether it can be what a crash left of records: the start of one, or blocks that were not written. */
const isTorn = (tail: Buffer, beginning: Buffer, isOurs: boolean): boolean => {
  const text = Buffer.from(tail.subarray(0, beginning.length))
  const compared = text.includes(0) ? text.indexOf(0) : text.length
  const startsRight = beginning.subarray(0, compared).equals(text.subarray(0, compared))
  if (!startsRight) return false
  // Holes are followed by anything: behind records they are ours, and in a file without any the whole rest has to be one.
  return compared === text.length || isOurs || tail.subarray(compared).every((byte) => byte === 0)
}

/** A file that was just made may be gone after a power cut unless its folder is flushed; Windows cannot, and need not. */
const flushFolder = (path: string): void => {
  if (process.platform === "win32") return
  const folder = fs.openSync(dirname(path), "r")
  try {
    fs.fsyncSync(folder)
  } finally {
    fs.closeSync(folder)
  }
}

/** The system's message without the call and the path at its end: the error names both already. */
const detailOf = (cause: unknown): string =>
  cause instanceof Error ? cause.message.replace(/, \w+(?: '.*')?$/s, "") : String(cause)
