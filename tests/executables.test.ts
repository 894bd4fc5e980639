/**
 * `hipay-pos` as one file, after `pnpm executables`: the one for this system starts a mock with its pages and pays; of the others
 * only the file format is checked. Runs with EXECUTABLES=1, because building takes a minute and half a gigabyte.
 */
import { execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, openSync, readSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { assert, describe, it } from "vitest"

const folder = fileURLToPath(new URL("../dist/executables/", import.meta.url))
const skip = process.env.EXECUTABLES !== "1"
const own = join(folder, `hipay-pos-linux-${process.arch}`)

/** The first bytes of a program for each system. */
const formats: Readonly<Record<string, string>> = {
  "hipay-pos-linux-x64": "7f454c46",
  "hipay-pos-linux-arm64": "7f454c46",
  "hipay-pos-macos-x64": "cffaedfe",
  "hipay-pos-macos-arm64": "cffaedfe",
  "hipay-pos-windows-x64.exe": "4d5a"
}

describe.skipIf(skip)("the executables", () => {
  it.skipIf(process.platform !== "linux")(
    "of this system starts a mock with its pages, and pays an order there",
    { timeout: 300_000 },
    async () => {
      // With it, the program finds neither Node nor this project.
      const env = { PATH: "/nowhere", HOME: "/nowhere", XDG_STATE_HOME: "/nowhere" }
      const mock = spawn(own, ["mock", "--port", "0", "--json"], { env, stdio: ["ignore", "pipe", "ignore"] })
      try {
        const [line] = await once(createInterface({ input: mock.stdout }), "line")
        const { url } = JSON.parse(String(line)) as { readonly url: string }
        for (const page of ["/", "/docs", "/docs/reference/standalone.esm.js", "/docs/reference/LICENSES.txt"]) {
          assert.strictEqual((await fetch(url + page)).status, 200, page)
        }
        assert.include(await (await fetch(`${url}/docs`)).text(), "/docs/reference.js")
        const pay = [
          "pay",
          "12.50",
          "--url",
          url,
          "--terminal",
          "192.168.1.20",
          "--journal",
          join(mkdtempSync(join(tmpdir(), "hipay-pos-executable-")), "attempts.db")
        ]
        const { stdout } = await promisify(execFile)(own, [...pay, "--json", "--order-id", `SALE-${Date.now()}`], {
          env
        })
        assert.include(stdout, '"outcome":"approved"')
      } finally {
        mock.kill("SIGTERM")
        await once(mock, "exit")
      }
    }
  )

  for (const [name, magic] of Object.entries(formats)) {
    it(`${name} begins as programs of its system do, and has the size of a Node; it is not started`, () => {
      const bytes = Buffer.alloc(magic.length / 2)
      readSync(openSync(join(folder, name), "r"), bytes)
      assert.strictEqual(bytes.toString("hex"), magic)
      assert.isAbove(statSync(join(folder, name)).size, 100e6)
    })
  }
})
