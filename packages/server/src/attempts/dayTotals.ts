/**
 * A day's totals per terminal and currency, in minor units, to reconcile with the terminal's batch report. Only approved
 * attempts count, with what was really paid; unknown ones are counted apart, because they may have been paid.
 */
import type { CurrencyCode } from "@hipay-pos/core/Currency"
import { isUndecided } from "@hipay-pos/core/wire/AttemptState"
import type { CountAndSum, TerminalTotals } from "@hipay-pos/core/wire/DayTotals"
import { type Attempt, paidOf, terminalNameOf, tipOf } from "./Attempt.ts"

/** One terminal's day in one currency. */
export interface DayTotal extends TerminalTotals {
  readonly currency: CurrencyCode
}

/** The attempts' totals, in the order in which their terminals first appear. */
export const dayTotals = (attempts: ReadonlyArray<Attempt>): ReadonlyArray<DayTotal> => {
  const totals = new Map<string, DayTotal>()
  for (const attempt of attempts) {
    const terminal = terminalNameOf(attempt)
    const { currency } = attempt.amount
    const key = `${terminal} ${currency}`
    const amount = paidOf(attempt)?.minorUnits
    const kind = isUndecided(attempt) ? "unknown" : kinds[attempt.key.transactionType]
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
    const signed = kind === "unknown" ? 0 : kind === "debit" ? counted : -counted
    const added = tipOf(attempt)?.minorUnits
    const mayReturn = kind === "unknown" && attempt.key.transactionType !== "Debit"
    totals.set(key, {
      ...total,
      [kind]: plus(counted, total[kind]),
      net: total.net + signed,
      ...(mayReturn ? { unknownReturned: plus(counted, total.unknownReturned) } : {}),
      ...(added === undefined ? {} : { tip: plus(added, total.tip) })
    })
  }
  return [...totals.values()]
}

const none: CountAndSum = { count: 0, amount: 0 }

/** One more. */
const plus = (added: number, { count, amount } = none): CountAndSum => ({
  count: count + 1,
  amount: amount + added
})

const kinds = { Debit: "debit", Credit: "credit", Cancel: "cancel" } as const
