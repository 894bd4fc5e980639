/** A server in a process of its own, as a benchmark sees it. */
import { startScript } from "./startScript.ts"

/** A server that was started to be measured. */
export interface Measured extends Disposable {
  readonly port: number
  /** Bytes in use once nothing is left to collect. */
  readonly memory: () => Promise<number>
  /** Microseconds of processor time since its start, all threads together. */
  readonly cpu: () => Promise<number>
  /** Bytes that are resident. */
  readonly resident: () => Promise<number>
  /** Attempts that have reached their terminals, with slow terminals. */
  readonly connected: () => Promise<number>
}

/** Starts `serve.ts` with these arguments. */
export const start = async (...args: ReadonlyArray<string>): Promise<Measured> => {
  const { ready, ask, ...started } = await startScript("serve.ts", ...args)
  const numberOf = async (question: "memory" | "cpu" | "resident" | "connected") => Number(await ask(question))
  return {
    ...started,
    port: Number(ready),
    memory: () => numberOf("memory"),
    cpu: () => numberOf("cpu"),
    resident: () => numberOf("resident"),
    connected: () => numberOf("connected")
  }
}
