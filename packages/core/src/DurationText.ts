/**
 * A duration as people write it in settings and on the command line: a number and its unit, such as `500ms`, `180s`,
 * `3m`, `2h` or `1d`.
 */
import * as Duration from "effect/Duration"

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

export type DurationText = `${number}${keyof typeof units}`

const written = `(\\d+(?:\\.\\d+)?)(${Object.keys(units).join("|")})`

/** What such a text matches. */
export const PATTERN = new RegExp(`^${written}$`)

/** The same, for a duration above zero. */
export const ABOVE_ZERO = new RegExp(`^(?=.*[1-9])${written}$`)

/** The duration that a text says; undefined for any other text. */
export const fromText = (text: string): Duration.Duration | undefined => {
  const [, count, unit] = PATTERN.exec(text) ?? []
  return unit === undefined ? undefined : Duration.millis(Number(count) * units[unit as keyof typeof units])
}
