/** How the command ends where its journal cannot be written or read while it examines. */

import { CommandFailed, program } from "@hipay-pos/cli-kit"
import { AttemptJournal } from "@hipay-pos/client"
import * as Console from "effect/Console"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"
import { makeExamineTerminalCommand } from "../src/bin/index.ts"

const commandWith = (journal: AttemptJournal.AttemptJournal) =>
  makeExamineTerminalCommand("examine-terminal", {
    journalFlag: Flag.String("journal").pipe(Flag.withDefault("")),
    journalArgument: () => Effect.succeed(""),
    openJournal: () => journal,
    madeAt: (attempts) => Effect.succeed(attempts.map((each) => ({ ...each, isCertain: true }))),
    lookUp: Effect.succeed,
    problemsOf: () => []
  })

describe("a journal that fails while a terminal is examined", () => {
  it("interrupts the examination with 5, and no request follows the one that was not recorded", async () => {
    const memory = AttemptJournal.memory()
    let opened = 0
    const journal: AttemptJournal.AttemptJournal = {
      ...memory,
      open: (opening) =>
        ++opened < 3 ? memory.open(opening) : Effect.fail(new AttemptJournal.JournalFailed({ detail: "disk full" }))
    }
    const codeBefore = process.exitCode
    const failed = await Effect.runPromise(
      Effect.flip(program(commandWith(journal), { version: "0.0.0", args: ["--simulate"] }))
    )
    process.exitCode = codeBefore
    assert.instanceOf(failed, CommandFailed)
    assert.strictEqual(failed.code, 5)
    assert.strictEqual(failed.line, "examine-terminal: broken off: the journal of attempts failed: disk full")
    assert.strictEqual(opened, 3)
  })

  it("does not call unpaid what may be recorded: what was paid is not known if it cannot be read", async () => {
    let reads = 0
    const journal: AttemptJournal.AttemptJournal = {
      ...AttemptJournal.memory(),
      attempts: Effect.suspend(() =>
        ++reads === 1 ? Effect.succeed([]) : Effect.fail(new AttemptJournal.JournalFailed({ detail: "disk gone" }))
      )
    }
    const lines: Array<string> = []
    const output = { ...console, error: (line: string) => lines.push(line) }
    const args = ["127.0.0.1:1"]
    const failed = await Effect.runPromise(
      Effect.flip(program(commandWith(journal), { version: "0.0.0", args })).pipe(
        Effect.provideService(Console.Console, output)
      )
    )
    assert.deepInclude(failed, { code: 1, line: "examine-terminal: 127.0.0.1:1 does not accept a connection" })
    assert.deepStrictEqual(lines, [
      "examine-terminal: what was paid is not known: the journal of attempts failed: disk gone. Look at the terminal's journal"
    ])
  })
})
