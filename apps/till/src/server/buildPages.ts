/** Builds the till's pages with Vite, for a demo or a test, if they are missing or older than their sources. */
import * as fs from "node:fs"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { fileURLToPath } from "node:url"

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

/** The output folder. */
export const pagesFolder = path("../../dist/web")

const sources = [
  path(".."),
  path("../../vite.config.ts"),
  path("../../../../packages/core/src"),
  path("../../../../packages/console/src/style/tokens.css")
]
const lock = path("../../dist/building")

/** Builds the pages if necessary, in about a second. Concurrent processes build them only once. */
export const buildPages = async (): Promise<void> => {
  const unlock = await waitForLock()
  try {
    if (timeOf(join(pagesFolder, "index.html")) > Math.max(...sources.map(timeOf))) return
    const { build } = await import("vite")
    await build({ configFile: path("../../vite.config.ts"), logLevel: "error" })
  } finally {
    unlock()
  }
}

/** When a file, or the newest file of a folder, was written; 0 if there is none. */
const timeOf = (name: string): number => {
  const stat = fs.statSync(name, { throwIfNoEntry: false })
  if (stat === undefined) return 0
  return stat.isDirectory()
    ? Math.max(0, ...fs.readdirSync(name).map((child) => timeOf(join(name, child))))
    : stat.mtimeMs
}

/** A build takes seconds: a process that died left any lock older than this. */
const LOCK_TIMEOUT = 60_000

const waitForLock = async (): Promise<() => void> => {
  fs.mkdirSync(path("../../dist"), { recursive: true })
  for (;;) {
    try {
      fs.mkdirSync(lock)
      return () => fs.rmSync(lock, { recursive: true, force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error
      if (Date.now() - timeOfLock() > LOCK_TIMEOUT) fs.rmSync(lock, { recursive: true, force: true })
      else await setTimeout(50)
    }
  }
}

const timeOfLock = (): number => fs.statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()
