/** What the repository's README shows runs as it stands, but for the ports. */
import { type ChildProcess, execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdtempSync, readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { bundled } from "../../../tests/bundled.ts"
import { readyLine } from "./process.ts"

const repository = fileURLToPath(new URL("../../../", import.meta.url))
const readme = readFileSync(join(repository, "README.md"), "utf8")
const folder = mkdtempSync(join(tmpdir(), "readme-"))
const main = await bundled(join(repository, "packages/cli/src/main.ts"))
const hipayPos = [process.execPath, main].map((path) => JSON.stringify(path)).join(" ")

/** The commands of all shell blocks that begin so. */
const shown = (beginning: string): ReadonlyArray<string> =>
  [...readme.matchAll(/```sh\n([\s\S]*?)```/g)]
    .flatMap(([, block = ""]) => block.split(/\n(?=\.\/|npm |curl )/))
    .filter((command) => command.startsWith(beginning))
    .map((command) => command.trim().replace(/^\.\/hipay-pos/, hipayPos))

const started: Array<ChildProcess> = []

const start = async (command: string): Promise<{ readonly url: string; readonly port: number }> => {
  const child = spawn(`exec ${command} --json`, { shell: true, cwd: repository, stdio: ["ignore", "pipe", "ignore"] })
  started.push(child)
  const { url, terminals } = await readyLine(child.stdout)
  return { url, port: terminals?.[0].port }
}

const sh = async (command: string) =>
  (
    await promisify(execFile)("sh", ["-c", command], {
      cwd: repository,
      env: { ...process.env, XDG_STATE_HOME: folder }
    })
  ).stdout

let url = ""
beforeAll(async () => {
  const [mock = ""] = shown("./hipay-pos mock")
  url = (await start(`${mock} --port 0`)).url
})

afterAll(async () => {
  const ended = started.map((child) => (child.exitCode === null ? once(child, "close") : [child.exitCode]))
  for (const child of started) child.kill("SIGINT")
  for (const [code] of await Promise.all(ended)) assert.strictEqual(code, 0)
})

const there = (text: string) => text.replaceAll("http://127.0.0.1:8080", url)

describe("README", () => {
  it("pays on the command line", async () => {
    const [pay = ""] = shown("./hipay-pos pay")
    assert.match(await sh(there(pay)), /^Approved\namount +12\.50 EUR/)
  })

  it("pays with curl", async (context) => {
    const hasCurl = await sh("command -v curl").then(Boolean, () => false)
    if (!hasCurl) return context.skip("curl is not installed")
    const [curl = ""] = shown("curl")
    assert.strictEqual(JSON.parse(await sh(`${there(curl)} -s`)).paymentStatus, "Success")
  })

  it("attaches the mock to a terminal of its own", async () => {
    const [terminal = ""] = shown("./hipay-pos terminal")
    const [, attached = ""] = shown("./hipay-pos mock")
    const [, pay = ""] = shown("./hipay-pos pay")
    const { port } = await start(terminal.replace("8888", "0"))
    const at = (command: string) => command.replace("127.0.0.1:8888", `127.0.0.1:${port}`)
    const server = await start(at(attached).replace("--port 8081", "--port 0"))
    assert.match(await sh(at(pay).replace("http://127.0.0.1:8081", server.url)), /^Approved/)
  })

  it("pays in code", async () => {
    const [, code = ""] = /```ts\n([\s\S]*?)```/.exec(readme) ?? []
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--conditions=@hipay-pos/source", "--input-type=module-typescript", "--eval", there(code)],
      { cwd: join(repository, "apps/demo") }
    )
    assert.strictEqual(stdout, "Approved\n")
  })

  it("links to files that are there", () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = ""]) => link)
    assert.isAbove(links.length, 10)
    for (const link of links) assert.isTrue(existsSync(join(repository, link)), link)
  })
})
