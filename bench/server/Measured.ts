/** A server in a process of its own, as a benchmark sees it. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"

/** A server that was started to be measured. */
export interface Measured extends Disposable {
  readonly port: number
  /** Bytes in use once nothing is left to collect. */
  readonly memory: () => Promise<number>
}

/** Starts `serve.ts` with these arguments. */
export const start = async (...args: ReadonlyArray<string>): Promise<Measured> => {
  const script = fileURLToPath(new URL("serve.ts", import.meta.url))
  const child = spawn(process.execPath, ["--conditions=@hipay-pos/source", script, ...args], {
    stdio: ["pipe", "pipe", "inherit"]
  })
  // However this process ends, the server must not outlive it.
  process.once("exit", () => child.kill())
  const lines = createInterface(child.stdout)
  const [port] = await once(lines, "line")
  return {
    port: Number(port),
    memory: async () => {
      const line = once(lines, "line")
      child.stdin.write("\n")
      return Number((await line)[0])
    },
    [Symbol.dispose]: () => {
      child.kill()
    }
  }
}
