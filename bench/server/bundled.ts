/** The published bin as its users start it: how long until it answers, and what it takes while it waits. */
import { once } from "node:events"
import { existsSync, readFileSync } from "node:fs"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { startProcess } from "./startProcess.ts"

/** Milliseconds from the start of the process to its first answer, and the memory it then holds. */
export interface Started {
  readonly milliseconds: number
  readonly megabytes: number
}

const bin = fileURLToPath(new URL("../../packages/server-mock/dist/bin/main.js", import.meta.url))

/** `undefined` where the bin has not been built. */
export const startBundled = async (): Promise<Started | undefined> => {
  if (!existsSync(bin)) return undefined
  const begin = performance.now()
  using started = startProcess(process.execPath, [bin, "--port", "0", "--json"], {
    stdio: ["ignore", "pipe", "ignore"]
  })
  const { pid, stdout } = started.child
  if (stdout === null) throw new Error("no pipe from the bin")
  const [line] = await once(createInterface(stdout), "line")
  await (await fetch(`${JSON.parse(line).url}/v1/connector/healthcheck`)).text()
  const milliseconds = Math.round(performance.now() - begin)
  // A second later, once what the start left behind has been collected.
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  const megabytes = Math.round(residentBytes(pid) / 1e6)
  // In order, so that what was compiled is kept for the next start, as it is for its users.
  const ended = once(started.child, "exit")
  started.child.kill("SIGTERM")
  await ended
  return { milliseconds, megabytes }
}

/** The resident memory of a process. */
export const residentBytes = (pid = 0): number =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024
