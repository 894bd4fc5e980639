/** Schemas of receipts. */
import * as Schema from "effect/Schema"

export const ReceiptFormat = Schema.Literals(["text", "html"])
export type ReceiptFormat = typeof ReceiptFormat.Type

/** The decoded copies; a terminal may give one, both or none. */
export const Receipt = Schema.Struct({
  format: ReceiptFormat,
  customer: Schema.optionalKey(Schema.String),
  merchant: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "Receipt" })
export type Receipt = typeof Receipt.Type

/** The encoding of a ticket's bytes: `auto` detects UTF-8 and CP1252, which includes Latin-1; CP850 must be named. */
export const TextEncoding = Schema.Literals(["auto", "cp850"])
export type TextEncoding = typeof TextEncoding.Type
