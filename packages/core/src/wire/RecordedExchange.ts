/** An order and the answer of HiPay's service, masked: a line of what a relay records and a mock replays. */
import * as Schema from "effect/Schema"

export const RecordedExchange = Schema.Struct({
  /** When it was answered, ISO 8601. */
  recorded: Schema.String.check(
    Schema.makeFilter((text: string) => !Number.isNaN(Date.parse(text)), {
      expected: "a moment such as 2026-01-02T03:04:05Z"
    })
  ),
  /** `stage`, `production`, or the host of another server. */
  upstream: Schema.String,
  /** The order's JSON as it was sent, without card numbers. */
  order: Schema.Unknown,
  status: Schema.Int,
  contentType: Schema.optionalKey(Schema.String),
  /** The body as it came, without card numbers. */
  body: Schema.String
}).annotate({ identifier: "RecordedExchange" })
export type RecordedExchange = typeof RecordedExchange.Type

/** How every line begins, and its name in messages. */
export const RECORDED_BEGINNING = '{"recorded":"'
