/** The query of `GET /attempts`: which attempts, and how they are shown. Parameters with other names are ignored. */
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { AttemptState } from "./Attempt.ts"

const Limit = Schema.String.check(Schema.isPattern(/^[1-9]\d{0,5}$/, { expected: "a whole number from 1" })).pipe(
  Schema.decodeTo(Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)), SchemaTransformation.numberFromString)
)

/** Whether a text is a day of the calendar: `Date` reads 31 April as 1 May. */
const isDay = (text: string): boolean => {
  const start = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(start) && new Date(start).toISOString().slice(0, 10) === text
}

/** A day in UTC, as `YYYY-MM-DD`. */
export const Day = Schema.String.annotate({ format: "date" }).check(
  Schema.makeFilter(isDay, { expected: "a day as YYYY-MM-DD" })
)

/** The parameters as they stand in the URL, and decoded: `limit` is a number then. */
export const AttemptQuery = Schema.Struct({
  /** The most attempts to return; the server caps it. */
  limit: Schema.optionalKey(Limit),
  /** Only attempts older than the one with this id. */
  before: Schema.optionalKey(Schema.String),
  state: Schema.optionalKey(AttemptState),
  /** A text in the order id, the terminal's name or the login. */
  q: Schema.optionalKey(Schema.String),
  day: Schema.optionalKey(Day),
  /** With `day`: the whole day as CSV, or its totals. */
  format: Schema.optionalKey(Schema.Literals(["csv", "totals"]))
})
export type AttemptQuery = typeof AttemptQuery.Type
