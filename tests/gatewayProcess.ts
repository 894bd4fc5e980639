/** The gateway as a process of its own: the one file that is published. */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { bundleBin } from "../scripts/bundleBin.ts"
import { bundled } from "./bundled.ts"
import { orderFor } from "./order.ts"

/** A folder for stores, removed after the tests. */
export const folder = mkdtempSync(join(tmpdir(), "hipay-pos-gateway-"))

const source = fileURLToPath(new URL("../packages/gateway/src/bin/main.ts", import.meta.url))

const main = await bundled(source)

/** A gateway without the fence: it does not check its lease before the first byte. */
export const bundleWithoutFence = async (): Promise<string> => {
  const program = join(folder, "without-fence.js")
  let changed = 0
  const transform = (code: string, path: string) => {
    if (!path.endsWith("PostgresStore.ts")) return code
    const without = code.replace("lease.isHeld(owner)", "true")
    if (without !== code) changed++
    return without
  }
  await bundleBin(source, program, { plugins: [{ name: "without-fence", transform }] })
  if (changed !== 1) throw new Error(`the fence stands at ${changed} places of PostgresStore.ts`)
  return program
}

export const login = { HIPAY_POS_USERNAME: "shop", HIPAY_POS_PASSWORD: "of its own" }
export const authorization = `Basic ${btoa("shop:of its own")}`

const spawnGateway = (
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>>,
  { stderr = "pipe", program = main, through = [] }: Omit<GatewayProcessOptions, "env"> = {}
): ChildProcess => {
  const [command = "", ...rest] = [...through, process.execPath, program, ...args]
  return spawn(command, rest, {
    stdio: ["ignore", "pipe", stderr],
    cwd: folder,
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...env }
  })
}

/** How a gateway's process is started. */
export interface GatewayProcessOptions {
  /** Where its log goes; kept by default. */
  readonly stderr?: number | "pipe"
  readonly env?: Readonly<Record<string, string>>
  /** Another bundle than that of all tests. */
  readonly program?: string
  /** The command that runs it, such as `ip netns exec NAME`. */
  readonly through?: ReadonlyArray<string>
}

/** A gateway that is ready. */
export interface GatewayProcess {
  readonly url: string
  /** Where its metrics are, with `--metrics-port`. */
  readonly metrics?: string | undefined
  /** Ends it as a power cut does: no code of it runs any more. */
  readonly kill: () => void
  /** Ends it as an operator does. */
  readonly stop: () => void
  /** Suspends it until it is thawed. Its connections stay. */
  readonly freeze: () => void
  readonly thaw: () => void
  /** Makes it read its settings again. */
  readonly hangUp: () => void
  /** Its log so far; empty where that goes elsewhere. */
  readonly log: () => string
  /** Its exit code, or null where it was killed. */
  readonly ended: Promise<number | null>
  readonly request: (method: string, path: string, body?: unknown, signal?: AbortSignal) => Promise<Response>
}

/** Starts a gateway on any free port, and waits until it is ready. Its log goes to the descriptor `stderr`, if any. */
export const startGatewayProcess = async (
  args: ReadonlyArray<string>,
  { env = {}, ...options }: GatewayProcessOptions = {}
): Promise<GatewayProcess> => {
  const child = spawnGateway(["--port", "0", "--json", ...args], { ...login, ...env }, options)
  const ended = once(child, "close").then(([code]) => code as number | null)
  let said = ""
  child.stderr?.on("data", (text) => {
    said += text
  })
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  const line = await Promise.race([
    once(lines, "line").then(([text]) => String(text)),
    ended.then((code) => {
      throw new Error(`the gateway ended with ${code}: ${said}`)
    })
  ])
  const { url, metrics } = JSON.parse(line) as { readonly url?: string; readonly metrics?: string }
  if (url === undefined) throw new Error(`the gateway is not ready: ${line}`)
  return {
    url,
    metrics,
    kill: () => void child.kill("SIGKILL"),
    stop: () => void child.kill("SIGTERM"),
    freeze: () => void child.kill("SIGSTOP"),
    thaw: () => void child.kill("SIGCONT"),
    hangUp: () => void child.kill("SIGHUP"),
    log: () => said,
    ended,
    request: (method, path, body, signal) =>
      fetch(`${url}${path}`, {
        method,
        signal: signal ?? null,
        headers: { authorization, "content-type": "application/json", connection: "close" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) })
      })
  }
}

/** A gateway that is expected to refuse to start: what it said, and its exit code. */
export const runGateway = async (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = login) => {
  const child = spawnGateway(args, env)
  let stdout = ""
  let stderr = ""
  child.stdout?.on("data", (text) => {
    stdout += text
  })
  child.stderr?.on("data", (text) => {
    stderr += text
  })
  const [code] = await once(child, "close")
  return { code: code as number | null, stdout, stderr }
}

/** The order of a till for a terminal on this machine, 12.45 EUR. */
export const orderAt = (port: number, orderId: string) => orderFor(orderId, { host: "127.0.0.1", port })
