/** The help of a verb. */

import { program } from "@hipay-pos/cli-kit"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import { afterEach, assert, describe, it } from "vitest"

const text = (name: string) =>
  Flag.String(name).pipe(
    Flag.withDescription(`what ${name} is, in so many words that they need two lines`),
    Flag.withDefault("")
  )

const many = Command.make("many", {
  url: text("url"),
  colour: text("colour"),
  old: Flag.withHidden(text("old")),
  renamed: text("renamed").pipe(Flag.withAlias("former"), Flag.withAlias("r")),
  json: text("json"),
  ...{ a: text("alarm-url"), b: text("alarm-command"), c: text("alarm-outbox"), d: text("notify") }
}).pipe(
  Command.withDescription("Does many things."),
  Command.withExamples([{ command: "kit many --colour red", description: "In red" }])
)

const kit = Command.make("kit").pipe(
  Command.withSubcommands([
    { group: "DO MUCH", commands: [many] },
    { group: "DO LITTLE", commands: [Command.make("few", { colour: text("colour"), json: text("json") })] }
  ])
)

const helpOf = async (...args: ReadonlyArray<string>) => {
  const lines: Array<string> = []
  const heard: Console.Console = { ...globalThis.console, log: (line: string) => void lines.push(line) }
  await Effect.runPromiseExit(
    Effect.provideService(program(kit, { version: "1", args: [...args, "--help"] }), Console.Console, heard)
  )
  return lines.join("\n")
}

const { columns } = process.stdout
afterEach(() => {
  process.stdout.columns = columns
})

const titles = (help: string) => help.match(/^[A-Z][A-Z ]+$/gm)

describe("help", () => {
  it("says what a verb does, shows examples, and groups many flags by topic", async () => {
    const help = await helpOf("many")
    assert.match(
      help,
      /^Does many things\.\n\nEXAMPLES\n {2}# In red\n {2}kit many --colour red\n\nUSAGE\n {2}kit many \[flags\]/
    )
    assert.deepStrictEqual(titles(help), ["EXAMPLES", "USAGE", "FLAGS", "WHERE", "ALARMS", "OUTPUT", "EVERYWHERE"])
    assert.match(help, /\nWHERE\n {2}--url string +what url is[^\n]*\n\n/)
  })

  it("keeps few flags together, and verbs by their groups", async () => {
    assert.deepStrictEqual(titles(await helpOf("few")), ["USAGE", "FLAGS", "EVERYWHERE"])
    assert.deepStrictEqual(titles(await helpOf()), ["USAGE", "DO MUCH", "DO LITTLE", "EVERYWHERE"])
  })

  it("omits older names, and keeps one-letter aliases", async () => {
    const help = await helpOf("many")
    assert.include(help, "--renamed, -r string")
    assert.notMatch(help, /--old|--former/)
  })

  it("wraps descriptions in their column on a terminal", async () => {
    process.stdout.columns = 60
    const lines = (await helpOf("many")).split("\n")
    const first = lines.findIndex((line) => line.includes("--url"))
    assert.match(lines[first + 1] ?? "", /^ {16}\S/)
    for (const line of lines.filter((each) => each.startsWith("  --") && each.includes("what"))) {
      assert.isAtMost(line.length, 60)
    }
  })
})
