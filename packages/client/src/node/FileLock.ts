/**
 * One process at a time at a file: a second file beside it that names the process, until that process ends.
 *
 * A process that was killed leaves its lock behind; the next one sees that nobody is there any more and takes it over.
 * The time when a process started tells it from a later one with the same number, where the system shows it.
 */
import * as fs from "node:fs"

/** The processes' own name for themselves: number and start. */
const self = `${process.pid} ${startOf("self")}`

const held = new Set<string>()

/** Takes the lock of a file, or returns the number of the process that has it. Locks are given up when the process ends. */
export const takeLock = (path: string): number | undefined => {
  const lock = `${path}.lock`
  if (held.has(lock)) return undefined
  const own = `${lock}.${process.pid}`
  fs.writeFileSync(own, self, { mode: 0o600 })
  try {
    // A link is there at once with its content, or fails because another one is there.
    for (let tries = 0; tries < 3; tries++) {
      try {
        fs.linkSync(own, lock)
        held.add(lock)
        if (held.size === 1) process.once("exit", giveUp)
        return undefined
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error
      }
      const owner = readOwner(lock)
      if (owner !== undefined && isAlive(owner)) return Number.parseInt(owner, 10)
      moveAway(lock, owner)
    }
    return Number.parseInt(readOwner(lock) ?? "0", 10)
  } finally {
    fs.rmSync(own, { force: true })
  }
}

const giveUp = () => {
  for (const lock of held) {
    if (readOwner(lock) === self) fs.rmSync(lock, { force: true })
  }
}

/** Takes a dead process's lock away, but puts it back when another process has just taken it over. */
const moveAway = (lock: string, dead: string | undefined): void => {
  const aside = `${lock}.${process.pid}.old`
  try {
    fs.renameSync(lock, aside)
    if (readOwner(aside) !== dead) fs.linkSync(aside, lock)
  } catch {
    // Somebody else was faster; the next try sees whom.
  } finally {
    fs.rmSync(aside, { force: true })
  }
}

const readOwner = (lock: string): string | undefined => {
  try {
    return fs.readFileSync(lock, "utf8")
  } catch {
    return undefined
  }
}

const isAlive = (owner: string): boolean => {
  const [number = "", start = ""] = owner.split(" ")
  try {
    process.kill(Number(number), 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false
  }
  const now = startOf(number)
  return start === "" || now === "" || start === now
}

/** When a process started, in the system's own count; empty where it does not show. */
function startOf(process: string): string {
  try {
    const stat = fs.readFileSync(`/proc/${process}/stat`, "utf8")
    // The name stands in brackets and may hold anything; the start is the twentieth field behind it.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? ""
  } catch {
    return ""
  }
}
