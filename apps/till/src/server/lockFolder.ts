/**
 * One till at a time on a folder: two would each keep sales that the other never sees.
 *
 * The lock names its process, and when that started where the system shows it: a till that was killed leaves its lock
 * behind, and after a restart of the machine another process may have its number.
 */
import * as fs from "node:fs"
import { join } from "node:path"

/** Locks a folder, which is made if need be, until the returned function is called or the process has gone. */
export const lockFolder = (folder: string): (() => void) => {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, "till.lock")
  const owner = readOwner(path)
  if (owner !== undefined && isAlive(owner)) {
    throw new Error(`${folder} is in use by another till (process ${owner.pid})`)
  }
  fs.rmSync(path, { force: true })
  fs.writeFileSync(path, `${process.pid} ${startOf(process.pid)}`, { flag: "wx", mode: 0o600 })
  return () => fs.rmSync(path, { force: true })
}

interface Owner {
  readonly pid: number
  readonly start: string
}

const readOwner = (path: string): Owner | undefined => {
  const [, pid, start = ""] = /^(\d+) (\d*)/.exec(readText(path)) ?? []
  return pid === undefined ? undefined : { pid: Number(pid), start }
}

const isAlive = ({ pid, start }: Owner): boolean => {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // A process of somebody else's cannot be signalled, and is alive all the same.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false
  }
  return start === startOf(pid)
}

/** When a process started, in ticks since the machine did; empty where the system does not show it. */
const startOf = (pid: number): string => {
  // Behind the name, which stands in brackets and may hold brackets and blanks of its own.
  const fields = readText(`/proc/${pid}/stat`).split(")").at(-1)?.trim().split(" ") ?? []
  return fields[19] ?? ""
}

const readText = (path: string): string => {
  try {
    return fs.readFileSync(path, "utf8")
  } catch {
    return ""
  }
}
