/**
 * The journal of attempts in a file: one JSON entry a line, only ever appended, on the disk before `open` returns.
 *
 * Readable by its owner only. A last line that a crash cut off is dropped; any other line that is no entry is an error,
 * because a journal that forgets is worse than none. One process at a time.
 */
import * as fs from "node:fs/promises"
import { dirname } from "node:path"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type Attempt, type AttemptJournal, assemble, Ending, JournalFailed, Opening } from "../AttemptJournal.ts"

const Entry = Schema.fromJsonString(Schema.Union([Opening, Ending]))
const decode = Schema.decodeUnknownResult(Entry)

/** The journal in a file, which is made with its folder when the first attempt is opened. */
export const make = (path: string): AttemptJournal => {
  const attempt = <A>(run: () => Promise<A>): Effect.Effect<A, JournalFailed> =>
    Effect.tryPromise({ try: run, catch: (error) => new JournalFailed({ detail: `${path}: ${reasonOf(error)}` }) })

  const append = (entry: Opening | Ending) =>
    attempt(async () => {
      await fs.mkdir(dirname(path), { recursive: true, mode: 0o700 })
      const file = await fs.open(path, "a+", 0o600)
      try {
        await dropCutLine(file)
        await file.appendFile(`${JSON.stringify(entry)}\n`)
        await file.datasync()
      } finally {
        await file.close()
      }
    })

  const attempts = Effect.flatMap(
    attempt(() =>
      fs.readFile(path, "utf8").catch((error) => (reasonOf(error) === "ENOENT" ? "" : Promise.reject(error)))
    ),
    (text): Effect.Effect<ReadonlyArray<Attempt>, JournalFailed> => {
      const entries: Array<Opening | Ending> = []
      // What stands after the last line end was cut off by a crash: its write never returned, so nothing rests on it.
      const lines = text.split("\n").slice(0, -1)
      for (const [i, line] of lines.entries()) {
        const entry = decode(line)
        if (Result.isFailure(entry)) {
          return Effect.fail(new JournalFailed({ detail: `${path}: line ${i + 1} is no entry` }))
        }
        entries.push(entry.success)
      }
      return Effect.succeed(assemble(entries))
    }
  )

  return { open: append, end: append, attempts }
}

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

const reasonOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error)
