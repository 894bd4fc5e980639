/** Flags that several verbs share, with one format per kind of value and one way to refuse it. */
import * as DurationText from "@hipay-pos/core/DurationText"
import * as Flag from "effect/cli/Flag"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Settings from "./settings.ts"

export { boolean, integer, literals, string } from "./settings.ts"

const Port = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 65_535 }, { message: "expected 0 to 65535" }))

/** A TCP port; 0 means any free one. */
export const port = (byDefault: number): Flag.Flag<number> =>
  Settings.integer("port").pipe(
    Flag.withSchema(Port),
    Flag.withDescription(`TCP port, ${byDefault} by default; 0 takes any that is free`),
    Flag.withDefault(byDefault)
  )

/** A TCP port without a default, for something that is off unless the port is given. */
export const optionalPort = (name: string, description: string): Flag.Flag<Option.Option<number>> =>
  Settings.integer(name).pipe(
    Flag.withSchema(Port),
    Flag.withDescription(`${description}; 0 takes any that is free`),
    Flag.optional
  )

/** The address to listen on. */
export const host: Flag.Flag<string> = Settings.string("host").pipe(
  Flag.withDescription("address to listen on, 127.0.0.1 by default"),
  Flag.withDefault("127.0.0.1")
)

/** Timers wait at most 2^31 - 1 ms, which is slightly more. */
const MAX_DURATION = "24d"

/** An optional duration: `500ms`, `180s` or `3m`. */
export const optionalDuration = (
  name: string,
  description: string,
  least = "0s"
): Flag.Flag<Option.Option<Duration.Duration>> =>
  Settings.string(name).pipe(
    Flag.withSchema(
      Schema.String.check(
        Schema.isPattern(DurationText.PATTERN, { message: "expected a length of time such as 500ms, 180s or 3m" }),
        Schema.makeFilter(
          (text: string) =>
            Duration.between(durationOf(text), { minimum: durationOf(least), maximum: durationOf(MAX_DURATION) }) ||
            `expected ${least} to ${MAX_DURATION}`
        )
      )
    ),
    Flag.withDescription(description),
    Flag.map(durationOf),
    Flag.optional
  )

/** A duration with a default. */
export const duration = (
  name: string,
  byDefault: string,
  description: string,
  least?: string
): Flag.Flag<Duration.Duration> =>
  optionalDuration(name, `${description}, ${byDefault} by default`, least).pipe(
    Flag.map(Option.getOrElse(() => durationOf(byDefault)))
  )

const durationOf = (text: string): Duration.Duration => DurationText.fromText(text) ?? Duration.zero

/** A text; empty by default. */
export const text = (name: string, description: string, byDefault = ""): Flag.Flag<string> =>
  Settings.string(name).pipe(Flag.withDescription(description), Flag.withDefault(byDefault))

/** A text that may be given several times. */
export const repeated = (name: string, description: string): Flag.Flag<ReadonlyArray<string>> =>
  Settings.repeated(name).pipe(Flag.withDescription(`${description}; may be given several times`))

/** A switch; off by default. */
export const yes = (name: string, description: string): Flag.Flag<boolean> =>
  Settings.boolean(name).pipe(Flag.withDescription(description), Flag.withDefault(false))
