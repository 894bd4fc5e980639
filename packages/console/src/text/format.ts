/**
 * Formats amounts, times and durations for a language. Amounts are given in minor units and never rounded.
 */

export type Language = "en" | "fr"

/**
 * The currencies that do not have two decimal digits. From ISO 4217, not `Intl`, which follows CLDR and differs for some;
 * a test compares this with the toolkit's own table.
 */
const exponents: Readonly<Record<string, number>> = Object.fromEntries([
  ...["BIF", "BYR", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF"].map(
    (code) => [code, 0]
  ),
  ...["XOF", "XPF"].map((code) => [code, 0]),
  ...["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"].map((code) => [code, 3])
])

/** How many decimal digits a currency has. */
export const exponentOf = (currency: string): number => exponents[currency] ?? 2

/** Minor units as a decimal text with exactly the currency's digits: 1250 EUR is "12.50". */
export const toDecimal = (minorUnits: number, currency: string): string => {
  const exponent = exponentOf(currency)
  const digits = String(Math.abs(minorUnits)).padStart(exponent + 1, "0")
  const sign = minorUnits < 0 ? "-" : ""
  return exponent === 0 ? sign + digits : `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`
}

/** An amount as a person of a language would type it: `1234,50` in French. */
export const asTyped = (minorUnits: number, currency: string, language: Language): string =>
  toDecimal(minorUnits, currency).replace(".", language === "fr" ? "," : ".")

const amountFormats = new Map<string, Intl.NumberFormat | undefined>()

/** An amount: `12,50 €`, `¥1,250`. An unknown currency is shown by its code after the plain number. */
export const amount = (minorUnits: number, currency: string, language: Language): string => {
  const key = `${language} ${currency}`
  if (!amountFormats.has(key)) amountFormats.set(key, amountFormat(currency, language))
  const format = amountFormats.get(key)
  const decimal = toDecimal(minorUnits, currency)
  // As text, so that no digit is lost in binary fractions.
  return format === undefined ? `${decimal} ${currency}` : format.format(decimal as Intl.StringNumericLiteral)
}

/** An amount without its currency, for a column or row that names it: `1,234.50`. */
export const plainAmount = (minorUnits: number, currency: string, language: Language): string => {
  const digits = exponentOf(currency)
  const format = new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits })
  return format.format(toDecimal(minorUnits, currency) as Intl.StringNumericLiteral)
}

const amountFormat = (currency: string, language: Language): Intl.NumberFormat | undefined => {
  if (!/^[A-Z]{3}$/.test(currency)) return undefined
  const digits = exponentOf(currency)
  return new Intl.NumberFormat(language, {
    style: "currency",
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits
  })
}

/** A duration: `840 ms`, `3.2 s`, `2 min 05 s`, `26 h 00 min`. */
export const duration = (milliseconds: number, language: Language): string => {
  const whole = Math.max(0, Math.round(milliseconds))
  if (whole < 1000) return `${whole} ms`
  if (whole < 59_950) {
    const seconds = (Math.round(whole / 100) / 10).toFixed(1)
    return `${language === "fr" ? seconds.replace(".", ",") : seconds} s`
  }
  const seconds = Math.round(whole / 1000)
  const minutes = Math.floor(seconds / 60)
  const rest = (count: number) => String(count % 60).padStart(2, "0")
  return minutes < 60 ? `${minutes} min ${rest(seconds)} s` : `${Math.floor(minutes / 60)} h ${rest(minutes)} min`
}

const timeFormats = new Map<string, Intl.DateTimeFormat>()

let timeZone: string | undefined
let dayStarts = "00:00"

/**
 * Sets the time zone in which times are shown, the shop's, or the viewer's if the shop has none. Its days begin at
 * `startsAt`, as
 * `HH:MM`.
 */
export const setTimeZone = (name: string | undefined, startsAt = "00:00"): void => {
  dayStarts = startsAt
  if (name === timeZone) return
  timeZone = name
  timeFormats.clear()
}

const kinds = {
  clock: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
  minute: { hour: "2-digit", minute: "2-digit" },
  precise: { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 },
  day: { day: "numeric", month: "short", year: "numeric" },
  dayAndMinute: { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
  longDay: { weekday: "long", day: "numeric", month: "long" },
  key: { year: "numeric", month: "2-digit", day: "2-digit" },
  hour: { hour: "2-digit", hourCycle: "h23" }
} satisfies Readonly<Record<string, Intl.DateTimeFormatOptions>>

/** `ofServer`: by the server's days, which are in UTC if the shop has no time zone; else by the viewer's clock. */
const timeFormat = (language: Language, kind: keyof typeof kinds, ofServer = false): Intl.DateTimeFormat => {
  const key = `${language} ${kind} ${ofServer}`
  const known = timeFormats.get(key)
  if (known !== undefined) return known
  const zone = timeZone === undefined ? (ofServer ? { timeZone: "UTC" } : {}) : { timeZone }
  const locale = kind === "key" ? "en-CA" : language === "en" ? "en-GB" : "fr-FR"
  const made = new Intl.DateTimeFormat(locale, { ...kinds[kind], ...zone })
  timeFormats.set(key, made)
  return made
}

const HOUR = 3_600_000

/** The day of a time, by the rule of core's `BusinessDay`, whose import would make the pages' first view a quarter larger. */
const dayOf = (at: number, ofServer: boolean): string => {
  const dateAt = (moment: number) => formatted(moment, timeFormat("en", "key", ofServer))
  const timeAt = (moment: number) => formatted(moment, timeFormat("en", "minute", ofServer))
  const date = dateAt(at)
  if (dayStarts === "00:00" || Number.isNaN(at) || timeAt(at) >= dayStarts) return date
  // If clocks were put back over the day's starting hour, the day began with the first of the two.
  const before = Math.floor(at / 60_000) * 60_000 - 3 * HOUR
  const offset = Date.parse(`${dateAt(before)}T${timeAt(before)}Z`) - before
  const start = Date.parse(`${date}T${dayStarts}Z`) - offset
  return start <= at && timeAt(start) === dayStarts ? date : dayAfter(date, -1)
}

/** The server's day of a time, as `YYYY-MM-DD`: in the shop's time zone, or in UTC if it has none. */
export const dayKey = (at: string | number): string => dayOf(momentOf(at), true)

/** The day of a time in the displayed time zone, as `YYYY-MM-DD`. */
export const shownDay = (at: string | number): string => dayOf(momentOf(at), false)

/** The day that is a number of days after another, or before it if negative; both `YYYY-MM-DD`. */
export const dayAfter = (day: string, days: number): string => {
  const date = new Date(`${day}T12:00:00Z`)
  date.setUTCDate(date.getUTCDate() + days)
  return date.toISOString().slice(0, 10)
}

/** The day before that of a time, in the displayed time zone. */
export const yesterday = (now: number): string => dayAfter(shownDay(now), -1)

/** Whether a text is a day of the calendar, as `YYYY-MM-DD`: `Date` reads 31 April as 1 May. */
export const isDay = (text: string): boolean => {
  const start = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(start) && new Date(start).toISOString().slice(0, 10) === text
}

/**
 * Date and time in the displayed time zone, as `YYYY-MM-DD HH:MM:SS`, with the calendar date, whenever a business day
 * begins.
 */
export const dateAndTime = (at: string | number): string =>
  `${formatted(at, timeFormat("en", "key"))} ${formatted(at, timeFormat("en", "clock"))}`

const momentOf = (at: string | number): number => (typeof at === "number" ? at : Date.parse(at))

/** A day of the calendar, `YYYY-MM-DD`, as `Saturday 28 November`. */
export const longDay = (key: string, language: Language): string => {
  const text = new Intl.DateTimeFormat(language === "en" ? "en-GB" : "fr-FR", { ...kinds.longDay, timeZone: "UTC" })
  return text.format(new Date(`${key}T12:00:00Z`)).replace(",", "")
}

/**
 * The hour of a time within its business day, by the server's days and full hours of the clock: 0 is the hour in which the day
 * begins. If the day begins at half past, the first half of that hour comes at its end, as 24.
 */
export const hourOfDay = (at: string | number): number => {
  const hour = Number.parseInt(formatted(at, timeFormat("en", "hour", true)), 10)
  const index = (hour - Number.parseInt(dayStarts, 10) + 24) % 24
  const isAtEnd = index === 0 && dayKey(momentOf(at) + 12 * HOUR) !== dayKey(at)
  return isAtEnd ? 24 : index
}

/** The time of day, to the minute. */
export const minute = (at: string | number, language: Language): string => formatted(at, timeFormat(language, "minute"))

/** The time of day, to the second, by the shop's clock or else the viewer's. */
export const clock = (at: string | number, language: Language): string => formatted(at, timeFormat(language, "clock"))

/** The time of day, with the day if that differs from the day of `now`. */
export const moment = (at: string | number, language: Language, now: number): string =>
  shownDay(at) === shownDay(now) ? clock(at, language) : formatted(at, timeFormat(language, "dayAndMinute"))

/** The time of day to the millisecond. */
export const preciseClock = (at: string | number, language: Language): string =>
  formatted(at, timeFormat(language, "precise"))

/** The day. */
export const day = (at: string | number, language: Language): string => formatted(at, timeFormat(language, "day"))

const formatted = (at: string | number, format: Intl.DateTimeFormat): string => {
  const date = new Date(at)
  return Number.isNaN(date.getTime()) ? "–" : format.format(date)
}

/** A count with its thousands. */
export const count = (number: number, language: Language): string => new Intl.NumberFormat(language).format(number)
