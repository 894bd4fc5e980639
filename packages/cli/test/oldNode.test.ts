/** The published bin: on a Node older than its manifest requires, and what it caches for its next start. */
import { spawnSync } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, dirname, join } from "node:path"
import { assert, describe, it } from "vitest"
import { launcher } from "../../../scripts/launcher.ts"
import { main, start } from "./process.ts"

const { engines } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  readonly engines: { readonly node: string }
}

const bin = join(dirname(main), "bin.js")
writeFileSync(bin, launcher("hipay-pos", engines.node, basename(main)))

const run = (node: string, ...args: ReadonlyArray<string>) => spawnSync(node, [bin, ...args], { encoding: "utf8" })

/** The system's own Node, if it is an old one. */
const old = ["/usr/bin/node", "/usr/local/bin/node"].find(
  (path) => existsSync(path) && /^v(1\d|20|21)\./.test(spawnSync(path, ["--version"], { encoding: "utf8" }).stdout)
)

describe("the bin", () => {
  it.skipIf(old === undefined)("says in one sentence which Node it needs on an older one: 2", () => {
    const { status, stdout, stderr } = run(old ?? "", "--version")
    assert.strictEqual(status, 2)
    assert.strictEqual(stdout, "")
    assert.match(
      stderr,
      /^hipay-pos: Node 22\.19 or newer is needed, and this is Node \d+\.\d+\.\d+\. Install a newer Node, then run it again\.\n$/
    )
  })

  it("runs the program on the Node that it needs, with its arguments and its exit code", () => {
    assert.match(run(process.execPath, "--version").stdout, /^hipay-pos \d/)
    assert.strictEqual(run(process.execPath, "no-such-verb").status, 2)
  })

  it("loads SQLite, about which Node 22 warns, only to open an SQLite file", () => {
    const program = readFileSync(main, "utf8")
    assert.include(program, 'getBuiltinModule("node:sqlite")')
    assert.notInclude(program, 'require("node:sqlite")')
  })

  it("keeps Node's compile cache even if it is killed", async () => {
    const compiled = mkdtempSync(join(tmpdir(), "compiled-"))
    const child = start(["mock", "--port", "0", "--json"], { NODE_COMPILE_CACHE: compiled })
    await once(child.stdout as NodeJS.ReadableStream, "data")
    child.kill("SIGKILL")
    await once(child, "close")
    const files = readdirSync(compiled, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())
    assert.isNotEmpty(files)
  })

  it("requires a version that can be compared", () => {
    assert.throws(() => launcher("hipay-pos", "^22", "main.js"), "expected >=MAJOR.MINOR.0, got ^22")
  })
})
