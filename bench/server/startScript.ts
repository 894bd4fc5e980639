/** A script of this folder in a process of its own: it prints one line once it is ready, and answers each question by one. */
import { once } from "node:events"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { startProcess } from "./startProcess.ts"

export interface Script extends Disposable {
  /** What it printed once it was ready. */
  readonly ready: string
  readonly ask: (question: string) => Promise<string>
}

/** Starts the script of that name, such as `serve.ts`. */
export const startScript = async (name: string, ...args: ReadonlyArray<string>): Promise<Script> => {
  const script = fileURLToPath(new URL(name, import.meta.url))
  const started = startProcess(process.execPath, ["--conditions=@hipay-pos/source", script, ...args], {
    stdio: ["pipe", "pipe", "inherit"]
  })
  const { stdin, stdout } = started.child
  if (stdin === null || stdout === null) throw new Error(`no pipes to ${name}`)
  const lines = createInterface(stdout)
  const nextLine = async (): Promise<string> => (await once(lines, "line"))[0]
  const ready = await nextLine()
  return {
    ready,
    ask: (question) => {
      const line = nextLine()
      stdin.write(`${question}\n`)
      return line
    },
    [Symbol.dispose]: started[Symbol.dispose]
  }
}
