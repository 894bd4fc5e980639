/** A bundled program as its users start it: the time until it answers, and the resources it uses while it waits. */
import { once } from "node:events"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { bundleBin } from "../../scripts/bundleBin.ts"
import { launcher } from "../../scripts/launcher.ts"
import { startProcess } from "./startProcess.ts"

/** The milliseconds from the start of the process to its first answer, and its memory then. */
export interface Started {
  readonly milliseconds: number
  /** Processor time of all its threads. */
  readonly processor: number
  readonly megabytes: number
}

/** The published mock; `undefined` where it has not been built. */
export const publishedMock = (): string | undefined => {
  const bin = fileURLToPath(new URL("../../packages/server-mock/dist/bin/main.js", import.meta.url))
  return existsSync(bin) ? bin : undefined
}

/** A bare Hono echo, bundled and started as the published programs are; its folder is gone with this process. */
export const bundledEcho = async (): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), "bench-echo-"))
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }))
  await bundleBin(fileURLToPath(new URL("echo.ts", import.meta.url)), join(folder, "echo.cjs"))
  const bin = join(folder, "main.js")
  writeFileSync(join(folder, "package.json"), `{ "type": "module" }`)
  writeFileSync(bin, launcher("echo", ">=22.19.0", "echo.cjs"))
  return bin
}

/** Starts a bundled program that says where it listens. */
export const startBundled = async (bin: string): Promise<Started> => {
  const begin = performance.now()
  using started = startProcess(process.execPath, [bin, "--port", "0", "--json"], {
    stdio: ["ignore", "pipe", "ignore"]
  })
  const { pid, stdout } = started.child
  if (stdout === null) throw new Error("no pipe from the bin")
  const [line] = await once(createInterface(stdout), "line")
  await (await fetch(`${JSON.parse(line).url}/v1/connector/healthcheck`)).text()
  const milliseconds = Math.round(performance.now() - begin)
  const processor = processorTime(pid)
  // A second later, once the garbage of the start has been collected.
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  const megabytes = Math.round(residentBytes(pid) / 1e6)
  // Stopped properly, so that compiled code is kept for the next start, as it is for its users.
  const ended = once(started.child, "exit")
  started.child.kill("SIGTERM")
  await ended
  return { milliseconds, processor, megabytes }
}

/** The resident memory of a process. */
export const residentBytes = (pid = 0): number =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024

/** Milliseconds of the processor that a process has used: Linux counts hundredths of a second. */
const processorTime = (pid = 0): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}
