/** A mock of the bundled program: which Node modules it loads, and how it uses its light responses. */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { assert, beforeAll, it } from "vitest"
import { bundleBin } from "../../../scripts/bundleBin.ts"
import { payAt } from "./payAt.ts"
import { stop } from "./process.ts"

const folder = mkdtempSync(join(tmpdir(), "bundled-"))

const program = join(folder, "hipay-pos.cjs")
const loaded = join(folder, "loaded.json")
const hook = join(folder, "hook.cjs")

beforeAll(async () => {
  // As it is published.
  await bundleBin(fileURLToPath(new URL("../src/main.ts", import.meta.url)), program, { external: ["postgres"] })
  const write = `require("node:fs").writeFileSync(${JSON.stringify(loaded)}, JSON.stringify(process.moduleLoadList))`
  writeFileSync(hook, `process.on("exit", () => ${write})`)
})

const startMock = async () => {
  const child: ChildProcess = spawn(
    process.execPath,
    ["--require", hook, program, "mock", "--port", "0", "--log-level", "none", "--json"],
    { stdio: ["ignore", "pipe", "pipe"] }
  )
  let problems = ""
  child.stderr?.on("data", (text) => {
    problems += text
  })
  const [line] = await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), "line")
  const { url, control } = JSON.parse(line) as { url: string; control: { url: string; token: string } }
  const close = async () => {
    assert.deepStrictEqual([await stop(child), problems], [0, ""])
  }
  return { url, control, close }
}

it("takes an order without Node's HTTP client and TLS, which come with Node's own Request and Response", async () => {
  const { url, close } = await startMock()
  assert.strictEqual((await payAt(url, "FIRST", 8888)).status, 200)
  const headers = { authorization: `Basic ${btoa("merchant:secret")}` }
  assert.strictEqual((await fetch(`${url}/attempts`, { headers })).status, 200)
  await close()
  const modules: ReadonlyArray<string> = JSON.parse(readFileSync(loaded, "utf8"))
  assert.include(modules, "NativeModule http")
  for (const name of ["internal/deps/undici/undici", "http2", "tls"]) assert.notInclude(modules, `NativeModule ${name}`)
})

it.each(["reset", "half-body"])("loses the answer of an order through the connection fault %s", async (fault) => {
  const { url, control, close } = await startMock()
  await fetch(`${control.url}/http-fault`, {
    method: "PUT",
    headers: { authorization: `Bearer ${control.token}`, "content-type": "application/json" },
    body: JSON.stringify({ fault })
  })
  const lost = await payAt(url, "LOST", 8888)
    .then((response) => response.text())
    .catch((error: unknown) => error)
  assert.instanceOf(lost, TypeError)
  assert.strictEqual((await payAt(url, "NEXT", 8888)).status, 200)
  await close()
})
