/** Where alarms may be sent. */
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { StartFailed } from "@hipay-pos/server/node"
import { assert, describe, it } from "vitest"
import { checkAlarms } from "../../src/node/startAlarms.ts"

describe("the address of alarms", () => {
  const check = (url: string) => checkAlarms({ url, secret: "of its own" }, false)

  it.each(["https://alarms.shop.example/", "http://127.0.0.1:9000/alarm", "http://[::1]:9000/alarm"])(
    "is safe: %s",
    (url) => assert.doesNotThrow(() => check(url))
  )

  it.each([
    "http://192.168.1.20/alarm",
    "http://127.shop.example/alarm",
    "https://a:b@shop.example/",
    "https://:b@shop.example/"
  ])("is refused: %s", (url) => assert.throws(() => check(url), StartFailed))
})

describe("the program of alarms", () => {
  const folder = mkdtempSync(join(tmpdir(), "program-"))
  const file = join(folder, "take-alarm")
  writeFileSync(file, "#!/bin/sh\n", { mode: 0o600 })
  const check = (command: string) => checkAlarms({ command }, false)

  it.each([process.execPath, "sh"])("is a file that may be run, by its path or its name: %s", (command) =>
    assert.doesNotThrow(() => check(command))
  )

  it.each(["/nonexistent", "no-such-program", folder, file, `${process.execPath} --version`])("is not: %s", (command) =>
    assert.throws(
      () => check(command),
      StartFailed,
      `--alarm-command: expected a program that this user may run, got ${command}`
    )
  )
})
