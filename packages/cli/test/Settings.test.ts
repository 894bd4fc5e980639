/** The command line with settings: which file it reads, and its message for an invalid setting. */
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { SettingsOfVerbs } from "@hipay-pos/cli-kit"
import { assert, describe, it } from "vitest"
import { run } from "./process.ts"

describe.concurrent("hipay-pos with settings", () => {
  it("uses the file's settings, and names the file and the path of an error", async () => {
    const { code, stderr } = await run(["mock"], { settings: '{ "mock": { "port": 70000 } }' })
    assert.strictEqual(code, 2)
    assert.match(stderr, /settings-\d+\.json: mock\.port: --port: expected 0 to 65535, got "70000"/)
  })

  it("finds the file in the working directory, unless another one is named", async () => {
    const cwd = mkdtempSync(join(tmpdir(), "settings-"))
    writeFileSync(join(cwd, SettingsOfVerbs.FILE), '{ "mock": { "port": 70000 } }')
    writeFileSync(join(cwd, "other.json"), '\ufeff{ "mock": { "port": 80000 } }')
    assert.include((await run(["mock"], { cwd })).stderr, `${SettingsOfVerbs.FILE}: mock.port: --port`)
    assert.include((await run(["mock", "--config=other.json"], { cwd })).stderr, "other.json: mock.port: --port")
  })

  it("names the variable of an error", async () => {
    const { stderr } = await run(["mock"], { env: { HIPAY_POS_MOCK_PORT: "70000" } })
    assert.match(stderr, /HIPAY_POS_MOCK_PORT: --port: expected 0 to 65535/)
  })

  it("refuses a file that is not there: 2, as JSON too", async () => {
    const { code, stdout, stderr } = await run(["pay", "1", "--config", "/nowhere/at/all", "--json"])
    assert.strictEqual(code, 2)
    assert.include(stderr, "cannot read /nowhere/at/all")
    assert.include(JSON.parse(stdout).error.problem, "cannot read /nowhere/at/all")
  })

  it("refuses a file that is not JSON, with the place but not its content: 2", async () => {
    const { code, stderr } = await run(["pay", "1"], { settings: '{"password": s3cret}' })
    assert.strictEqual(code, 2)
    assert.include(stderr, "is not JSON from line 1, column 14 on")
    assert.notInclude(stderr, "s3c")
  })

  it("explains itself whatever the file says", async () => {
    assert.strictEqual((await run(["--help"], { settings: "{" })).code, 0)
  })
})
