/** A server in a process of its own, as a benchmark sees it. */
import { once } from "node:events"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { startProcess } from "./startProcess.ts"

/** A server that was started to be measured. */
export interface Measured extends Disposable {
  readonly port: number
  /** Bytes in use once nothing is left to collect. */
  readonly memory: () => Promise<number>
  /** Microseconds of processor time since its start, all threads together. */
  readonly cpu: () => Promise<number>
  /** Bytes that are resident. */
  readonly resident: () => Promise<number>
  /** Attempts that have reached their terminals, where these are slow. */
  readonly connected: () => Promise<number>
}

/** Starts `serve.ts` with these arguments. */
export const start = async (...args: ReadonlyArray<string>): Promise<Measured> => {
  const script = fileURLToPath(new URL("serve.ts", import.meta.url))
  const started = startProcess(process.execPath, ["--conditions=@hipay-pos/source", script, ...args], {
    stdio: ["pipe", "pipe", "inherit"]
  })
  const { stdin, stdout } = started.child
  if (stdin === null || stdout === null) throw new Error("no pipes to the server")
  const lines = createInterface(stdout)
  const [port] = await once(lines, "line")
  const ask = async (question: "memory" | "cpu" | "resident" | "connected"): Promise<number> => {
    const line = once(lines, "line")
    stdin.write(`${question}\n`)
    return Number((await line)[0])
  }
  return {
    port: Number(port),
    memory: () => ask("memory"),
    cpu: () => ask("cpu"),
    resident: () => ask("resident"),
    connected: () => ask("connected"),
    [Symbol.dispose]: started[Symbol.dispose]
  }
}
