/** A time in the API: ISO 8601 in UTC, such as `2026-01-02T03:04:05.678Z`. Kept as text. */
import * as Schema from "effect/Schema"

export const Timestamp = Schema.String.annotate({ format: "date-time" })
