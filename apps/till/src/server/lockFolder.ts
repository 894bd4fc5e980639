/**
 * One till at a time on a folder, which belongs to one mode: two tills would each keep sales that the other does not see,
 * and simulated sales would be counted as money.
 */
import * as fs from "node:fs"
import { join } from "node:path"
import { FileLock } from "@hipay-pos/client/node"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const Mark = Schema.fromJsonString(Schema.Struct({ mode: Schema.Literals(["simulated", "live"]) }))
const decode = Schema.decodeUnknownResult(Mark)

/**
 * Locks a folder, which is made if need be, until the returned function is called or the process is gone. Throws where
 * another till has it, or where its sales were made in the other mode.
 */
export const lockFolder = (folder: string, mode: "simulated" | "live"): (() => void) => {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
  const unlock = FileLock.takeLock(join(folder, "till.running"))
  if (unlock === undefined) throw new Error(`${folder} is in use by another till: end it, or name another folder`)
  try {
    // An earlier version's lock, which names a process.
    fs.rmSync(join(folder, "till.lock"), { force: true })
    claim(folder, mode)
    return unlock
  } catch (error) {
    unlock()
    throw error
  }
}

const claim = (folder: string, mode: "simulated" | "live"): void => {
  const path = join(folder, "till.json")
  if (!fs.existsSync(path)) {
    fs.writeFileSync(`${path}.new`, `${JSON.stringify({ mode })}\n`, { mode: 0o600, flush: true })
    fs.renameSync(`${path}.new`, path)
    return
  }
  const mark = decode(fs.readFileSync(path, "utf8"))
  if (Result.isFailure(mark))
    throw new Error(`${path} is damaged: it should say {"mode":"simulated"} or {"mode":"live"}`)
  if (mark.success.mode !== mode) {
    throw new Error(
      `${folder} holds ${mark.success.mode} sales, and this till is ${mode}: name another folder, so that they never mix`
    )
  }
}
