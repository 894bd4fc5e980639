/** A moment as people write it: date, time and offset, such as `2026-01-02T03:04:05Z`. */
import { isDay } from "@hipay-pos/core/wire/AttemptQuery"

/** Whether a text is a moment that the calendar has, with its offset. */
export const isMoment = (text: string): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text) &&
  isDay(text.slice(0, 10)) &&
  !Number.isNaN(Date.parse(text))
