/**
 * A day's attempts and their totals as CSV.
 *
 * For programs: commas, decimal points, ISO 8601 times. For a language's spreadsheets: its decimal sign, a semicolon if that is
 * a comma, times that they recognise, ids that stay text, and a UTF-8 byte order mark.
 */
import type { BusinessDay } from "@hipay-pos/core/BusinessDay"
import type { CurrencyCode } from "@hipay-pos/core/Currency"
import * as Money from "@hipay-pos/core/Money"
import * as Result from "effect/Result"
import { type Attempt, authorizationOf, cardOf, paidOf, terminalNameOf, tipOf } from "./Attempt.ts"
import { dayTotals } from "./dayTotals.ts"

/** Whom the file is for. */
export interface CsvOptions {
  /** The business days whose clock times are written in. */
  readonly days: BusinessDay
  /** The spreadsheet's language, such as `fr-FR`; undefined for programs. */
  readonly locale?: string | undefined
}

/** How fields are written. */
interface Style {
  readonly separator: "," | ";"
  readonly time: (at: number) => string
  readonly amount: (minorUnits: number, currency: CurrencyCode) => string
  /** Writes an id, which must not become a number even if it looks like one. */
  readonly id: (text: string) => string
  readonly begin: string
}

/** Writes tables with CRLF line ends; fields are quoted if they need it. */
export interface CsvWriter {
  /** The byte order mark, if any, and the column names of {@link CsvWriter.attempt}. */
  readonly head: string
  readonly attempt: (attempt: Attempt) => string
  readonly totals: (attempts: ReadonlyArray<Attempt>) => string
}

/** The attempts, an empty line, and their totals. */
export const toCsv = (attempts: ReadonlyArray<Attempt>, options: CsvOptions): string => {
  const { head, attempt, totals } = makeWriter(options)
  return `${head}${attempts.map(attempt).join("")}\r\n${totals(attempts)}`
}

export const makeWriter = (options: CsvOptions): CsvWriter => {
  const { separator, time, amount, id, begin } = styleOf(options)
  const line = (fields: ReadonlyArray<string | number>): string =>
    `${fields.map((field) => quoted(field, separator)).join(separator)}\r\n`
  const moneyText = (money: ReturnType<typeof paidOf>): string =>
    money === undefined ? "" : amount(money.minorUnits, money.currency)
  return {
    head: begin + line(attemptColumns),
    attempt: (attempt) =>
      line([
        time(attempt.openedAt),
        attempt.endedAt === undefined ? "" : time(attempt.endedAt),
        terminalNameOf(attempt),
        id(attempt.key.orderId),
        attempt.key.transactionType,
        attempt.state,
        amount(attempt.amount.minorUnits, attempt.amount.currency),
        moneyText(paidOf(attempt)),
        attempt.amount.currency,
        id(authorizationOf(attempt) ?? ""),
        id(attempt.key.login),
        id(attempt.id),
        moneyText(tipOf(attempt)),
        cardOf(attempt).pan ?? "",
        attempt.state === "unknown" ? (attempt.error?.detail ?? "") : ""
      ]),
    totals: (attempts) =>
      [
        totalColumns,
        ...dayTotals(attempts).map(
          ({ terminal, currency, debit, credit, cancel, unknown, net, tip, unknownReturned }) => [
            terminal,
            currency,
            ...[debit, credit, cancel, unknown].flatMap((sum) => [sum.count, amount(sum.amount, currency)]),
            amount(net, currency),
            amount(tip?.amount ?? 0, currency),
            amount(unknownReturned?.amount ?? 0, currency)
          ]
        )
      ]
        .map(line)
        .join("")
  }
}

const attemptColumns = [
  "opened",
  "ended",
  "terminal",
  "order",
  "type",
  "state",
  "amount",
  "paid",
  "currency",
  "authorization",
  "login",
  "attempt",
  "tip",
  "card",
  "problem"
]

const totalColumns = [
  "terminal",
  "currency",
  "debits",
  "debited",
  "credits",
  "credited",
  "cancellations",
  "cancelled",
  "unknown",
  "maybe",
  "net",
  "tips",
  "maybe_returned"
]

const styleOf = ({ days, locale }: CsvOptions): Style => {
  if (locale === undefined) return { separator: ",", time: days.format, amount: decimal, id: (text) => text, begin: "" }
  const sign = new Intl.NumberFormat(locale).formatToParts(1.5).find(({ type }) => type === "decimal")?.value ?? "."
  return {
    separator: sign === "," ? ";" : ",",
    time: (at) => days.format(at).slice(0, 19).replace("T", " "),
    amount: (minorUnits, currency) => decimal(minorUnits, currency).replace(".", sign),
    // A formula that returns text: nothing else keeps the zeros of 00012 and the letters of 1E5.
    id: (text) => (/^[\d.,+()-]/.test(text) ? `="${text.replaceAll('"', '""')}"` : text),
    begin: "\uFEFF"
  }
}

const decimal = (minorUnits: number, currency: CurrencyCode): string =>
  Result.match(Money.make(minorUnits, currency), {
    onSuccess: Money.toDecimalString,
    onFailure: () => `${minorUnits} minor units`
  })

/** A field that a spreadsheet reads as text, even if an order id looks like a formula. */
const quoted = (field: string | number, separator: string): string => {
  const text = String(field).replace(FORMULA_INSIDE, "$1'")
  const isText = typeof field === "string" && !/^="(?:[^"]|"")*"$/.test(field)
  const safe = isText && /^[=+@\t\r＝＋＠－]|^-(?!\d+([.,]\d+)?$)/.test(text) ? `'${text}` : text
  return /["\r\n]/.test(safe) || safe.includes(separator) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** What a spreadsheet set to another separator would read as the start of a cell with a formula. */
const FORMULA_INSIDE = /([;,\t\r\n]"*)(?=[=+@＝＋＠－-])/g
