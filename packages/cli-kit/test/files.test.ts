/** Files with secrets in them, and files of settings. */
import { execFileSync } from "node:child_process"
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { CommandFailed, readJson, readText, refuseShared } from "@hipay-pos/cli-kit"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"

const folder = mkdtempSync(join(tmpdir(), "secrets-"))

const problemOf = (path: string, env: Readonly<Record<string, string>> = {}) =>
  Effect.runSync(
    Effect.match(refuseShared("gateway: --credentials", path), {
      onSuccess: () => undefined,
      onFailure: (error) => error
    }).pipe(Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnvRecord(env)))
  )

describe.skipIf(process.platform === "win32")("a file with a secret in it", () => {
  it.each([0o640, 0o604, 0o644, 0o620, 0o666])(
    "is refused with the mode %o, in one sentence that says what to do",
    (mode) => {
      const path = join(folder, "shared.txt")
      writeFileSync(path, "shop:secret")
      chmodSync(path, mode)
      const problem = problemOf(path)
      assert.instanceOf(problem, CommandFailed)
      assert.strictEqual(problem?.code, 2)
      assert.strictEqual(
        problem?.line,
        `gateway: --credentials: ${path} holds a secret, and others on this machine have access to it: chmod 600 ${path}`
      )
    }
  )

  it.each([0o600, 0o400])("is read with the mode %o", (mode) => {
    const path = join(folder, `own-${mode}.txt`)
    writeFileSync(path, "shop:secret")
    chmodSync(path, mode)
    assert.isUndefined(problemOf(path))
  })

  it("may have any mode in systemd's credentials folder", () => {
    const path = join(folder, "handed.txt")
    writeFileSync(path, "shop:secret")
    chmodSync(path, 0o440)
    assert.instanceOf(problemOf(path), CommandFailed)
    assert.isUndefined(problemOf(path, { CREDENTIALS_DIRECTORY: folder }))
  })

  it("may come from a pipe, and a missing file is left to the reader", () => {
    const pipe = join(folder, "pipe")
    execFileSync("mkfifo", ["-m", "644", pipe])
    assert.isUndefined(problemOf(pipe))
    assert.isUndefined(problemOf(join(folder, "nowhere")))
  })
})

describe.skipIf(process.platform !== "linux")("a file that cannot be read", () => {
  const codeOf = (path: string) => Effect.runSync(Effect.flip(readText("gateway: --logins", path))).code

  it("may be read later if the disk fails, and is wrong set-up if it is missing", () => {
    // Reading it fails like a bad disk: EIO.
    assert.strictEqual(codeOf("/proc/self/mem"), 75)
    assert.strictEqual(codeOf(join(folder, "nowhere")), 2)
  })
})

describe("a file of settings", () => {
  const read = (text: string) => {
    const path = join(folder, "settings.json")
    writeFileSync(path, text)
    return Effect.runSync(
      Effect.match(readJson("gateway: --terminals", path), {
        onSuccess: (json) => json,
        onFailure: ({ line }) => line?.replace(path, "FILE")
      })
    )
  }

  it("is refused if an object has a key twice, of which only the last would count, and says where", () => {
    assert.strictEqual(
      read('{ "terminals": [\n  { "host": "192.168.1.20", "host": "192.168.1.21" }\n] }'),
      "gateway: --terminals: FILE has the same key twice in one object; the second one is in line 2, column 29"
    )
    assert.deepStrictEqual(read('{"a":{"host":1},"b":{"host":1}}'), { a: { host: 1 }, b: { host: 1 } })
  })

  it("is refused if a key would change the object's prototype", () => {
    assert.strictEqual(
      read('{"__proto__":1}'),
      "gateway: --terminals: FILE has a key in line 1, column 2 that is not allowed"
    )
  })
})
