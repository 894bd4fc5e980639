/** A time as text: date, time and offset, such as `2026-01-02T03:04:05Z`. */
import { isDay } from "@hipay-pos/core/wire/AttemptQuery"

/** The name of such a text, in refusals. */
export const A_MOMENT = "a moment from 1970 to 9998, such as 2026-01-02T03:04:05Z"

/** The end of 9998: in every time zone, this day and the next are still written `YYYY-MM-DD`. */
export const LATEST = Date.parse("9998-12-31T23:59:59.999Z")

/** Whether a text is a valid date and time from 1970 to 9998, with an offset. */
export const isMoment = (text: string): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text) &&
  isDay(text.slice(0, 10)) &&
  Date.parse(text) >= 0 &&
  Date.parse(text) <= LATEST
