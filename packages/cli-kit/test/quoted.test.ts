import { execFileSync } from "node:child_process"
import { assert, describe, it } from "vitest"
import { quoted } from "../src/quoted.ts"

describe("a text in a command that is printed", () => {
  it("is unquoted if a shell takes it so", () => {
    for (const text of ["x.db", "/var/lib/till-1/attempts.db", "C:/till/a.db"]) assert.strictEqual(quoted(text), text)
  })

  it.skipIf(process.platform === "win32")("comes back from a shell as it was", () => {
    for (const text of ["my till/a.db", "it's.db", "$HOME/`id`.db", 'a\\b"c.db', "~/a.db", "a;b&c|d>e", "é.db", ""]) {
      assert.strictEqual(execFileSync("sh", ["-c", `printf %s ${quoted(text)}`], { encoding: "utf8" }), text)
    }
  })
})
