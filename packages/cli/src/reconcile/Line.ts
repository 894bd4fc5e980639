/**
 * One payment as a file of the terminal's or the acquirer's has it: a batch report, a settlement. What a file calls its
 * columns is its mapping; a file that is read by the wrong one is refused, never half understood.
 */
import * as CardNumber from "@hipay-pos/core/CardNumber"
import * as Currency from "@hipay-pos/core/Currency"
import * as Money from "@hipay-pos/core/Money"
import { TransactionType } from "@hipay-pos/core/TransactionType"
import { parse } from "csv-parse/sync"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/** A line; amounts in minor units. Card numbers are masked. */
export interface Line {
  /** Of the file, from 1. */
  readonly number: number
  readonly orderId?: string
  readonly amount: number
  readonly currency: string
  readonly transactionType: TransactionType
  readonly authorization?: string
}

/** How a file is read. */
export const Mapping = Schema.Struct({
  /** `,` by default. */
  separator: Schema.optionalKey(Schema.String.check(Schema.isPattern(/^.$/, { message: "expected one character" }))),
  encoding: Schema.optionalKey(Schema.Literals(["utf-8", "latin1"])),
  /** Lines before the one with the names of the columns. */
  skip: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000 }))),
  columns: Schema.Struct({
    amount: Schema.NonEmptyString,
    orderId: Schema.optionalKey(Schema.NonEmptyString),
    authorization: Schema.optionalKey(Schema.NonEmptyString),
    currency: Schema.optionalKey(Schema.NonEmptyString),
    type: Schema.optionalKey(Schema.NonEmptyString)
  }),
  /** `decimal` such as 12.50 by default, or `minor` units such as 1250. */
  amounts: Schema.optionalKey(Schema.Literals(["decimal", "minor"])),
  /** Amounts are written 1 234,50. */
  decimalComma: Schema.optionalKey(Schema.Boolean),
  /** Of lines that name none; EUR by default. */
  currency: Schema.optionalKey(Schema.NonEmptyString),
  /** What the column of the type says for what; other lines are left out. Without it, a negative amount is a credit. */
  types: Schema.optionalKey(Schema.Record(Schema.String, TransactionType))
}).annotate({ identifier: "ReconcileMapping" })
export type Mapping = typeof Mapping.Type

/** Examples to start from: what a file calls its columns differs from one acquirer to the next. */
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

/** The lines of a file, or what is wrong with it: the line, what was expected, what came. */
export const read = (bytes: Uint8Array, mapping: Mapping): Result.Result<ReadonlyArray<Line>, string> => {
  const { separator = ",", encoding = "utf-8", skip = 0, columns } = mapping
  let rows: ReadonlyArray<{
    readonly info: { readonly lines: number }
    readonly record: Readonly<Record<string, string>>
  }>
  try {
    rows = parse(new TextDecoder(encoding, { fatal: true }).decode(bytes), {
      delimiter: separator,
      bom: true,
      columns: true,
      from_line: skip + 1,
      info: true,
      skip_empty_lines: true,
      trim: true
    }) as unknown as typeof rows
  } catch (error) {
    return Result.fail(`cannot be read as CSV: ${error instanceof Error ? CardNumber.maskWritten(error.message) : "?"}`)
  }
  const [first] = rows
  if (first === undefined) return Result.fail("has no lines below the names of its columns")
  for (const name of Object.values(columns))
    if (!Object.hasOwn(first.record, name))
      return Result.fail(
        `has no column ${JSON.stringify(name)}; its columns are ${Object.keys(first.record)
          .map((each) => JSON.stringify(each))
          .join(", ")}`
      )
  const lines: Array<Line> = []
  for (const { info, record } of rows) {
    const line = lineOf(record, info.lines, mapping)
    if (Result.isFailure(line)) return Result.fail(`line ${info.lines}: ${line.failure}`)
    if (line.success !== undefined) lines.push(line.success)
  }
  return Result.succeed(lines)
}

const lineOf = (
  record: Readonly<Record<string, string>>,
  number: number,
  { columns, amounts = "decimal", decimalComma = false, currency: byDefault = "EUR", types }: Mapping
): Result.Result<Line | undefined, string> => {
  const field = (name: string | undefined): string | undefined =>
    name === undefined ? undefined : record[name] || undefined
  const currency = Currency.fromCode((field(columns.currency) ?? byDefault).toUpperCase())
  if (currency === undefined)
    return Result.fail(`expected a currency such as EUR, got ${shown(field(columns.currency))}`)
  const text = field(columns.amount) ?? ""
  const plain = decimalComma
    ? text.replace(/[\s.\u00a0\u202f]/g, "").replace(",", ".")
    : text.replace(/[\s\u00a0\u202f]/g, "")
  const unsigned = plain.replace(/^[+-]/, "")
  const money =
    amounts === "minor"
      ? Money.make(/^\d{1,12}$/.test(unsigned) ? Number(unsigned) : Number.NaN, currency.code)
      : Money.fromDecimal(/^\d+(\.\d+)?$/.test(unsigned) ? unsigned : "", currency.code)
  if (Result.isFailure(money)) return Result.fail(`expected an amount of ${currency.code}, got ${shown(text)}`)
  const kind = field(columns.type)
  const transactionType = types === undefined ? (plain.startsWith("-") ? "Credit" : "Debit") : types[kind ?? ""]
  if (transactionType === undefined) return Result.succeed(undefined)
  const orderId = field(columns.orderId)
  const authorization = field(columns.authorization)
  return Result.succeed({
    number,
    amount: money.success.minorUnits,
    currency: currency.code,
    transactionType,
    ...(orderId === undefined ? {} : { orderId }),
    ...(authorization === undefined ? {} : { authorization })
  })
}

const shown = (text: string | undefined): string => JSON.stringify(CardNumber.maskWritten(text ?? ""))
