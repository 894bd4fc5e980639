/** How to read a file of payments: the names of its columns, and how it writes amounts, types and statuses. */
import { TransactionType } from "@hipay-pos/core/TransactionType"
import * as Schema from "effect/Schema"

/** How to read a file. */
export const Mapping = Schema.Struct({
  /** `,` by default. */
  separator: Schema.optionalKey(Schema.String.check(Schema.isPattern(/^.$/, { message: "expected one character" }))),
  encoding: Schema.optionalKey(Schema.Literals(["utf-8", "latin1"])),
  /** Lines before the header. */
  skip: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000 }))),
  columns: Schema.Struct({
    amount: Schema.NonEmptyString,
    orderId: Schema.optionalKey(Schema.NonEmptyString),
    authorization: Schema.optionalKey(Schema.NonEmptyString),
    currency: Schema.optionalKey(Schema.NonEmptyString),
    /** null if a column looks like a type but is none. */
    type: Schema.optionalKey(Schema.NullOr(Schema.NonEmptyString)),
    /** null if a column looks like a status but is none. */
    status: Schema.optionalKey(Schema.NullOr(Schema.NonEmptyString))
  }),
  /** `decimal` such as 12.50 by default, or `minor` units such as 1250. */
  amounts: Schema.optionalKey(Schema.Literals(["decimal", "minor"])),
  /** Amounts are written 1 234,50, 1.234,50 or 1’234,50; otherwise 1 234.50, 1,234.50 or 1’234.50. */
  decimalComma: Schema.optionalKey(Schema.Boolean),
  /** Code or number of the currency of lines that name none; EUR by default. */
  currency: Schema.optionalKey(Schema.NonEmptyString),
  /**
   * The meaning of each value of the type column; lines with other values are left out. Without it, a negative amount
   * is a credit. With it, a negative amount of a debit is refused: no line says whether that is a reversal or how this
   * file signs all sales.
   */
  types: Schema.optionalKey(Schema.Record(Schema.String, TransactionType)),
  /** The status values of a payment that was made; other lines are left out. */
  paid: Schema.optionalKey(Schema.Array(Schema.String))
})
  .check(
    Schema.makeFilter(
      ({ columns, types }) =>
        ((columns.type ?? undefined) === undefined) === (types === undefined) ||
        'expected "type" of "columns" and "types" together: the column, and what its values mean'
    ),
    Schema.makeFilter(
      ({ columns, paid }) =>
        ((columns.status ?? undefined) === undefined) === (paid === undefined) ||
        'expected "status" of "columns" and "paid" together: the column, and what it says of a payment that was made'
    )
  )
  .annotate({ identifier: "ReconcileMapping" })
export type Mapping = typeof Mapping.Type

/** Made-up examples to start from: each acquirer names its columns differently. */
export const formats = {
  "batch-report": {
    separator: ";",
    columns: { amount: "montant", authorization: "autorisation" },
    decimalComma: true
  },
  settlement: {
    columns: {
      amount: "amount",
      orderId: "order_id",
      authorization: "authorization",
      currency: "currency",
      type: "type"
    },
    types: { sale: "Debit", refund: "Credit" }
  }
} as const satisfies Readonly<Record<string, Mapping>>
