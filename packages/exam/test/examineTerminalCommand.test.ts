/** How the command ends where its journal cannot be written while it examines. */

import { CommandFailed, program } from "@hipay-pos/cli-kit"
import { AttemptJournal } from "@hipay-pos/client"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"
import { makeExamineTerminalCommand } from "../src/bin/index.ts"

describe("a journal that fails while a terminal is examined", () => {
  it("interrupts the examination with 5, and no request follows the one that was not recorded", async () => {
    const memory = AttemptJournal.memory()
    let opened = 0
    const journal: AttemptJournal.AttemptJournal = {
      ...memory,
      open: (opening) =>
        ++opened < 3 ? memory.open(opening) : Effect.fail(new AttemptJournal.JournalFailed({ detail: "disk full" }))
    }
    const command = makeExamineTerminalCommand("examine-terminal", {
      journalFlag: Flag.String("journal").pipe(Flag.withDefault("")),
      journalArgument: () => Effect.succeed(""),
      openJournal: () => journal,
      madeAt: (attempts) => Effect.succeed(attempts.map((each) => ({ ...each, isCertain: true }))),
      lookUp: Effect.succeed,
      problemsOf: () => []
    })
    const codeBefore = process.exitCode
    const failed = await Effect.runPromise(Effect.flip(program(command, { version: "0.0.0", args: ["--simulate"] })))
    process.exitCode = codeBefore
    assert.instanceOf(failed, CommandFailed)
    assert.strictEqual(failed.code, 5)
    assert.strictEqual(failed.line, "examine-terminal: broken off: the journal of attempts failed: disk full")
    assert.strictEqual(opened, 3)
  })
})
