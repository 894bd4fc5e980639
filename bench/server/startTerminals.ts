/** Terminals in a process of their own, as a benchmark sees them. */
import { startScript } from "./startScript.ts"

export interface Terminals extends Disposable {
  readonly ports: ReadonlyArray<number>
  /** The first request that one of them got. */
  readonly asked: () => Promise<Buffer>
}

/** Starts `terminals.ts` with so many terminals. */
export const startTerminals = async (count: number): Promise<Terminals> => {
  const { ready, ask, ...started } = await startScript("terminals.ts", String(count))
  return {
    ...started,
    ports: JSON.parse(ready),
    asked: async () => Buffer.from(JSON.parse(await ask("asked")), "latin1")
  }
}
