/**
 * A day's attempts and their totals as CSV.
 *
 * For programs: commas, decimal points, times in ISO 8601. For the spreadsheets of a language: its decimal sign, a
 * semicolon where that is a comma, times as they recognise them, ids that stay texts, and a mark that says UTF-8.
 */
import type { BusinessDay } from "@hipay-pos/core/BusinessDay"
import type { CurrencyCode } from "@hipay-pos/core/Currency"
import * as Money from "@hipay-pos/core/Money"
import * as Result from "effect/Result"
import { type Attempt, authorizationOf, cardOf, paidOf, terminalNameOf, tipOf } from "./Attempt.ts"
import { dayTotals } from "./dayTotals.ts"

/** For whom it is. */
export interface CsvOptions {
  /** By whose clock times are written. */
  readonly days: BusinessDay
  /** The language of the spreadsheet, such as `fr-FR`; for programs without. */
  readonly locale?: string | undefined
}

/** How fields are written. */
interface Style {
  readonly separator: "," | ";"
  readonly time: (at: number) => string
  readonly amount: (minorUnits: number, currency: CurrencyCode) => string
  /** An id, which is not a number even where it looks like one. */
  readonly id: (text: string) => string
  readonly begin: string
}

/** Writes tables whose lines end with CRLF; fields are in quotes where they need them. */
export interface CsvWriter {
  /** The mark of the encoding, where it has one, and the names of the columns of {@link CsvWriter.attempt}. */
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
        ...dayTotals(attempts).map(({ terminal, currency, debit, credit, cancel, unknown, net, tip }) => [
          terminal,
          currency,
          ...[debit, credit, cancel, unknown].flatMap((sum) => [sum.count, amount(sum.amount, currency)]),
          amount(net, currency),
          amount(tip?.amount ?? 0, currency)
        ])
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
  "tips"
]

const styleOf = ({ days, locale }: CsvOptions): Style => {
  if (locale === undefined) return { separator: ",", time: days.format, amount: decimal, id: (text) => text, begin: "" }
  const sign = new Intl.NumberFormat(locale).formatToParts(1.5).find(({ type }) => type === "decimal")?.value ?? "."
  return {
    separator: sign === "," ? ";" : ",",
    time: (at) => days.format(at).slice(0, 19).replace("T", " "),
    amount: (minorUnits, currency) => decimal(minorUnits, currency).replace(".", sign),
    // A formula that gives a text: nothing else keeps the zeros of 00012 and the letters of 1E5.
    id: (text) => (/^[\d.,+()-]/.test(text) ? `="${text.replaceAll('"', '""')}"` : text),
    begin: "\uFEFF"
  }
}

const decimal = (minorUnits: number, currency: CurrencyCode): string =>
  Result.match(Money.make(minorUnits, currency), {
    onSuccess: Money.toDecimalString,
    onFailure: () => `${minorUnits} minor units`
  })

/** A field that a spreadsheet takes as text, even where an order id looks like a formula. */
const quoted = (field: string | number, separator: string): string => {
  const text = String(field).replace(FORMULA_INSIDE, "$1'")
  const isText = typeof field === "string" && !/^="(?:[^"]|"")*"$/.test(field)
  const safe = isText && /^[=+@\t\r]|^-(?!\d+([.,]\d+)?$)/.test(text) ? `'${text}` : text
  return /["\r\n]/.test(safe) || safe.includes(separator) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** What a spreadsheet that is set to another separator takes for the beginning of a cell, and for a formula in it. */
const FORMULA_INSIDE = /([;,\t\r\n]"*)(?=[=+@-])/g
