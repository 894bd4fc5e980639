/**
 * A shop's business day: a day of its time zone that begins at an hour the shop chooses, so that what a bar takes at two in
 * the morning belongs to the evening before.
 *
 * Days are written `YYYY-MM-DD`, hours `HH:MM`, moments are milliseconds of the Unix epoch. A day that loses or gains an
 * hour to daylight saving time is 23 or 25 hours long. If its starting hour does not exist, it begins at the end of the gap;
 * if that hour comes twice, at the first of the two.
 */
import * as Data from "effect/Data"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Result from "effect/Result"

/** A time zone or an hour that a business day cannot have. */
export class BusinessDayRefused extends Data.TaggedError("BusinessDayRefused")<{
  /** `timeZone` or `startsAt`. */
  readonly setting: "timeZone" | "startsAt"
  readonly expected: string
  readonly actual: string
}> {
  override get message(): string {
    return `${this.setting}: expected ${this.expected}, got ${this.actual}`
  }
}

/** How days are counted. */
export interface Options {
  /** A name of the IANA database, such as `Europe/Paris`; `UTC` by default. */
  readonly timeZone?: string | undefined
  /** The hour at which a day begins, as `HH:MM`; `00:00` by default. */
  readonly startsAt?: string | undefined
}

/** The days of one shop. */
export interface BusinessDay {
  /** The IANA name. */
  readonly timeZone: string
  /** `HH:MM`. */
  readonly startsAt: string
  /** The day of a moment. */
  readonly dayOf: (at: number) => string
  /** When a day begins and ends, the end exclusive; undefined for a day that the calendar does not have. */
  readonly boundsOf: (day: string) => { readonly from: number; readonly to: number } | undefined
  /** A moment in the shop's local time, with the offset: `2026-11-29T00:30:00.000+01:00`, or `…Z` in UTC. */
  readonly format: (at: number) => string
}

/**
 * The days of a shop, or which setting is wrong.
 *
 * @example
 * ```ts
 * import * as BusinessDay from "@hipay-pos/core/BusinessDay"
 * import * as Result from "effect/Result"
 *
 * const days = Result.getOrThrow(BusinessDay.make({ timeZone: "Europe/Paris", startsAt: "04:00" }))
 * console.log(days.dayOf(Date.parse("2026-11-29T01:30:00Z"))) // 2026-11-28
 * console.log(days.dayOf(Date.parse("2026-11-29T03:00:00Z"))) // 2026-11-29
 * ```
 */
export const make = (options: Options = {}): Result.Result<BusinessDay, BusinessDayRefused> => {
  const { timeZone = "UTC", startsAt = "00:00" } = options
  // UTC does not need the platform's time zone tables, which take tens of milliseconds to load.
  const zone: Option.Option<DateTime.TimeZone> =
    timeZone === "UTC" ? Option.some(DateTime.zoneMakeOffset(0)) : DateTime.zoneMakeNamed(timeZone)
  if (Option.isNone(zone)) {
    const expected = "a time zone by its IANA name, such as Europe/Paris"
    return Result.fail(new BusinessDayRefused({ setting: "timeZone", expected, actual: shown(timeZone) }))
  }
  const written = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(startsAt)
  if (written === null) {
    const expected = "an hour from 00:00 to 23:59, such as 04:00"
    return Result.fail(new BusinessDayRefused({ setting: "startsAt", expected, actual: shown(startsAt) }))
  }
  const [hour, minute] = [Number(written[1]), Number(written[2])]

  const zoned = (at: number) => DateTime.makeZonedUnsafe(at, { timeZone: zone.value })
  const startOf = (year: number, month: number, day: number): number => {
    const written = { year, month, day, hour, minute }
    const start = (disambiguation: DateTime.Disambiguation) =>
      DateTime.makeZoned(written, { timeZone: zone.value, adjustForTimeZone: true, disambiguation })
    return Option.match(start("compatible"), {
      onNone: () => Number.NaN,
      onSome: (found) => {
        const parts = DateTime.toParts(found)
        const later = DateTime.toEpochMillis(found)
        if (parts.hour === hour && parts.minute === minute) return later
        // The hour does not exist: clocks went forward between its two readings.
        return Option.match(start("earlier"), {
          onNone: () => later,
          onSome: (earlier) => changeOfClocks(DateTime.toEpochMillis(earlier), later)
        })
      }
    })
  }
  /** The moment between two at which the offset from UTC becomes the second one's. */
  const changeOfClocks = (before: number, after: number): number => {
    const offset = DateTime.zonedOffset(zoned(after))
    let [from, to] = [before, after]
    while (to - from > 1) {
      const middle = Math.floor((from + to) / 2)
      if (DateTime.zonedOffset(zoned(middle)) === offset) to = middle
      else from = middle
    }
    return to
  }
  const boundsOf = (day: string) => {
    const parts = partsOf(day)
    return parts && { from: startOf(...parts), to: startOf(...(partsOf(dayAfter(day, 1)) ?? parts)) }
  }
  return Result.succeed({
    timeZone,
    startsAt,
    boundsOf,
    dayOf: (at) => {
      const day = DateTime.formatIsoDate(zoned(at))
      const bounds = boundsOf(day)
      if (bounds === undefined) return day
      return at < bounds.from ? dayAfter(day, -1) : at >= bounds.to ? dayAfter(day, 1) : day
    },
    format: (at) => (timeZone === "UTC" ? new Date(at).toISOString() : DateTime.formatIsoOffset(zoned(at)))
  })
}

/** Days of UTC, which begin at midnight. */
export const utc: BusinessDay = Result.getOrThrow(make())

/** The day a number of days after another, or before it if negative; both `YYYY-MM-DD`. */
export const dayAfter = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

const partsOf = (day: string): readonly [year: number, month: number, day: number] | undefined => {
  const written = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day)
  const midnight = Date.parse(`${day}T00:00:00Z`)
  // `Date` reads 31 April as 1 May.
  if (written === null || Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== day)
    return undefined
  return [Number(written[1]), Number(written[2]), Number(written[3])]
}

const shown = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
