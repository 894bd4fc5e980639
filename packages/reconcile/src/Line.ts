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
  /** Amounts are written 1 234,50, 1.234,50 or 1’234,50. */
  decimalComma: Schema.optionalKey(Schema.Boolean),
  /** Of lines that name none; EUR by default. */
  currency: Schema.optionalKey(Schema.NonEmptyString),
  /**
   * What the column of the type says for what; other lines are left out. Without it, a negative amount is a credit; with
   * it, one of a debit is refused: whether that is a reversal, or how this file signs all sales, no line says.
   */
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
  | { readonly _tag: "RepeatedColumn"; readonly name: string }
  /** All lines were left out by their types. */
  | { readonly _tag: "NoKnownType"; readonly expected: ReadonlyArray<string>; readonly types: ReadonlyArray<string> }
  | { readonly _tag: "NotCurrency"; readonly line: number; readonly text: string }
  | { readonly _tag: "NotAmount"; readonly line: number; readonly currency: string; readonly text: string }
  | { readonly _tag: "NegativeDebit"; readonly line: number; readonly type: string; readonly text: string }

/** A problem in words, to follow the name of the file. */
export const problemText = (problem: ReadProblem): string => {
  switch (problem._tag) {
    case "NotCsv":
      return `cannot be read as CSV: ${problem.detail}`
    case "NoLines":
      return "has no lines below the names of its columns"
    case "NoColumn":
      return `has no column ${JSON.stringify(problem.name)}; its columns are ${listOf(problem.columns)}`
    case "RepeatedColumn":
      return `has more than one column ${JSON.stringify(problem.name)}; give each a name of its own`
    case "NoKnownType":
      return `has no line of a type that the mapping names (${listOf(problem.expected)}); its types are ${listOf(problem.types)}. Name them in "types" of a mapping`
    case "NotCurrency":
      return `line ${problem.line}: expected a currency such as EUR, got ${JSON.stringify(problem.text)}`
    case "NotAmount":
      return `line ${problem.line}: expected an amount of ${problem.currency}, got ${JSON.stringify(problem.text)}`
    case "NegativeDebit":
      return `line ${problem.line}: expected an amount without a minus for the type ${JSON.stringify(problem.type)}, got ${JSON.stringify(problem.text)}. Give reversals a type of their own, or leave "types" out of the mapping where a minus means money given back`
  }
}

const listOf = (names: ReadonlyArray<string>): string => names.map((each) => JSON.stringify(each)).join(", ")

type Dialect = Pick<Mapping, "separator" | "encoding" | "skip">

interface Row {
  readonly info: { readonly lines: number }
  readonly record: Readonly<Record<string, string>>
}

interface Rows {
  /** As the file has them; a name may stand there twice, and records have the last of its columns. */
  readonly header: ReadonlyArray<string>
  readonly rows: readonly [Row, ...Array<Row>]
}

const rowsOf = (
  bytes: Uint8Array,
  { separator = ",", encoding = "utf-8", skip = 0 }: Dialect
): Result.Result<Rows, ReadProblem> => {
  let header: ReadonlyArray<string> = []
  try {
    const [first, ...rows] = parse(new TextDecoder(encoding, { fatal: true }).decode(bytes), {
      delimiter: separator,
      bom: true,
      columns: (names: Array<string>) => {
        header = names
        return names
      },
      from_line: skip + 1,
      info: true,
      skip_empty_lines: true,
      trim: true
    }) as unknown as ReadonlyArray<Row>
    return first === undefined ? Result.fail({ _tag: "NoLines" }) : Result.succeed({ header, rows: [first, ...rows] })
  } catch (error) {
    return Result.fail({ _tag: "NotCsv", detail: error instanceof Error ? CardNumber.maskWritten(error.message) : "?" })
  }
}

/** The names of a file's columns, without card numbers. */
export const columnsOf = (bytes: Uint8Array, dialect: Dialect): Result.Result<ReadonlyArray<string>, ReadProblem> =>
  Result.map(rowsOf(bytes, dialect), ({ header }) => namesOf(header))

const namesOf = (header: ReadonlyArray<string>): ReadonlyArray<string> =>
  [...new Set(header)].map((name) => CardNumber.maskWritten(name))

/** What a file has. */
export interface Lines {
  readonly lines: ReadonlyArray<Line>
  /** How many lines were left out, as their type is not one of the mapping's. */
  readonly leftOut: number
  /** Some of those types, without card numbers. */
  readonly otherTypes: ReadonlyArray<string>
}

/** As many types that were left out as a person needs to see which they are. */
const SOME_TYPES = 5

/** The lines of a file, or what is wrong with it. */
export const read = (bytes: Uint8Array, mapping: Mapping): Result.Result<Lines, ReadProblem> =>
  Result.gen(function* () {
    const { header, rows } = yield* rowsOf(bytes, mapping)
    for (const name of Object.values(mapping.columns)) {
      const count = header.filter((each) => each === name).length
      if (count > 1) return yield* Result.fail<ReadProblem>({ _tag: "RepeatedColumn", name })
      if (count === 0) return yield* Result.fail<ReadProblem>({ _tag: "NoColumn", name, columns: namesOf(header) })
    }
    const lines: Array<Line> = []
    const types = new Set<string>()
    for (const { info, record } of rows) {
      const line = yield* lineOf(record, info.lines, mapping)
      if (line !== undefined) lines.push(line)
      else if (types.size < SOME_TYPES) types.add(CardNumber.maskWritten(typeOf(record, mapping)))
    }
    const otherTypes = [...types]
    if (lines.length === 0) {
      const expected = Object.keys(mapping.types ?? {})
      return yield* Result.fail<ReadProblem>({ _tag: "NoKnownType", expected, types: otherTypes })
    }
    return { lines, leftOut: rows.length - lines.length, otherTypes }
  })

const typeOf = (record: Readonly<Record<string, string>>, { columns }: Mapping): string =>
  columns.type === undefined ? "" : (record[columns.type] ?? "")

/** Thousands stand in groups, by spaces or apostrophes, or by dots where the comma is the decimal sign. */
const whole = { comma: /^(?:\d+|\d{1,3}(?:[\s'’.]\d{3})+)$/, dot: /^(?:\d+|\d{1,3}(?:[\s'’]\d{3})+)$/ }

/** An unsigned amount as digits with a decimal point; empty where it is none. */
const plainOf = (text: string, decimalComma: boolean): string => {
  const [integer = "", fraction, ...others] = text.split(decimalComma ? "," : ".")
  if (others.length > 0 || !(decimalComma ? whole.comma : whole.dot).test(integer)) return ""
  if (fraction === undefined) return integer.replace(/\D/g, "")
  return /^\d+$/.test(fraction) ? `${integer.replace(/\D/g, "")}.${fraction}` : ""
}

const lineOf = (
  record: Readonly<Record<string, string>>,
  number: number,
  mapping: Mapping
): Result.Result<Line | undefined, ReadProblem> => {
  const { columns, amounts = "decimal", decimalComma = false, currency: byDefault = "EUR", types } = mapping
  const field = (name: string | undefined): string | undefined =>
    name === undefined ? undefined : record[name] || undefined
  const type = typeOf(record, mapping)
  const named = types !== undefined && Object.hasOwn(types, type) ? types[type] : undefined
  // A total or a payout may have no amount of its own.
  if (types !== undefined && named === undefined) return Result.succeed(undefined)
  const code = field(columns.currency) ?? byDefault
  const currency = Currency.fromCode(code.toUpperCase())
  if (currency === undefined) {
    return Result.fail({ _tag: "NotCurrency", line: number, text: CardNumber.maskWritten(code) })
  }
  const text = field(columns.amount) ?? ""
  const isNegative = text.startsWith("-")
  const plain = plainOf(text.replace(/^[+-]\s*/, ""), decimalComma)
  const money =
    amounts === "minor"
      ? Money.make(/^\d{1,12}$/.test(plain) ? Number(plain) : Number.NaN, currency.code)
      : Money.fromDecimal(plain, currency.code)
  if (Result.isFailure(money)) {
    return Result.fail({
      _tag: "NotAmount",
      line: number,
      currency: currency.code,
      text: CardNumber.maskWritten(text)
    })
  }
  const transactionType = named ?? (isNegative ? "Credit" : "Debit")
  if (transactionType === "Debit" && isNegative) {
    return Result.fail({ _tag: "NegativeDebit", line: number, type, text: CardNumber.maskWritten(text) })
  }
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
