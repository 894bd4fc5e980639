/** The command line in its own process: the single published file. */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface, type Interface } from "node:readline"
import { fileURLToPath } from "node:url"
import { bundled } from "../../../tests/bundled.ts"

const folder = mkdtempSync(join(tmpdir(), "hipay-pos-cli-"))
/** The bundled program. */
export const main = await bundled(fileURLToPath(new URL("../src/main.ts", import.meta.url)))

let kept = 0
const keep = (settings: string): string => {
  const path = join(folder, `settings-${++kept}.json`)
  writeFileSync(path, settings)
  return path
}

/** Without the settings, login and colours of the machine that runs the tests. */
const quiet = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(HIPAY_POS_|FORCE_COLOR$|NO_COLOR$)/.test(name))
)

export const start = (
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>> = {},
  cwd: string = folder
): ChildProcess =>
  spawn(process.execPath, [main, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    cwd,
    env: { ...quiet, XDG_STATE_HOME: folder, ...env }
  })

/** Everything that a process printed, and its exit code. */
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

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  /** What it reads on standard input. */
  readonly input?: string
  /** The text of a file of settings. */
  readonly settings?: string
  /** The working directory; an empty one by default. */
  readonly cwd?: string
}

/** Runs a process to its end. */
export const run = (args: ReadonlyArray<string>, { env = {}, input = "", settings, cwd }: RunOptions = {}) => {
  const child = start(args, { ...env, ...(settings === undefined ? {} : { HIPAY_POS_CONFIG: keep(settings) }) }, cwd)
  child.stdin?.end(input)
  return whenClosed(child)
}

/** The first line that a process prints; rejects when it ends without one. */
const firstLine = async (lines: Interface): Promise<string> => {
  const ended = new AbortController()
  lines.once("close", () => ended.abort())
  const [line] = await once(lines, "line", { signal: ended.signal })
  return line
}

/** A server process, and its ready line. */
export const startReady = async (args: ReadonlyArray<string>) => {
  const child = start([...args, "--json"])
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  return { ready: JSON.parse(await firstLine(lines)), child, lines }
}

/** Ends a server process as Ctrl-C does, and returns its exit code. */
export const stop = async (child: ChildProcess) => {
  child.kill("SIGTERM")
  const [code] = await once(child, "close")
  return code
}
