/**
 * A file of the terminal's or the acquirer's beside the attempts of a server: what agrees, what is only here or only there,
 * where another amount stands, and which unknown payments the file proves.
 *
 * Proof is the order's id, or an authorization number that one attempt alone has. An amount alone proves nothing: two
 * customers may pay the same. That a payment is not in a file proves nothing either: it may be in tomorrow's. A sale that
 * was cancelled is in no file, and neither is its cancellation.
 */

import type { TransactionType } from "@hipay-pos/core/TransactionType"
import type { AttemptState } from "@hipay-pos/core/wire/Attempt"
import type { Line } from "./Line.ts"

/** An attempt, as far as it is compared. */
export interface Known {
  readonly id: string
  readonly orderId: string
  readonly transactionType: TransactionType
  readonly state: AttemptState
  readonly amount: number
  readonly currency: string
  /** What was charged; absent where nothing was. */
  readonly paid?: number | undefined
  readonly authorization?: string | undefined
}

export interface Pair {
  readonly line: Line
  readonly attempt: Known
}

/** A sale and what cancelled it. */
export interface Cancelled {
  readonly sale: Known
  readonly cancellation: Known
}

/** What was found. */
export interface Reconciliation {
  readonly matched: ReadonlyArray<Pair>
  /** Paid on both sides, another amount. */
  readonly otherAmount: ReadonlyArray<Pair>
  /** Unknown here, paid there: the line is the evidence. */
  readonly proved: ReadonlyArray<Pair>
  /** Paid there, and here it says that nothing was. */
  readonly contradicted: ReadonlyArray<Pair>
  /** Paid and cancelled here, neither of which is in the file. */
  readonly cancelled: ReadonlyArray<Cancelled>
  /** Paid here, not in the file. */
  readonly onlyHere: ReadonlyArray<Known>
  /** In the file, with no attempt of its own. */
  readonly onlyThere: ReadonlyArray<Line>
  /** Unknown here, not in the file: still unknown. */
  readonly stillUnknown: ReadonlyArray<Known>
}

/** Lays lines beside attempts. Each attempt and each line counts once. */
export const reconcile = (lines: ReadonlyArray<Line>, attempts: ReadonlyArray<Known>): Reconciliation => {
  const find = finder(attempts)
  const paired = new Set<Known>()
  const matched: Array<Pair> = []
  const otherAmount: Array<Pair> = []
  const proved: Array<Pair> = []
  const contradicted: Array<Pair> = []
  const onlyThere: Array<Line> = []
  for (const line of lines) {
    const attempt = find(line, paired)
    if (attempt === undefined) {
      onlyThere.push(line)
      continue
    }
    paired.add(attempt)
    const pair = { line, attempt }
    if (attempt.state === "unknown" || attempt.state === "open") proved.push(pair)
    else if (attempt.paid === undefined) contradicted.push(pair)
    else if (attempt.paid === line.amount) matched.push(pair)
    else otherAmount.push(pair)
  }
  const left = attempts.filter((attempt) => !paired.has(attempt))
  const paid = left.filter((attempt) => attempt.paid !== undefined)
  const cancelled = cancelledAmong(paid)
  const explained = new Set(cancelled.flatMap(({ sale, cancellation }) => [sale, cancellation]))
  return {
    matched,
    otherAmount,
    proved,
    contradicted,
    onlyThere,
    cancelled,
    onlyHere: paid.filter((attempt) => !explained.has(attempt)),
    stillUnknown: left.filter(({ state }) => state === "unknown" || state === "open")
  }
}

/** Each sale with a cancellation of its own: of the same order, currency and amount. */
const cancelledAmong = (paid: ReadonlyArray<Known>): ReadonlyArray<Cancelled> => {
  const cancellations = paid.filter(({ transactionType }) => transactionType === "Cancel")
  const free = new Set(cancellations)
  return paid.flatMap((sale) => {
    if (sale.transactionType !== "Debit") return []
    const cancellation = cancellations.find(
      (each) =>
        free.has(each) && each.orderId === sale.orderId && each.currency === sale.currency && each.paid === sale.paid
    )
    if (cancellation === undefined) return []
    free.delete(cancellation)
    return [{ sale, cancellation }]
  })
}

/** Finds the attempt of a line, by its order id or else by its authorization number. */
const finder = (attempts: ReadonlyArray<Known>) => {
  const keyOf = ({ transactionType, currency }: Known | Line, name: string | undefined) =>
    name === undefined ? "" : `${transactionType} ${currency} ${name}`
  const byOrder = Map.groupBy(attempts, (attempt) => keyOf(attempt, attempt.orderId))
  const byAuthorization = Map.groupBy(attempts, (attempt) => keyOf(attempt, attempt.authorization))
  return (line: Line, paired: ReadonlySet<Known>): Known | undefined => {
    const free = (alike: ReadonlyArray<Known> = []) => alike.filter((attempt) => !paired.has(attempt))
    if (line.orderId !== undefined) return best(free(byOrder.get(keyOf(line, line.orderId))), line)
    if (line.authorization === undefined) return undefined
    const authorized = free(byAuthorization.get(keyOf(line, line.authorization)))
    return authorized.length === 1 ? authorized[0] : undefined
  }
}

/** Of several attempts of one order: the one that agrees, else one that was paid, else one that may have been. */
const best = (attempts: ReadonlyArray<Known>, { amount }: Line): Known | undefined =>
  attempts.find(({ paid }) => paid === amount) ??
  attempts.find(({ paid }) => paid !== undefined) ??
  attempts.find(({ state }) => state === "unknown" || state === "open") ??
  attempts[0]
