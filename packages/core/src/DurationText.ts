/**
 * A duration as people write it in settings and on the command line: a number and its unit, such as `500ms`, `180s`,
 * `3m`, `2h` or `1d`.
 */
import * as Duration from "effect/Duration"
import * as Result from "effect/Result"
import * as Finding from "./plain/Finding.ts"

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

export type DurationText = `${number}${keyof typeof units}`

/** The pattern of such a text. */
export const PATTERN = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/

/** The same, for a duration above zero. */
export const ABOVE_ZERO = /^(?=.*[1-9])(\d+(?:\.\d+)?)(ms|s|m|h|d)$/

/** Reads such a text; undefined for any other text. */
export const fromText = (text: string): Duration.Duration | undefined => {
  const [, count, unit] = PATTERN.exec(text) ?? []
  return unit === undefined ? undefined : Duration.millis(Number(count) * units[unit as keyof typeof units])
}

/** A duration in code: such a text, or what Effect takes, such as `180 seconds`. A number is milliseconds. */
export type Input = Duration.Input | DurationText

/** The duration; undefined for an invalid one, such as NaN or an object with a misspelt unit, which `Duration` reads as zero. */
export const fromInput = (input: Input): Duration.Duration | undefined => {
  const written = typeof input === "string" ? fromText(input) : undefined
  if (written !== undefined) return written
  const other = input as Duration.Input
  if (Number.isNaN(other) || !hasUnits(other)) return undefined
  try {
    return Duration.fromInputUnsafe(other)
  } catch {
    return undefined
  }
}

/** Whether an object has units of time as its keys, and no other keys. */
const hasUnits = (input: Duration.Input): boolean => {
  if (typeof input !== "object" || input === null || Duration.isDuration(input)) return true
  if (Array.isArray(input)) return !input.some(Number.isNaN)
  const counts = Object.values(input)
  return (
    counts.length > 0 &&
    Object.keys(input).every((unit) => /^(weeks|days|hours|minutes|(milli|micro|nano)?seconds)$/.test(unit)) &&
    counts.every((count) => count === undefined || (typeof count === "number" && !Number.isNaN(count)))
  )
}

/** The options with the named ones read as durations, if given; or a sentence about the one that cannot be read. */
export const readOptions = <O extends object, K extends keyof O & string>(
  options: O,
  ...names: ReadonlyArray<K>
): Result.Result<O & { readonly [Name in K]?: Duration.Duration | undefined }, string> => {
  const read: { [Name in K]?: Duration.Duration } = {}
  for (const name of names) {
    const input = options[name]
    if (input === undefined) continue
    const duration = fromInput(input as Input)
    if (duration === undefined) {
      const expected = 'a length of time such as "180s" or "180 seconds"'
      return Result.fail(`${name}: expected ${expected}, got ${Finding.describe(input, name)}`)
    }
    read[name] = duration
  }
  return Result.succeed({ ...options, ...read })
}
