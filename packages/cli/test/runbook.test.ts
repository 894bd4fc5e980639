/** The runbook's commands, which people type in the middle of the night, are valid as printed. */
import { mkdtempSync, readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { runInside } from "./inside.ts"

const folder = mkdtempSync(join(tmpdir(), "runbook-"))

const runbook = readFileSync(new URL("../../../docs/runbook.md", import.meta.url), "utf8")

/** The commands with flags: without any, the text only names a verb. */
const commands = [...runbook.matchAll(/`hipay-pos ([^`]* --[^`]*)`/g)].map(([, args = ""]) => args)

/** Splits it like a shell. */
const wordsOf = (command: string): ReadonlyArray<string> =>
  [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "")

const env = {
  HIPAY_POS_USERNAME: "shop",
  HIPAY_POS_PASSWORD: "of-the-shop",
  HIPAY_POS_JOURNAL: join(folder, "attempts.db")
}

describe("the runbook", () => {
  it("has a command for each way to resolve a payment", () => {
    const resolves = commands.filter((command) => command.startsWith("resolve "))
    for (const outcome of ["approved", "declined", "set-aside"])
      assert.isTrue(
        resolves.some((command) => wordsOf(command).includes(outcome)),
        outcome
      )
  })

  it.each(commands)("shows a command that reaches the gateway: %s", async (command) => {
    const args = wordsOf(command).map((word) => word.replace("127.0.0.1:8080", "127.0.0.1:1"))
    const { stderr } = await runInside(args, { env })
    assert.include(stderr, "http://127.0.0.1:1 does not answer")
  })
})
