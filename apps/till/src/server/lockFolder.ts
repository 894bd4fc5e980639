/** One till at a time on a folder: two would each keep sales that the other never sees. */
import * as fs from "node:fs"
import { join } from "node:path"

/** Locks a folder, which is made if need be, until the returned function is called or the process has gone. */
export const lockFolder = (folder: string): (() => void) => {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, "till.lock")
  const owner = ownerOf(path)
  if (owner !== undefined && (owner === process.pid || isAlive(owner))) {
    throw new Error(`${folder} is in use by another till (process ${owner})`)
  }
  fs.rmSync(path, { force: true })
  fs.writeFileSync(path, String(process.pid), { flag: "wx", mode: 0o600 })
  return () => fs.rmSync(path, { force: true })
}

const ownerOf = (path: string): number | undefined => {
  try {
    return Number(fs.readFileSync(path, "utf8")) || undefined
  } catch {
    return undefined
  }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"
  }
}
