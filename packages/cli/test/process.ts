/** The command line as a process of its own. */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url))

export const start = (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}): ChildProcess =>
  spawn(process.execPath, ["--conditions=@hipay-pos/source", main, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env }
  })

/** What a process printed by its end, and its exit code. */
export const whenClosed = async (child: ChildProcess) => {
  let stdout = ""
  let stderr = ""
  child.stdout?.on("data", (text) => {
    stdout += text
  })
  child.stderr?.on("data", (text) => {
    stderr += text
  })
  const [code] = await once(child, "close")
  return { code, stdout, stderr }
}

/** A process to its end. */
export const run = (args: ReadonlyArray<string>, env?: Readonly<Record<string, string>>) => whenClosed(start(args, env))
