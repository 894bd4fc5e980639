/**
 * Payment results that are known but could not be written to the store: kept in a file, one JSON object a line, until they
 * can be, or until the next start writes them. Masked like the store; readable by its owner only. A lock file beside it keeps
 * a second gateway out.
 */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import * as ErrorText from "@hipay-pos/core/ErrorText"
import type { OwedEnds } from "@hipay-pos/server"
import { Alarm, type Attempt, endOver } from "@hipay-pos/server"
import { close } from "@hipay-pos/server/Attempt"
import type { AttemptStore } from "@hipay-pos/server/AttemptStore"
import { AttemptJson, FileProblem, StartFailed } from "@hipay-pos/server/node"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { FileLock, flushFolder } from "./files.ts"

/**
 * Locks the file for this process; returns a function that unlocks it. Throws {@link StartFailed} if another process has it.
 */
export const lock = (path: string): (() => void) => {
  let unlock: (() => void) | undefined
  try {
    unlock = FileLock.takeLock(`${path}.lock`)
  } catch (error) {
    throw new StartFailed({
      problem: `cannot open the spool ${path}: ${ErrorText.of(error)}`,
      isTemporary: FileProblem.mayPass(error, path)
    })
  }
  if (unlock === undefined)
    throw new StartFailed({
      problem: `the spool ${path} is in use by another gateway; give each its own --spool PATH`,
      isTemporary: true
    })
  return unlock
}

/** Writes what is owed, after the lines that {@link settle} has kept; removes the file if there is nothing to keep. */
export const write = (path: string, owed: ReadonlyArray<OwedEnds.Owed>, kept: ReadonlyArray<string> = []): void => {
  const lines = owed.map(({ seen, attempt }) =>
    JSON.stringify({ seen: AttemptJson.toJson(seen), attempt: AttemptJson.toJson(attempt) })
  )
  writeLines(path, [...kept, ...lines])
}

const writeLines = (path: string, lines: ReadonlyArray<string>): void => {
  if (lines.length === 0) {
    rmSync(path, { force: true })
    return
  }
  writeFileSync(`${path}.new`, `${lines.join("\n")}\n`, { mode: 0o600, flush: true })
  renameSync(`${path}.new`, path)
  flushFolder(dirname(path))
}

/** What became of the ends in a file. */
export interface Settled {
  readonly written: number
  /** How many were not written, because their attempts had ended otherwise. */
  readonly leftOut: number
  /** Ends of attempts that the store does not have: they are still in the file. */
  readonly missing: ReadonlyArray<Attempt.Attempt>
  /** The lines that stay in the file: those of missing attempts, and of damaged ones that a person has resolved. */
  readonly kept: ReadonlyArray<string>
}

/**
 * Writes the ends in a file to the store. Raises an alarm for each end that contradicts a person's resolution or cannot be
 * compared with it, and for each end that an earlier alarm reported as not written. Removes the file once all is on the disk,
 * unless lines are kept.
 */
export const settle = async (
  path: string,
  store: AttemptStore,
  onAlarm: (attempt: Attempt.Attempt, alarm: Attempt.Alarm) => void = () => {}
): Promise<Settled> => {
  if (!existsSync(path)) return { written: 0, leftOut: 0, missing: [], kept: [] }
  let written = 0
  const missing: Array<Attempt.Attempt> = []
  const kept: Array<string> = []
  const lines = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
  for (const [i, line] of lines.entries()) {
    const { seen, attempt } = readLine(line) ?? {}
    if (seen === undefined || attempt === undefined)
      throw new StartFailed({
        problem: `line ${i + 1} of ${path} cannot be read; move the file away, and look at its payment by hand`
      })
    const became = await Effect.runPromise(writeEnd(store, seen, attempt, onAlarm))
    if (became === "written") written++
    if (became === "missing") missing.push(attempt)
    if (became === "missing" || became === "damaged") kept.push(line)
  }
  // Flushes the store: ends that were left out may have been written just before the process was killed.
  if (kept.length < lines.length) await Effect.runPromise(store.tryWrite())
  writeLines(path, kept)
  return { written, leftOut: lines.length - written - kept.length, missing, kept }
}

const readLine = (line: string) => {
  try {
    const { seen, attempt } = JSON.parse(line) as { readonly seen: string; readonly attempt: string }
    return { seen: AttemptJson.fromJson(seen), attempt: AttemptJson.fromJson(attempt) }
  } catch {
    return undefined
  }
}

/**
 * Writes an end over the attempt as the store has it now, which is unknown if another process or this start has given it up.
 * The end is left out if the store has it already, or has a better one. A damaged record is replaced, unless a person has
 * resolved it: their resolution cannot be compared.
 */
const writeEnd = Effect.fnUntraced(function* (
  store: AttemptStore,
  seen: Attempt.Attempt,
  attempt: Attempt.Attempt,
  onAlarm: (attempt: Attempt.Attempt, alarm: Attempt.Alarm) => void
) {
  let known = seen
  let end: ReturnType<typeof endOver> = { attempt }
  for (;;) {
    const next = Alarm.writtenByNextStart(attempt, end.attempt, Date.now())
    const tried = yield* Effect.result(store.change(known, next.attempt))
    if (Result.isFailure(tried)) {
      if (tried.failure.reason._tag !== "Damaged") return yield* tried.failure
      if (known !== seen) {
        onAlarm(attempt, Alarm.endBesideDamaged(attempt, Date.now()))
        return "damaged"
      }
      // As a start closes an attempt it gives up.
      known = close(seen, { _tag: "Defect" }, Date.now())
      continue
    }
    const changed = tried.success
    if (changed._tag === "Written") {
      for (const alarm of [end.alarm, next.alarm]) if (alarm !== undefined) onAlarm(next.attempt, alarm)
      return "written"
    }
    const stands = changed.attempt
    if (stands === undefined) return "missing"
    const over = endOver(stands, attempt, attempt.endedAt ?? Date.now())
    if (over === undefined || AttemptJson.toJson(over.attempt) === AttemptJson.toJson(stands)) return "left-out"
    known = stands
    end = over
  }
})
