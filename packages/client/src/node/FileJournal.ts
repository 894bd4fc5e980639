/**
 * The journal of attempts in a file: one JSON entry a line, only ever appended, on the disk before `open` returns.
 *
 * Readable by its owner only. A last line that a crash cut off is skipped; any other line that is no entry is an error,
 * because a journal that forgets is worse than none.
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
        const mended = (await endsInside(file)) ? "\n" : ""
        await file.appendFile(`${mended}${JSON.stringify(entry)}\n`)
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
      const lines = text.split("\n")
      for (const [i, line] of lines.entries()) {
        if (line === "") continue
        const entry = decode(line)
        if (Result.isSuccess(entry)) entries.push(entry.success)
        else if (!isCut(line)) return Effect.fail(new JournalFailed({ detail: `${path}: line ${i + 1} is no entry` }))
      }
      return Effect.succeed(assemble(entries))
    }
  )

  return { open: append, end: append, attempts }
}

/** A line that a crash cut off is no JSON; a whole line that says something else is not ours. */
const isCut = (line: string): boolean => {
  try {
    JSON.parse(line)
    return false
  } catch {
    return true
  }
}

const endsInside = async (file: fs.FileHandle): Promise<boolean> => {
  const { size } = await file.stat()
  if (size === 0) return false
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer[0] !== 0x0a
}

const reasonOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error)
