/** The mock as a process of its own: the one file that is published. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { bundled } from "./bundled.ts"

const main = await bundled(fileURLToPath(new URL("../packages/server-mock/src/bin/main.ts", import.meta.url)))

/** Starts one on any free port, and waits until it is ready. Rejects with its exit code and output if it ends. */
export const startMockProcess = async (args: ReadonlyArray<string>, env: NodeJS.ProcessEnv = {}) => {
  const child = spawn(process.execPath, [main, "--port", "0", "--json", ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"]
  })
  const ended = once(child, "close").then(([code]) => code as number | null)
  let said = ""
  child.stderr.on("data", (text) => {
    said += text
  })
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), "line").then(([text]) => String(text)),
    ended.then((code) => {
      throw new Error(`the mock ended with ${code}: ${said}`)
    })
  ])
  const { url } = JSON.parse(line) as { readonly url?: string }
  if (url === undefined) throw new Error(`the mock ended with ${await ended}: ${line}${said}`)
  return { url, stop: () => void child.kill("SIGTERM"), ended }
}
