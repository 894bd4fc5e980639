/**
 * Allows one till at a time in a folder, and one mode per folder: two tills would not see each other's sales, and simulated
 * sales would be counted as money.
 *
 * `till.json` has the mode. A folder from an earlier version, with sales and without this file, gets the mode of its card
 * payments; if they do not determine it, a person has to.
 */
import * as fs from "node:fs"
import { join } from "node:path"
import { FileJournal } from "@hipay-pos/client/node"
import { FileLock } from "@hipay-pos/files"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/** Whether sales are simulated or real. */
export type Mode = "simulated" | "live"

const Mark = Schema.fromJsonString(Schema.Struct({ mode: Schema.Literals(["simulated", "live"]) }))
const decode = Schema.decodeUnknownResult(Mark)

/**
 * Locks a folder, creating it if necessary, until the returned function is called or the process ends. Rejects if another till
 * has it, or if its sales were made in the other mode.
 */
export const lockFolder = async (folder: string, mode: Mode): Promise<() => void> => {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
  const unlock = FileLock.takeLock(join(folder, "till.running"))
  if (unlock === undefined) throw new Error(`${folder} is in use by another till: end it, or name another folder`)
  try {
    // An earlier version's lock, which names a process.
    fs.rmSync(join(folder, "till.lock"), { force: true })
    await claim(folder, mode)
    return unlock
  } catch (error) {
    unlock()
    throw error
  }
}

const claim = async (folder: string, mode: Mode): Promise<void> => {
  const path = join(folder, "till.json")
  const marked = fs.existsSync(path) ? readMark(path) : await modeOfSales(folder, path)
  if (marked !== undefined && marked !== mode) {
    throw new Error(
      `${folder} holds ${marked} sales, and this till is ${mode}: name another folder, so that they never mix`
    )
  }
  if (fs.existsSync(path)) return
  fs.writeFileSync(`${path}.new`, `${JSON.stringify({ mode })}\n`, { mode: 0o600, flush: true })
  fs.renameSync(`${path}.new`, path)
}

const readMark = (path: string): Mode => {
  const mark = decode(fs.readFileSync(path, "utf8"))
  if (Result.isSuccess(mark)) return mark.success.mode
  throw new Error(`${path} is damaged: it should say {"mode":"simulated"} or {"mode":"live"}`)
}

/** The mode of a folder whose sales are older than its `till.json`; `undefined` for one without sales. */
const modeOfSales = async (folder: string, mark: string): Promise<Mode | undefined> => {
  const has = (name: string) => (fs.statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0) > 0
  const hasPayments = ["attempts.db", "attempts.jsonl"].some(has)
  if (!hasPayments && !has("sales.jsonl")) return undefined
  const attempts = hasPayments ? await Effect.runPromise(FileJournal.make(join(folder, "attempts.db")).attempts) : []
  const [mode, ...others] = new Set(attempts.map((attempt) => attempt.mode))
  if ((mode === "simulated" || mode === "live") && others.length === 0) return mode
  throw new Error(
    `${folder} holds sales that do not say whether they were simulated: write {"mode":"simulated"} or {"mode":"live"} into ${mark}, as they were, or name another folder`
  )
}
