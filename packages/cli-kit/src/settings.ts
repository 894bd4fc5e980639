/**
 * Settings: the values of flags that are not typed. A flag of this module looks up its name in {@link CurrentSettings};
 * its own schema reads the text, whether typed or set. Everything else that is read as `Config`, such as a secret,
 * comes from the environment.
 */
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as CliError from "effect/cli/CliError"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

/** The texts of one flag, as they would be typed, and their source. */
export interface Setting {
  readonly origin: string
  readonly texts: ReadonlyArray<string>
}

/** Settings by flag name. */
export type Settings = ReadonlyMap<string, Setting>

/** The current settings; none by default. */
export const CurrentSettings = Context.Reference<Settings>("@hipay-pos/cli-kit/Settings", {
  defaultValue: () => new Map()
})

/** Environment variables that begin like the verb's but set no flag; none by default. */
export const UnknownVariables = Context.Reference<ReadonlyArray<string>>("@hipay-pos/cli-kit/UnknownVariables", {
  defaultValue: () => []
})

/**
 * Uses the setting of a flag that is not typed. A start looks up all flags, and few are set, so schemas are made for
 * those only.
 */
const from = <A>(schema: Schema.ConstraintCodec<A, unknown>, name: string) =>
  Flag.withDefault(
    Effect.contextWith((context: Context.Context<never>): Effect.Effect<A, CliError.CliError> => {
      const texts = Context.get(context, CurrentSettings).get(name)?.texts
      return texts === undefined ? Effect.fail(new CliError.MissingOption({ option: name })) : read(schema, name, texts)
    })
  )

const read = <A>(schema: Schema.ConstraintCodec<A, unknown>, name: string, texts: ReadonlyArray<string>) =>
  Effect.mapError(
    Config.schema(schema).parse(
      ConfigProvider.make(([index]) =>
        Effect.succeed(
          index === undefined
            ? ConfigProvider.makeArray(texts.length, texts[0])
            : ConfigProvider.makeValue(texts[Number(index)] ?? "")
        )
      )
    ),
    ({ message }) => new CliError.InvalidValue({ option: name, value: "config", expected: message, kind: "flag" })
  )

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

/** A text that may be given several times; none by default. */
export const repeated = (name: string): Flag.Flag<ReadonlyArray<string>> =>
  Flag.String(name).pipe(Flag.atLeast(1), from(Schema.Array(Schema.String), name), Flag.withDefault([]))

/** An environment variable; undefined if it is not set. */
export const variable = (name: string): Effect.Effect<string | undefined> =>
  Effect.flatMap(ConfigProvider.ConfigProvider, (provider) =>
    Effect.map(Effect.orDie(provider.load([name])), (node) => node?.value)
  )

/** A variable that holds a secret. */
export const secret = (name: string): Effect.Effect<Redacted.Redacted | undefined> =>
  Effect.map(variable(name), (text) => (text === undefined ? undefined : Redacted.make(text)))

/** An environment as a provider of `Config`, including empty variables. */
export const environment = (env: Readonly<Record<string, string | undefined>>): ConfigProvider.ConfigProvider =>
  ConfigProvider.fromEnvRecord(env, { preserveEmptyStrings: true })

/** The reason why a setting was refused, without the schema error's name and the path in the provider. */
export const expectedOf = (message: string): string => message.replace(/^SchemaError\((.*?)(\n {2}at .*)?\)$/s, "$1")
