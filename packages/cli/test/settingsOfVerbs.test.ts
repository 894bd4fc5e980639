/** Every flag of every verb takes its value from the documented variable. */
import { CurrentSettings, type Setting, SettingsOfVerbs } from "@hipay-pos/cli-kit"
import * as Completions from "effect/cli/Completions"
import * as Param from "effect/cli/Param"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { assert, describe, it } from "vitest"
import { commands } from "../src/commands.ts"

interface Verb {
  readonly words: ReadonlyArray<string>
  readonly command: Completions.CommandDescriptor
}

const verbsOf = (command: Completions.CommandDescriptor, words: ReadonlyArray<string> = []): ReadonlyArray<Verb> => [
  { words, command },
  ...command.subcommands.flatMap((each) => verbsOf(each, [...words, each.name]))
]

const descriptor = Completions.fromCommand(commands)
const all = verbsOf(descriptor).filter(({ command }) => command.flags.length > 0)

/** Flags that can only be typed: `live`, and what a verb works on. */
const typedOnly = ["live", "cancel", "credit", "check", "identify", "order-id", "outcome", "by", "evidence"]
const ofVerbs: Readonly<Record<string, ReadonlyArray<string>>> = {
  attempts: ["url", "terminal", "state", "since"],
  "attempts show": ["url"],
  resolve: ["url", "paid", "over", "authorization", "last-four", "override"],
  reconcile: ["resolve"],
  "order check": ["fix", "write"],
  collect: ["terminal"],
  tail: ["terminal", "state", "since"]
}

const exampleOf = ({ type }: Completions.FlagDescriptor): string => {
  switch (type._tag) {
    case "Boolean":
      return "true"
    case "Choice":
      return type.values[0] ?? ""
    case "Int":
    case "Finite":
      return "7"
    default:
      return "3m"
  }
}

const variableOf = (...words: ReadonlyArray<string>) =>
  `HIPAY_POS_${words.join("_").replaceAll("-", "_").toUpperCase()}`

const originsOf = (words: ReadonlyArray<string>, sources: Omit<SettingsOfVerbs.Sources, "args">) =>
  new Map(
    [...Result.getOrThrow(SettingsOfVerbs.settle(descriptor, { ...sources, args: words })).settings].map(
      ([name, { origin }]) => [name, origin]
    )
  )

/** What effect has but does not declare in its types. */
const { extractSingleParams } = Param as unknown as {
  readonly extractSingleParams: (flag: Param.AnyFlag) => ReadonlyArray<{ readonly name: string }>
}

interface Parsed {
  readonly name: string
  readonly config: { readonly flags: ReadonlyArray<Param.AnyFlag> }
  readonly subcommands: ReadonlyArray<{ readonly commands: ReadonlyArray<Parsed> }>
}

const flagsOf = (
  command: Parsed,
  words: ReadonlyArray<string> = []
): ReadonlyArray<readonly [string, Param.AnyFlag]> => [
  ...command.config.flags.map((flag) => [words.join(" "), flag] as const),
  ...command.subcommands.flatMap(({ commands }) => commands.flatMap((each) => flagsOf(each, [...words, each.name])))
]

/** Empty settings that record which of them were looked up. */
class AskedSettings extends Map<string, Setting> {
  readonly asked = new Set<string>()

  override get(name: string): undefined {
    this.asked.add(name)
  }
}

describe("settings of every verb", () => {
  it("cover verbs with sub-verbs, too", () => {
    const names = all.map(({ words }) => words.join(" "))
    for (const name of ["attempts", "attempts show", "gateway", "gateway migrate", "clock", "terminals list"]) {
      assert.include(names, name)
    }
  })

  it.each(all.map((verb) => [verb.words.join(" "), verb] as const))(
    "take effect in %s, from the environment",
    (name, verb) => {
      const may = verb.command.flags.filter(
        (flag) => !typedOnly.includes(flag.name) && !ofVerbs[name]?.includes(flag.name)
      )
      const env = Object.fromEntries(
        verb.command.flags.map((flag) => [variableOf(...verb.words, flag.name), exampleOf(flag)])
      )
      assert.deepStrictEqual(
        originsOf(verb.words, { env }),
        new Map(may.map((flag) => [flag.name, variableOf(...verb.words, flag.name)]))
      )
    }
  )

  it.each(all.map((verb) => [verb.words.join(" "), verb] as const))("take effect in %s, from a file", (name, verb) => {
    const may = verb.command.flags.filter(
      (flag) => !typedOnly.includes(flag.name) && !ofVerbs[name]?.includes(flag.name)
    )
    const json = { [name]: Object.fromEntries(may.map((flag) => [flag.name, exampleOf(flag)])) }
    assert.deepStrictEqual(
      originsOf(verb.words, { env: {}, file: { path: "s.json", json } }),
      new Map(may.map((flag) => [flag.name, `s.json: ${name}.${flag.name}`]))
    )
  })

  it("are shared by all verbs that have a --url", () => {
    const json = { url: "http://a", credentials: "login.txt" }
    for (const { words, command } of all) {
      const names = command.flags.map((flag) => flag.name)
      const origins = originsOf(words, { env: {}, file: { path: "s.json", json } })
      const mayUrl = names.includes("url") && !ofVerbs[words.join(" ")]?.includes("url")
      assert.strictEqual(origins.get("url"), mayUrl ? "s.json: url" : undefined, words.join(" "))
      const shares = names.includes("url") && names.includes("credentials")
      assert.strictEqual(origins.get("credentials"), shares ? "s.json: credentials" : undefined, words.join(" "))
    }
  })

  it("are looked up by every flag that is not typed", async () => {
    const deaf: Array<string> = []
    for (const [verb, flag] of flagsOf(commands as unknown as Parsed)) {
      const settings = new AskedSettings()
      const run = flag.parse({ flags: {}, arguments: [] }) as Effect.Effect<unknown, unknown>
      await Effect.runPromiseExit(Effect.provideService(run, CurrentSettings, settings))
      const [{ name } = { name: "" }] = extractSingleParams(flag)
      const may = !typedOnly.includes(name) && !ofVerbs[verb]?.includes(name)
      if (may && !settings.asked.has(name)) deaf.push(`${verb} --${name}`)
    }
    assert.deepStrictEqual(deaf, [])
  })
})
