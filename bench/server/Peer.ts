/**
 * The general mock servers for OpenAPI, as a benchmark sees them: Prism and Mockoon, each fed with our own document.
 *
 * A peer installed in a folder is started on a free port of 127.0.0.1, without logs, files or requests of its own; if it
 * does not start, the reason is kept.
 */
import { spawnSync } from "node:child_process"
import { once } from "node:events"
import * as net from "node:net"
import { delimiter, dirname, join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { startProcess } from "./startProcess.ts"

/** A server of others. */
export interface Peer extends Disposable {
  readonly name: "prism" | "mockoon"
  /** Its version, or without a port the reason why it does not run. */
  readonly state: string
  readonly port?: number
}

const commands = {
  prism: {
    command: "prism",
    args: (document: string, port: string) => ["mock", document, "-h", "127.0.0.1", "-p", port, "-v", "silent"]
  },
  mockoon: {
    command: "mockoon-cli",
    args: (document: string, port: string) => [
      ...["start", "-d", document, "-l", "127.0.0.1", "-p", port],
      ...["--disable-log-to-file", "--disable-admin-api", "--disable-external-refs"]
    ]
  }
}

/** Both run on the Node that runs this; Prism asks for 24 or newer. */
const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}` }

/** Milliseconds to wait for a server to listen. */
const START_TIMEOUT = 30_000

/** Starts the server of that name, from the folder it is installed in, on an OpenAPI document, a file; settles when it takes connections. */
export const start = async (name: Peer["name"], document: string, folder: string): Promise<Peer> => {
  const { args } = commands[name]
  const command = join(folder, "node_modules/.bin", commands[name].command)
  const absent = (reason: string): Peer => ({ name, state: reason, [Symbol.dispose]: () => {} })
  const asked = spawnSync(command, ["--version"], { env, encoding: "utf8" })
  if (asked.error !== undefined) return absent(`${name} is not installed`)
  const version = /\d+\.\d+\.\d+/.exec(asked.stdout)?.[0] ?? "version unknown"
  const port = await freePort()
  const started = startProcess(command, args(document, String(port)), { env, stdio: "ignore" })
  const deadline = performance.now() + START_TIMEOUT
  while (!(await listens(port))) {
    const { exitCode, signalCode } = started.child
    if (exitCode !== null || signalCode !== null || performance.now() > deadline) {
      started[Symbol.dispose]()
      return absent(`${name} ${version} did not start: ${signalCode ?? `exit code ${exitCode ?? "none yet"}`}`)
    }
    await setTimeout(50)
  }
  return { name, state: version, port, [Symbol.dispose]: started[Symbol.dispose] }
}

const freePort = async (): Promise<number> => {
  const server = net.createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  server.close()
  await once(server, "close")
  if (address === null || typeof address === "string") throw new Error("no free port")
  return address.port
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect({ host: "127.0.0.1", port })
    const settle = (listening: boolean) => () => {
      socket.destroy()
      resolve(listening)
    }
    socket.once("connect", settle(true)).once("error", settle(false))
  })
