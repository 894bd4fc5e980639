/**
 * Settings: what flags take their values from when they are not typed. A flag of this module asks effect's
 * `ConfigProvider` for its name; its own schema reads the text, whether it was typed or set. Everything else that is read
 * as `Config`, such as a secret, comes from the environment.
 */
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

/** The texts of one flag, as they would be typed, and where they were found. */
export interface Setting {
  readonly origin: string
  readonly texts: ReadonlyArray<string>
}

/** Settings by the names of flags. */
export type Settings = ReadonlyMap<string, Setting>

const FLAG = "flag"

const from = <A>(schema: Schema.ConstraintCodec<A, unknown>, name: string) =>
  Flag.withFallbackConfig(Config.schema(schema, [FLAG, name]))

/** A text. */
export const string = (name: string): Flag.Flag<string> => Flag.String(name).pipe(from(Schema.String, name))

/** A whole number. */
export const integer = (name: string): Flag.Flag<number> => Flag.Int(name).pipe(from(Schema.Int, name))

/** A switch. */
export const boolean = (name: string): Flag.Flag<boolean> => Flag.Boolean(name).pipe(from(Schema.Boolean, name))

/** One of several words. */
export const literals = <const Words extends ReadonlyArray<string>>(
  name: string,
  words: Words
): Flag.Flag<Words[number]> => Flag.Literals(name, words).pipe(from(Schema.Literals(words), name))

/** A text that may be given several times; none unless it is given. */
export const repeated = (name: string): Flag.Flag<ReadonlyArray<string>> =>
  Flag.String(name).pipe(Flag.atLeast(1), from(Schema.Array(Schema.String), name), Flag.withDefault([]))

/** A variable of the environment; undefined where it is not set. */
export const variable = (name: string): Effect.Effect<string | undefined> =>
  Effect.orDie(Config.withDefault(Config.String(name), undefined))

/** A variable that holds a secret. */
export const secret = (name: string): Effect.Effect<Redacted.Redacted | undefined> =>
  Effect.orDie(Config.withDefault(Config.Redacted(name), undefined))

/** Hands settings to flags, and the environment to everything else. */
export const makeProvider = (
  settings: Settings = new Map(),
  env: Readonly<Record<string, string | undefined>> = process.env
): ConfigProvider.ConfigProvider => {
  const variables = ConfigProvider.fromEnvRecord(env, { preserveEmptyStrings: true })
  return ConfigProvider.make((path) => {
    const [kind, name, index] = path
    if (kind !== FLAG) return variables.load(path)
    const texts = settings.get(`${name}`)?.texts
    if (texts === undefined) return Effect.undefined
    return Effect.succeed(
      index === undefined
        ? ConfigProvider.makeArray(texts.length, texts[0])
        : ConfigProvider.makeValue(texts[Number(index)] ?? "")
    )
  })
}

/** What a setting was refused for, without the name of the schema's error and the path in the provider. */
export const expectedOf = (message: string): string => message.replace(/^SchemaError\((.*?)(\n {2}at .*)?\)$/s, "$1")
