/**
 * `pnpm bench clone`: how long a clone of this commit with an empty HOME takes until `./hipay-pos`, which installs its
 * dependencies, has paid a first order, and how much disk that needs. Downloads are included.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import type { Measure } from "./measure/Figure.ts"
import { rounded } from "./measure/statistics.ts"

const root = fileURLToPath(new URL("..", import.meta.url))

/** Megabytes that files take, each counted once even with several hard links. */
const megabytes = (folder: string): number =>
  Number(execFileSync("du", ["-sm", folder], { encoding: "utf8" }).split("\t")[0])

export const measure: Measure = async () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-clone-"))
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }))
  const [home, tree] = [join(folder, "home"), join(folder, "tree")]
  mkdirSync(home)
  // Without the tools of this working tree.
  const path = (process.env.PATH ?? "").split(delimiter).filter((each) => !each.includes("node_modules"))
  const env = { PATH: path.join(delimiter), HOME: home, TERM: "dumb" }
  const begin = performance.now()
  execFileSync("git", ["clone", "--quiet", root, tree], { env })
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
      { name: "clone.paid", value: rounded(seconds) },
      { name: "clone.modules", value: megabytes(join(tree, "node_modules")) }
    ]
  } finally {
    process.kill(-Number(mock.pid))
  }
}
