/** The file that remembers what was examined, so that an examination can be broken off and go on. */
import { readFile, rename, writeFile } from "node:fs/promises"
import type { Evidence } from "./Evidence.ts"
import type { Need } from "./Scenario.ts"

/** What one scenario left. */
export interface ScenarioRecord {
  readonly name: string
  readonly evidence?: Evidence | undefined
  readonly missing?: Need | undefined
  readonly milliseconds: number
}

/** What the file holds, and how it is written on. */
export interface Results {
  readonly done: ReadonlyArray<ScenarioRecord>
  readonly keep: (record: ScenarioRecord) => Promise<void>
}

const VERSION = 1

/** Opens the file, or begins it. Rejects with one sentence where it holds something else. */
export const openResults = async (path: string): Promise<Results> => {
  const done = await read(path)
  const kept = new Map(done.map((each) => [each.name, each]))
  return {
    done,
    keep: async (record) => {
      kept.set(record.name, record)
      const next = `${path}.new`
      await writeFile(next, JSON.stringify({ hipayPosExam: VERSION, results: [...kept.values()] }), { mode: 0o600 })
      await rename(next, path)
    }
  }
}

const read = async (path: string): Promise<ReadonlyArray<ScenarioRecord>> => {
  let text: string
  try {
    text = await readFile(path, "utf8")
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return []
    throw new Error(`cannot read ${path}: ${(error as NodeJS.ErrnoException).code}`)
  }
  try {
    const json = JSON.parse(text) as { readonly hipayPosExam?: unknown; readonly results?: unknown }
    if (json.hipayPosExam === VERSION && Array.isArray(json.results))
      return json.results as ReadonlyArray<ScenarioRecord>
  } catch {
    // Said below.
  }
  throw new Error(`${path} is not a file of results of an examination`)
}
