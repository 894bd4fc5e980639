/**
 * `pnpm bench clone`: a clone of this commit with an empty HOME, until its first order is paid by the commands of the README,
 * and what it then takes on the disk. The package manager's downloads are part of it.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import type { Measure } from "./measure/Figure.ts"
import { rounded } from "./measure/statistics.ts"

const root = fileURLToPath(new URL("..", import.meta.url))

/** Megabytes that files take, each counted once however many names it has. */
const megabytes = (folder: string): number =>
  Number(execFileSync("du", ["-sm", folder], { encoding: "utf8" }).split("\t")[0])

export const measure: Measure = async () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-clone-"))
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }))
  const [home, tree] = [join(folder, "home"), join(folder, "tree")]
  mkdirSync(home)
  const env = { PATH: process.env.PATH ?? "", HOME: home, TERM: "dumb" }
  const begin = performance.now()
  execFileSync("git", ["clone", "--quiet", root, tree], { env })
  execFileSync("npx", ["-y", "pnpm@12.4.2", "install", "--frozen-lockfile"], { cwd: tree, env, stdio: "ignore" })
  const installed = performance.now()
  const mock: ChildProcess = spawn("./hipay-pos", ["mock", "--port", "0", "--json"], {
    cwd: tree,
    env,
    stdio: ["ignore", "pipe", "inherit"],
    detached: true
  })
  try {
    if (mock.stdout === null) throw new Error("no pipe from the mock")
    const [line] = await once(createInterface(mock.stdout), "line")
    mock.stdout.resume()
    const { url } = JSON.parse(line) as { readonly url: string }
    execFileSync("./hipay-pos", ["trigger", "approved", "--url", url], { cwd: tree, env, stdio: "ignore" })
    const seconds = (performance.now() - begin) / 1_000
    return [
      { name: "clone.paid", value: rounded(seconds), beside: { installed: rounded((installed - begin) / 1_000) } },
      { name: "clone.modules", value: megabytes(join(tree, "node_modules")) }
    ]
  } finally {
    process.kill(-Number(mock.pid))
  }
}
