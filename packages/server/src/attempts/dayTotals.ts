/**
 * What a day's attempts came to, to be laid beside the slip of the remote collection: totals per terminal and currency,
 * as JSON, and every attempt with them as CSV.
 *
 * Only what was approved counts, with what was really paid; unknown attempts are counted apart, because they may have
 * been. Amounts are minor units in JSON and decimals in CSV.
 */
import type { CurrencyCode } from "@hipay-pos/core/Currency"
import * as Money from "@hipay-pos/core/Money"
import * as Result from "effect/Result"
import { type Attempt, paidOf, terminalNameOf } from "./Attempt.ts"

/** How many, and how much. */
export interface Sum {
  readonly count: number
  readonly amount: number
}

/** One terminal's day in one currency. */
export interface DayTotal {
  readonly terminal: string
  readonly currency: CurrencyCode
  readonly debit: Sum
  readonly credit: Sum
  readonly cancel: Sum
  /** Attempts that may have been paid: open or unknown. */
  readonly unknown: Sum
  /** Debits less credits and cancellations. */
  readonly net: number
}

/** The totals of some attempts, in the order in which their terminals first appear. */
export const dayTotals = (attempts: ReadonlyArray<Attempt>): ReadonlyArray<DayTotal> => {
  const totals = new Map<string, DayTotal>()
  for (const attempt of attempts) {
    const terminal = terminalNameOf(attempt)
    const { currency } = attempt.amount
    const key = `${terminal} ${currency}`
    const amount = paidOf(attempt)?.minorUnits
    const kind =
      attempt.state === "unknown" || attempt.state === "open" ? "unknown" : kinds[attempt.key.transactionType]
    if (amount === undefined && kind !== "unknown") continue
    const total = totals.get(key) ?? {
      terminal,
      currency,
      debit: none,
      credit: none,
      cancel: none,
      unknown: none,
      net: 0
    }
    const counted = amount ?? attempt.amount.minorUnits
    const sum: Sum = { count: total[kind].count + 1, amount: total[kind].amount + counted }
    const signed = kind === "unknown" ? 0 : kind === "debit" ? counted : -counted
    totals.set(key, { ...total, [kind]: sum, net: total.net + signed })
  }
  return [...totals.values()]
}

/** The attempts and their totals as CSV: fields in quotes where they need them, a header, CRLF at the end of lines. */
export const toCsv = (attempts: ReadonlyArray<Attempt>): string => {
  const lines: Array<ReadonlyArray<string | number>> = [
    [
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
      "attempt"
    ],
    ...attempts.map((attempt) => [
      time(attempt.openedAt),
      attempt.endedAt === undefined ? "" : time(attempt.endedAt),
      terminalNameOf(attempt),
      attempt.key.orderId,
      attempt.key.transactionType,
      attempt.state,
      decimal(attempt.amount.minorUnits, attempt.amount.currency),
      paidText(attempt),
      attempt.amount.currency,
      attempt.outcome?.card.authorizationNumber ?? "",
      attempt.key.login,
      attempt.id
    ]),
    [],
    [
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
      "net"
    ],
    ...dayTotals(attempts).map(({ terminal, currency, debit, credit, cancel, unknown, net }) => [
      terminal,
      currency,
      ...[debit, credit, cancel, unknown].flatMap(({ count, amount }) => [count, decimal(amount, currency)]),
      decimal(net, currency)
    ])
  ]
  return lines.map((fields) => `${fields.map(quoted).join(",")}\r\n`).join("")
}

const none: Sum = { count: 0, amount: 0 }

const kinds = { Debit: "debit", Credit: "credit", Cancel: "cancel" } as const

const paidText = (attempt: Attempt): string => {
  const paid = paidOf(attempt)
  return paid === undefined ? "" : decimal(paid.minorUnits, paid.currency)
}

const decimal = (minorUnits: number, currency: CurrencyCode): string =>
  Result.match(Money.make(minorUnits, currency), {
    onSuccess: Money.toDecimalString,
    onFailure: () => `${minorUnits} minor units`
  })

/** A field that a spreadsheet takes as text, even where an order id looks like a formula. */
const quoted = (field: string | number): string => {
  const text = typeof field === "string" && /^[=+@\t\r]|^-(?!\d+(\.\d+)?$)/.test(field) ? `'${field}` : String(field)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const time = (at: number): string => new Date(at).toISOString()
