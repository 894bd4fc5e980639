/** Terminals in a process of their own, as a benchmark sees them. */
import { once } from "node:events"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { startProcess } from "./startProcess.ts"

export interface Terminals extends Disposable {
  readonly ports: ReadonlyArray<number>
  /** The first request that one of them got. */
  readonly asked: () => Promise<Buffer>
}

/** Starts `terminals.ts` with so many terminals. */
export const startTerminals = async (count: number): Promise<Terminals> => {
  const script = fileURLToPath(new URL("terminals.ts", import.meta.url))
  const started = startProcess(process.execPath, ["--conditions=@hipay-pos/source", script, String(count)], {
    stdio: ["pipe", "pipe", "inherit"]
  })
  const { stdin, stdout } = started.child
  if (stdin === null || stdout === null) throw new Error("no pipes to the terminals")
  const lines = createInterface(stdout)
  const [ports] = await once(lines, "line")
  return {
    ports: JSON.parse(ports),
    asked: async () => {
      const line = once(lines, "line")
      stdin.write("asked\n")
      return Buffer.from(JSON.parse((await line)[0]), "latin1")
    },
    [Symbol.dispose]: started[Symbol.dispose]
  }
}
