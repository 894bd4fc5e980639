/**
 * Ends of payments that were known when a gateway ended and could not be written to its store: kept in a file of their own,
 * one JSON object a line, and written by the next start. Masked as the store is; readable by its owner only.
 */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import type { OwedEnds } from "@hipay-pos/server"
import { Alarm, Attempt } from "@hipay-pos/server"
import type { AttemptStore } from "@hipay-pos/server/AttemptStore"
import { AttemptJson, StartFailed } from "@hipay-pos/server/node"
import * as Effect from "effect/Effect"

/** Keeps what is owed; takes the file away where nothing is. */
export const write = (path: string, owed: ReadonlyArray<OwedEnds.Owed>): void => {
  if (owed.length === 0) {
    rmSync(path, { force: true })
    return
  }
  const lines = owed.map(({ seen, attempt }) =>
    JSON.stringify({ seen: AttemptJson.toJson(seen), attempt: AttemptJson.toJson(attempt) })
  )
  writeFileSync(`${path}.new`, `${lines.join("\n")}\n`, { mode: 0o600, flush: true })
  renameSync(`${path}.new`, path)
}

/** Writes what a file holds to the store, and gives how many ends there were. The file goes once all are written. */
export const settle = async (path: string, store: AttemptStore): Promise<number> => {
  if (!existsSync(path)) return 0
  const lines = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
  for (const [i, line] of lines.entries()) {
    const { seen, attempt } = readLine(line) ?? {}
    if (seen === undefined || attempt === undefined)
      throw new StartFailed({
        problem: `line ${i + 1} of ${path} cannot be read; move the file away, and look at its payment by hand`
      })
    await Effect.runPromise(writeEnd(store, seen, attempt))
  }
  rmSync(path)
  return lines.length
}

const readLine = (line: string) => {
  try {
    const { seen, attempt } = JSON.parse(line) as { readonly seen: string; readonly attempt: string }
    return { seen: AttemptJson.fromJson(seen), attempt: AttemptJson.fromJson(attempt) }
  } catch {
    return undefined
  }
}

/** What the terminal said can always be written, whatever the attempt says by now. */
const writeEnd = Effect.fnUntraced(function* (store: AttemptStore, seen: Attempt.Attempt, attempt: Attempt.Attempt) {
  const changed = yield* store.change(seen, attempt)
  for (let stands = changed._tag === "Stands" ? changed.attempt : undefined; stands !== undefined; ) {
    if (stands.outcome !== undefined || attempt.outcome === undefined) return
    const at = attempt.endedAt ?? Date.now()
    const ended = Attempt.close(
      { ...stands, events: attempt.events },
      { _tag: "Outcome", outcome: attempt.outcome },
      at
    )
    const alarm = Alarm.contradiction(ended, stands.resolutions?.at(-1), at)
    const next = alarm === undefined ? ended : { ...ended, alarms: [...(ended.alarms ?? []), alarm] }
    const again = yield* store.change(stands, next)
    stands = again._tag === "Stands" ? again.attempt : undefined
  }
})
