/** The query of `GET /attempts`: which attempts, and in which format. */
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { AttemptState } from "./Attempt.ts"

/** How many at most. */
export const Limit = Schema.String.check(
  Schema.isPattern(/^[1-9]\d{0,5}$/, { expected: "a whole number from 1 to 999999" })
).pipe(Schema.decodeTo(Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)), SchemaTransformation.numberFromString))

/** Whether a text is a day of the calendar, as `YYYY-MM-DD`: `Date` reads 31 April as 1 May. */
export const isDay = (text: string): boolean => {
  const start = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(start) && new Date(start).toISOString().slice(0, 10) === text
}

/** A business day of the shop, as `YYYY-MM-DD`, or `today`. */
export const Day = Schema.String.check(
  Schema.makeFilter((text: string) => text === "today" || isDay(text), { expected: "a day as YYYY-MM-DD, or today" })
)

/** Whether a text names a language that numbers can be written in. */
const isLocale = (text: string): boolean => {
  try {
    return Intl.NumberFormat.supportedLocalesOf(text).length > 0
  } catch {
    return false
  }
}

/** A language and country by its BCP 47 tag, such as `fr-FR`. */
export const Locale = Schema.String.check(
  Schema.makeFilter(isLocale, { expected: "a language such as fr-FR or en-GB" })
)

/** The parameters as the URL has them; decoded, `limit` is a number. */
export const AttemptQuery = Schema.Struct({
  /** The most attempts to return; the server caps it. */
  limit: Schema.optionalKey(Limit),
  /** Only attempts older than the one with this id. */
  before: Schema.optionalKey(Schema.String),
  state: Schema.optionalKey(AttemptState),
  /** Only attempts of exactly this order id. */
  orderId: Schema.optionalKey(Schema.String),
  /** Only the login's own attempts that an order with this `Idempotency-Key` opened. Quickest with `orderId`. */
  idempotencyKey: Schema.optionalKey(Schema.String.check(Schema.isPattern(/\S/, { expected: "a key" }))),
  /**
   * A text in the order id, the terminal's name, the login, the attempt's id, the amount asked for or charged as a
   * decimal (`19.18` or `19,18`), the authorization number or the card's last four digits.
   */
  q: Schema.optionalKey(Schema.String),
  day: Schema.optionalKey(Day),
  /** `csv`, `totals`: of a whole `day`. `counts`: how many attempts there are in each state. */
  format: Schema.optionalKey(Schema.Literals(["csv", "totals", "counts"])),
  /** With `format=csv`: formatted for spreadsheets in that language; for programs by default. */
  locale: Schema.optionalKey(Locale)
})
export type AttemptQuery = typeof AttemptQuery.Type
