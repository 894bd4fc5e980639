/** `hipay-pos config list`: every setting found, its value, and its source. Secrets are not shown. */
import { Flags, jsonLine, refuse, SettingsOfVerbs, withoutSecrets } from "@hipay-pos/cli-kit"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import type * as Completions from "effect/cli/Completions"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { toColumns } from "./columns.ts"

/** Variables that are read besides those of flags; for secrets the list says only that they are set. */
const variables: Readonly<Record<string, "shown" | "secret">> = {
  HIPAY_POS_CONFIG: "shown",
  HIPAY_POS_DEBUG: "shown",
  HIPAY_POS_USERNAME: "shown",
  HIPAY_POS_PASSWORD: "secret",
  HIPAY_POS_PASSPHRASE: "secret",
  HIPAY_POS_CONTROL_TOKEN: "secret",
  HIPAY_POS_RELAY_USERNAME: "shown",
  HIPAY_POS_RELAY_PASSWORD: "secret",
  HIPAY_POS_ALARM_SECRET: "secret"
}

/** One line of the list. */
interface Listed {
  readonly setting: string
  readonly value: string
  readonly from: string
  readonly verbs: ReadonlyArray<string>
}

/** What the verb reads. */
export interface Configured {
  readonly root: Completions.CommandDescriptor
  readonly sources: Omit<SettingsOfVerbs.Sources, "args">
}

/** The verb; `configured` is called when it runs. */
export const makeConfigCommand = (configured: () => Configured) => {
  const list = Command.make(
    "list",
    { json: Flags.yes("json", "print JSON") },
    Effect.fnUntraced(function* ({ json }) {
      const { root, sources } = configured()
      const found = SettingsOfVerbs.found(root, sources)
      if (Result.isFailure(found)) return yield* refuse(`config list: ${found.failure}`)
      const all = [...found.success.map(listed), ...ofEnvironment(sources.env)]
      const known = new Set([...Object.keys(variables), ...SettingsOfVerbs.variables(root)])
      const unused = Object.keys(sources.env).filter((name) => /^HIPAY_POS_/.test(name) && !known.has(name))
      if (json) return yield* Console.log(jsonLine({ settings: all, unused }))
      yield* Console.log(
        all.length === 0
          ? `No settings: none in the environment, and no ${SettingsOfVerbs.FILE} here. hipay-pos init writes one.`
          : toColumns(
              ["SETTING", "VALUE", "FROM", "VERBS"],
              all.map(({ setting, value, from, verbs }) => [setting, value, from, shortly(verbs)])
            )
      )
      if (unused.length > 0)
        yield* Console.error(`config list: no verb takes: ${unused.join(", ")}. Check the spelling against --help.`)
    })
  ).pipe(
    Command.withDescription("Lists every setting that is found, its value, and where it comes from."),
    Command.withExamples([
      { command: "hipay-pos config list", description: "The environment's and the file's; secrets are not shown" },
      { command: "hipay-pos config list --config shop.json --json", description: "Of another file, for a script" }
    ])
  )
  return Command.make("config").pipe(
    Command.withDescription("Shows the settings of this command line."),
    Command.withSubcommands([list])
  )
}

const listed = ({ flag, texts, origin, verbs }: SettingsOfVerbs.Found): Listed => ({
  setting: flag,
  value: withoutSecrets(texts.join(", ")),
  from: origin,
  verbs
})

const ofEnvironment = (env: SettingsOfVerbs.Sources["env"]): ReadonlyArray<Listed> =>
  Object.entries(variables).flatMap(([name, kind]) => {
    const value = env[name]
    if (!value) return []
    const setting = name.replace("HIPAY_POS_", "").toLowerCase().replaceAll("_", "-")
    return [{ setting, value: kind === "secret" ? "(set, not shown)" : withoutSecrets(value), from: name, verbs: [] }]
  })

const shortly = (verbs: ReadonlyArray<string>): string => {
  const [first = "", second, ...others] = verbs
  return [
    first,
    ...(second === undefined ? [] : [second]),
    ...(others.length === 0 ? [] : [`${others.length} more`])
  ].join(", ")
}
