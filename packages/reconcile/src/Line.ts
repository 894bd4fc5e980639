/**
 * One payment in a file of the terminal or the acquirer: a batch report, a settlement. The mapping names the file's
 * columns; a file that does not fit its mapping is refused, never half understood.
 */
import { authorizationNumberOf } from "@hipay-pos/core/Card"
import * as CardNumber from "@hipay-pos/core/CardNumber"
import * as Currency from "@hipay-pos/core/Currency"
import { defined } from "@hipay-pos/core/Defined"
import * as ErrorText from "@hipay-pos/core/ErrorText"
import * as Money from "@hipay-pos/core/Money"
import type { TransactionType } from "@hipay-pos/core/TransactionType"
import * as TypedAmount from "@hipay-pos/core/TypedAmount"
// The browser build needs nothing of Node, and runs there too.
import { CsvError, parse } from "csv-parse/browser/esm/sync"
import * as Result from "effect/Result"
import { looksLikeStatus, looksLikeType, speaksAgainst } from "./columnNames.ts"
import type { Mapping } from "./Mapping.ts"

/** A line; amounts in minor units. The order id is unchanged; card numbers elsewhere are masked. */
export interface Line {
  /** Line number in the file, from 1. */
  readonly number: number
  readonly orderId?: string
  readonly amount: number
  readonly currency: string
  readonly transactionType: TransactionType
  readonly authorization?: string
}

/** Something that contradicts a line's payment: another line, which was left out, or another column of the same line. */
export interface OtherLine {
  /** Line number in the file, from 1. */
  readonly number: number
  /** The type or status for which it was left out, or the column's value, without card numbers. */
  readonly says: string
  readonly orderId?: string
  readonly authorization?: string
}

/** What is wrong with a file; lines are counted from 1. */
export type ReadProblem =
  | { readonly _tag: "NotCsv"; readonly detail: string }
  | { readonly _tag: "OtherEncoding"; readonly found: "xlsx" | "utf-16" | "unknown" }
  /** A line whose number of fields differs from the header's. */
  | {
      readonly _tag: "OtherFields"
      readonly line: number
      readonly fields: number
      readonly columns: ReadonlyArray<string>
      readonly separator: string
    }
  | { readonly _tag: "NoLines" }
  /**
   * `names`: all columns that the mapping names and the file lacks. If there is only one column, the separator is often
   * another.
   */
  | {
      readonly _tag: "NoColumn"
      readonly names: readonly [string, ...Array<string>]
      readonly columns: ReadonlyArray<string>
      readonly separator: string
    }
  | { readonly _tag: "RepeatedColumn"; readonly name: string }
  /** All lines were left out because of their types. */
  | { readonly _tag: "NoKnownType"; readonly expected: ReadonlyArray<string>; readonly types: ReadonlyArray<string> }
  /** All lines were left out, some of them because of their status. */
  | { readonly _tag: "NonePaid"; readonly expected: ReadonlyArray<string>; readonly statuses: ReadonlyArray<string> }
  | { readonly _tag: "NotCurrency"; readonly line: number; readonly text: string }
  | { readonly _tag: "NotAmount"; readonly line: number; readonly currency: string; readonly text: string }
  | { readonly _tag: "NegativeDebit"; readonly line: number; readonly type: string; readonly text: string }

type Dialect = Pick<Mapping, "separator" | "encoding" | "skip">

interface Row {
  readonly info: { readonly lines: number }
  readonly record: Readonly<Record<string, string>>
}

interface Rows {
  /** As in the file. A name may occur twice; records have the last of its columns. */
  readonly header: ReadonlyArray<string>
  readonly rows: readonly [Row, ...Array<Row>]
}

const rowsOf = (
  bytes: Uint8Array,
  { separator = ",", encoding = "utf-8", skip = 0 }: Dialect
): Result.Result<Rows, ReadProblem> => {
  const decoded = textOf(bytes, encoding)
  if (Result.isFailure(decoded)) return Result.fail(decoded.failure)
  let header: ReadonlyArray<string> = []
  try {
    const [first, ...rows] = parse(decoded.success, {
      delimiter: separator,
      record_delimiter: ["\r\n", "\n", "\r"],
      bom: true,
      columns: (names: Array<string>) => {
        header = names
        return names
      },
      from_line: skip + 1,
      info: true,
      skip_empty_lines: true,
      // Spreadsheets append rows that consist of separators.
      skip_records_with_empty_values: true,
      trim: true
    }) as unknown as ReadonlyArray<Row>
    return first === undefined ? Result.fail({ _tag: "NoLines" }) : Result.succeed({ header, rows: [first, ...rows] })
  } catch (error) {
    if (error instanceof CsvError && error.code === "CSV_RECORD_INCONSISTENT_COLUMNS") {
      const { lines, record } = error as CsvError & { readonly lines: number; readonly record: ReadonlyArray<string> }
      const columns = namesOf(header)
      return Result.fail({ _tag: "OtherFields", line: lines, fields: record.length, columns, separator })
    }
    return Result.fail({ _tag: "NotCsv", detail: CardNumber.maskWritten(ErrorText.of(error)) })
  }
}

const textOf = (bytes: Uint8Array, encoding: "utf-8" | "latin1"): Result.Result<string, ReadProblem> => {
  const [first, second, third, fourth] = bytes
  if (first === 0x50 && second === 0x4b && third === 3 && fourth === 4)
    return Result.fail({ _tag: "OtherEncoding", found: "xlsx" })
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    return Result.fail({ _tag: "OtherEncoding", found: "utf-16" })
  try {
    return Result.succeed(new TextDecoder(encoding, { fatal: true }).decode(bytes))
  } catch {
    return Result.fail({ _tag: "OtherEncoding", found: "unknown" })
  }
}

/** The names of a file's columns, without card numbers. */
export const columnsOf = (bytes: Uint8Array, dialect: Dialect): Result.Result<ReadonlyArray<string>, ReadProblem> =>
  Result.map(rowsOf(bytes, dialect), ({ header }) => namesOf(header))

const namesOf = (header: ReadonlyArray<string>): ReadonlyArray<string> =>
  [...new Set(header)].map((name) => CardNumber.maskWritten(name))

/** The content of a file. */
export interface Lines {
  readonly lines: ReadonlyArray<Line>
  /** How many lines were left out because the mapping does not have their type. */
  readonly leftOut: number
  /** Some of those types, without card numbers. */
  readonly otherTypes: ReadonlyArray<string>
  /** How many lines were left out because their status does not mean paid. */
  readonly unpaid: number
  /** Some of those statuses, without card numbers. */
  readonly otherStatuses: ReadonlyArray<string>
  /** The lines that were left out, and lines that were kept although a column outside the mapping contradicts them. */
  readonly others: ReadonlyArray<OtherLine>
  /** Columns that may say which lines were paid, if the mapping names no status. */
  readonly statusColumns: ReadonlyArray<string>
  /** Columns whose names or values may say which lines are sales, if the mapping names no type. */
  readonly typeColumns: ReadonlyArray<string>
}

/** How many left-out types and statuses to list: enough for a person to recognise them. */
const MAX_LISTED = 5

/** The lines of a file, or what is wrong with it. */
export const read = (bytes: Uint8Array, mapping: Mapping): Result.Result<Lines, ReadProblem> =>
  Result.gen(function* () {
    const { header, rows } = yield* rowsOf(bytes, mapping)
    const named = [...new Set(Object.values(mapping.columns))].filter((name) => name !== null)
    const [missing, ...alsoMissing] = named.filter((name) => !header.includes(name))
    if (missing !== undefined) {
      const { separator = "," } = mapping
      const columns = namesOf(header)
      return yield* Result.fail<ReadProblem>({ _tag: "NoColumn", names: [missing, ...alsoMissing], columns, separator })
    }
    const repeated = named.find((name) => header.indexOf(name) !== header.lastIndexOf(name))
    if (repeated !== undefined) return yield* Result.fail<ReadProblem>({ _tag: "RepeatedColumn", name: repeated })
    const lines: Array<Line> = []
    const others: Array<OtherLine> = []
    const types = new Set<string>()
    const statuses = new Set<string>()
    const unnamed = header.filter((name) => !named.includes(name))
    const contradicting = new Set<string>()
    let leftOut = 0
    let unpaid = 0
    for (const { info, record } of rows) {
      const line = yield* lineOf(record, info.lines, mapping)
      const addOther = (text: string): string => {
        const says = CardNumber.maskWritten(text)
        others.push({ number: info.lines, says, ...namesOfLine(record, mapping) })
        return says
      }
      if (line === "other-type") {
        leftOut++
        note(types, addOther(typeOf(record, mapping)))
      } else if (line === "not-paid") {
        unpaid++
        note(statuses, addOther(statusOf(record, mapping)))
      } else {
        lines.push(line)
        const column = unnamed.find((name) => speaksAgainst(line.transactionType, record[name] ?? ""))
        if (column === undefined) continue
        contradicting.add(column)
        addOther(record[column] ?? "")
      }
    }
    const otherTypes = [...types]
    const otherStatuses = [...statuses]
    if (lines.length === 0) {
      return yield* Result.fail<ReadProblem>(
        unpaid > 0
          ? { _tag: "NonePaid", expected: mapping.paid ?? [], statuses: otherStatuses }
          : { _tag: "NoKnownType", expected: Object.keys(mapping.types ?? {}), types: otherTypes }
      )
    }
    const { type, status } = mapping.columns
    const statusColumns = status === undefined ? unnamed.filter(looksLikeStatus) : []
    const isType = (name: string) => looksLikeType(name) || (contradicting.has(name) && !statusColumns.includes(name))
    return {
      lines,
      leftOut,
      otherTypes,
      unpaid,
      otherStatuses,
      others,
      statusColumns: namesOf(statusColumns),
      typeColumns: type === undefined ? namesOf(unnamed.filter(isType)) : []
    }
  })

const note = (seen: Set<string>, text: string): void => {
  if (seen.size < MAX_LISTED) seen.add(text)
}

const statusOf = (record: Readonly<Record<string, string>>, { columns }: Mapping): string =>
  columns.status == null ? "" : (record[columns.status] ?? "")

const typeOf = (record: Readonly<Record<string, string>>, { columns }: Mapping): string =>
  columns.type == null ? "" : (record[columns.type] ?? "")

/** By its code, or its number, which may have lost leading zeros in a spreadsheet. */
const currencyOf = (text: string): Currency.Currency | undefined =>
  Currency.fromCode(text.toUpperCase()) ?? Currency.fromNumericCode(text.padStart(3, "0"))

/** In characters; longer texts are refused unread. */
const MAX_AMOUNT_LENGTH = 40

/** The minus may come last, or be followed only by the currency's sign. */
const MINUS_BEHIND = /^([^-−]*\d[^-−]*)[-−]([^-−\d]*)$/

/** Thousands may be grouped. */
const MINOR = /^([+\-−])?\s*(\d+|\d{1,3}(?:[\s'’]\d{3})+)$/

/** One comma and no dot although the decimal sign is a dot: thousands, or the decimals of another format. */
const ONE_COMMA = /^[^\d,.]*\d{1,3},\d{3}[^\d,.]*$/

/** A signed amount; undefined if the text is none. */
const amountOf = (
  written: string,
  { code, exponent }: Currency.Currency,
  { amounts = "decimal", decimalComma = false }: Mapping
): Money.Money | undefined => {
  if (written.length > MAX_AMOUNT_LENGTH) return undefined
  const text = written.replace(MINUS_BEHIND, "-$1$2")
  if (amounts === "minor") {
    const [, sign = "", digits] = MINOR.exec(text) ?? []
    if (digits === undefined) return undefined
    const units = Number(digits.replace(/\D/g, ""))
    return Result.getOrUndefined(Money.make(/[-−]/.test(sign) ? -units : units, code))
  }
  if (!decimalComma && exponent > 0 && ONE_COMMA.test(text)) return undefined
  return Result.getOrUndefined(TypedAmount.parse(text, code, { decimalMark: decimalComma ? "," : "." }))
}

const lineOf = (
  record: Readonly<Record<string, string>>,
  number: number,
  mapping: Mapping
): Result.Result<Line | "other-type" | "not-paid", ReadProblem> => {
  const { columns, currency: byDefault = "EUR", types } = mapping
  const type = typeOf(record, mapping)
  const named = types !== undefined && Object.hasOwn(types, type) ? types[type] : undefined
  // A total or a payout may have no amount of its own.
  if (types !== undefined && named === undefined) return Result.succeed("other-type")
  if (mapping.paid?.includes(statusOf(record, mapping)) === false) return Result.succeed("not-paid")
  const code = fieldOf(record, columns.currency) ?? byDefault
  const currency = currencyOf(code)
  if (currency === undefined) {
    return Result.fail({ _tag: "NotCurrency", line: number, text: CardNumber.maskWritten(code) })
  }
  const text = fieldOf(record, columns.amount) ?? ""
  const money = amountOf(text, currency, mapping)
  if (money === undefined) {
    return Result.fail({
      _tag: "NotAmount",
      line: number,
      currency: currency.code,
      text: CardNumber.maskWritten(text)
    })
  }
  const isNegative = money.minorUnits < 0
  const transactionType = named ?? (isNegative ? "Credit" : "Debit")
  if (transactionType === "Debit" && isNegative) {
    return Result.fail({ _tag: "NegativeDebit", line: number, type, text: CardNumber.maskWritten(text) })
  }
  return Result.succeed({
    number,
    amount: Math.abs(money.minorUnits),
    currency: currency.code,
    transactionType,
    ...namesOfLine(record, mapping)
  })
}

const fieldOf = (record: Readonly<Record<string, string>>, name: string | undefined): string | undefined =>
  name === undefined ? undefined : record[name] || undefined

/** The names by which a line identifies its payment. */
const namesOfLine = (
  record: Readonly<Record<string, string>>,
  { columns }: Mapping
): Pick<Line, "orderId" | "authorization"> => {
  const orderId = fieldOf(record, columns.orderId)
  // The number is printed, and sent to the server in a URL: a wrongly chosen column may hold card numbers.
  const authorization = authorizationNumberOf(CardNumber.maskWritten(fieldOf(record, columns.authorization) ?? ""))
  return defined({ orderId, authorization })
}
