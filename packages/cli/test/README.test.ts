/** The README's commands work exactly as shown. */
import { mkdtempSync, readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { SettingsOfVerbs } from "@hipay-pos/cli-kit"
import { afterAll, assert, describe, it } from "vitest"
import * as ExitCode from "../src/ExitCode.ts"
import { inside } from "./inside.ts"
import { run, startReady, stop } from "./process.ts"

const folder = mkdtempSync(join(tmpdir(), "readme-"))
afterAll(() => {
  process.exitCode = undefined
})

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")

const commands = [...readme.matchAll(/^hipay-pos (.*?)(?: +#.*)?$/gm)].map(([, args = ""]) => args.split(" "))

describe("README", () => {
  it("shows commands that end well, against the servers that it starts", async () => {
    const [mock, terminal, ...others] = commands
    assert.deepStrictEqual([mock, terminal], [["mock"], ["terminal"]])
    const servers = await Promise.all([startReady(["mock", "--port", "0"]), startReady(["terminal", "--port", "0"])])
    const [api, simulator] = servers.map(({ ready }) => ready)
    const port = simulator.terminals[0].port
    assert.isAbove(others.length, 5)
    const journal = join(folder, "attempts.db")
    for (const args of others) {
      const there = args.map((arg) => arg.replace("http://127.0.0.1:8080", api.url).replace(":8888", `:${port}`))
      const { code, stderr } = await inside(there, { HIPAY_POS_TRIGGER_URL: api.url, HIPAY_POS_JOURNAL: journal })
      assert.strictEqual(code, 0, `${args.join(" ")}: ${stderr}`)
    }
    for (const { child } of servers) assert.strictEqual(await stop(child), 0)
  })

  it("has the table of exit codes that the help has", () => {
    assert.include(readme, ExitCode.toMarkdown())
  })

  it("names every verb of the help", async () => {
    const { stdout } = await run(["--help"])
    const verbs = /START A SERVER\n([\s\S]*?)EVERYWHERE/.exec(stdout)?.[1]?.match(/^ +([\w-]+)/gm) ?? []
    assert.isAbove(verbs.length, 25)
    for (const verb of verbs) assert.match(readme, new RegExp(`^\\| .*\`${verb.trim()}\\b`, "m"))
  })

  it("shows a file of settings that is one", async () => {
    const settings = /```json\n(\{\n[\s\S]*?)```/.exec(readme)?.[1] ?? ""
    assert.include(settings, '"mock"')
    assert.include(readme, SettingsOfVerbs.FILE)
    const { code, stderr } = await run(["decode", "CZ0040300"], { settings })
    assert.strictEqual(code, 0, stderr)
  })
})
