/**
 * One payment as a file of the terminal's or the acquirer's has it: a batch report, a settlement. What a file calls its
 * columns is its mapping; a file that is read by the wrong one is refused, never half understood.
 */
import * as CardNumber from "@hipay-pos/core/CardNumber"
import * as Currency from "@hipay-pos/core/Currency"
import * as Money from "@hipay-pos/core/Money"
import { TransactionType } from "@hipay-pos/core/TransactionType"
// The build for browsers needs nothing of Node's, and runs there too.
import { parse } from "csv-parse/browser/esm/sync"
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

/** What is wrong with a file; lines are counted from 1. */
export type ReadProblem =
  | { readonly _tag: "NotCsv"; readonly detail: string }
  | { readonly _tag: "NoLines" }
  | { readonly _tag: "NoColumn"; readonly name: string; readonly columns: ReadonlyArray<string> }
  | { readonly _tag: "NotCurrency"; readonly line: number; readonly text: string }
  | { readonly _tag: "NotAmount"; readonly line: number; readonly currency: string; readonly text: string }

/** A problem in words, to follow the name of the file. */
export const problemText = (problem: ReadProblem): string => {
  switch (problem._tag) {
    case "NotCsv":
      return `cannot be read as CSV: ${problem.detail}`
    case "NoLines":
      return "has no lines below the names of its columns"
    case "NoColumn":
      return `has no column ${JSON.stringify(problem.name)}; its columns are ${problem.columns.map((each) => JSON.stringify(each)).join(", ")}`
    case "NotCurrency":
      return `line ${problem.line}: expected a currency such as EUR, got ${JSON.stringify(problem.text)}`
    case "NotAmount":
      return `line ${problem.line}: expected an amount of ${problem.currency}, got ${JSON.stringify(problem.text)}`
  }
}

type Dialect = Pick<Mapping, "separator" | "encoding" | "skip">

interface Row {
  readonly info: { readonly lines: number }
  readonly record: Readonly<Record<string, string>>
}

const rowsOf = (
  bytes: Uint8Array,
  { separator = ",", encoding = "utf-8", skip = 0 }: Dialect
): Result.Result<readonly [Row, ...Array<Row>], ReadProblem> => {
  try {
    const [first, ...rows] = parse(new TextDecoder(encoding, { fatal: true }).decode(bytes), {
      delimiter: separator,
      bom: true,
      columns: true,
      from_line: skip + 1,
      info: true,
      skip_empty_lines: true,
      trim: true
    }) as unknown as ReadonlyArray<Row>
    return first === undefined ? Result.fail({ _tag: "NoLines" }) : Result.succeed([first, ...rows])
  } catch (error) {
    return Result.fail({ _tag: "NotCsv", detail: error instanceof Error ? CardNumber.maskWritten(error.message) : "?" })
  }
}

/** The names of a file's columns, without card numbers. */
export const columnsOf = (bytes: Uint8Array, dialect: Dialect): Result.Result<ReadonlyArray<string>, ReadProblem> =>
  Result.map(rowsOf(bytes, dialect), ([first]) => namesOf(first))

const namesOf = ({ record }: Row): ReadonlyArray<string> =>
  Object.keys(record).map((name) => CardNumber.maskWritten(name))

/** The lines of a file, or what is wrong with it. */
export const read = (bytes: Uint8Array, mapping: Mapping): Result.Result<ReadonlyArray<Line>, ReadProblem> =>
  Result.gen(function* () {
    const rows = yield* rowsOf(bytes, mapping)
    for (const name of Object.values(mapping.columns)) {
      if (!Object.hasOwn(rows[0].record, name)) {
        return yield* Result.fail<ReadProblem>({ _tag: "NoColumn", name, columns: namesOf(rows[0]) })
      }
    }
    const lines: Array<Line> = []
    for (const { info, record } of rows) {
      const line = yield* lineOf(record, info.lines, mapping)
      if (line !== undefined) lines.push(line)
    }
    return lines
  })

const lineOf = (
  record: Readonly<Record<string, string>>,
  number: number,
  { columns, amounts = "decimal", decimalComma = false, currency: byDefault = "EUR", types }: Mapping
): Result.Result<Line | undefined, ReadProblem> => {
  const field = (name: string | undefined): string | undefined =>
    name === undefined ? undefined : record[name] || undefined
  const code = field(columns.currency) ?? byDefault
  const currency = Currency.fromCode(code.toUpperCase())
  if (currency === undefined) {
    return Result.fail({ _tag: "NotCurrency", line: number, text: CardNumber.maskWritten(code) })
  }
  const text = field(columns.amount) ?? ""
  const plain = decimalComma
    ? text.replace(/[\s.\u00a0\u202f]/g, "").replace(",", ".")
    : text.replace(/[\s\u00a0\u202f]/g, "")
  const unsigned = plain.replace(/^[+-]/, "")
  const money =
    amounts === "minor"
      ? Money.make(/^\d{1,12}$/.test(unsigned) ? Number(unsigned) : Number.NaN, currency.code)
      : Money.fromDecimal(/^\d+(\.\d+)?$/.test(unsigned) ? unsigned : "", currency.code)
  if (Result.isFailure(money)) {
    return Result.fail({
      _tag: "NotAmount",
      line: number,
      currency: currency.code,
      text: CardNumber.maskWritten(text)
    })
  }
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
