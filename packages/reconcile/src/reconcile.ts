/**
 * Compares a file of the terminal or the acquirer with the attempts of a server: which payments agree, which are on one
 * side only, where the amounts differ, and which unknown payments the file proves.
 *
 * Proof is the order's id, or an authorization number that only one attempt has. Two shops may have the same order id:
 * then authorization number and amount decide whose line it is. A number that another attempt has is not proof, and if
 * more than one unknown payment is left, nothing is. A sale is not proved if another line of its order or authorization
 * number takes money back or was left out; neither a sale nor a refund is proved if another column of its own line
 * contradicts it. An amount alone proves nothing: two customers may pay the same. That a payment is missing from a file
 * proves nothing either: it may be in tomorrow's. A cancelled sale is in no file, and neither is its cancellation.
 */

import type { TransactionType } from "@hipay-pos/core/TransactionType"
import { type AttemptState, isUndecided } from "@hipay-pos/core/wire/AttemptState"
import type { Line, Lines, OtherLine } from "./Line.ts"

/** The compared part of an attempt. */
export interface Known {
  readonly id: string
  /** When it was opened, in ISO 8601; perhaps not on the compared day. */
  readonly openedAt: string
  readonly orderId: string
  /** Orders of two logins may have the same id. */
  readonly login: string
  /** A later server may have other values than these. */
  readonly transactionType: TransactionType | (string & {})
  readonly state: AttemptState | (string & {})
  readonly amount: number
  readonly currency: string
  /** What was charged; absent if nothing was. */
  readonly paid?: number | undefined
  /** The terminal's amount of an unknown payment, if it gave one in the order's currency. */
  readonly byTerminal?: number | undefined
  readonly authorization?: string | undefined
}

export interface Pair {
  readonly line: Line
  readonly attempt: Known
}

/** A line that proves nothing, because another line or column of the file may undo its payment. */
export interface PerhapsReversed extends Pair {
  readonly by: ReadonlyArray<Line | OtherLine>
}

/** A sale and its cancellation. */
export interface Cancelled {
  readonly sale: Known
  readonly cancellation: Known
}

/** The findings. */
export interface Reconciliation {
  readonly matched: ReadonlyArray<Pair>
  /** Paid on both sides, with different amounts. */
  readonly otherAmount: ReadonlyArray<Pair>
  /** Unknown here, paid there: the line is the evidence. */
  readonly proved: ReadonlyArray<Pair>
  /** Unknown here, paid there, and perhaps reversed: a person decides. */
  readonly perhapsReversed: ReadonlyArray<PerhapsReversed>
  /** Paid there, but not here. */
  readonly contradicted: ReadonlyArray<Pair>
  /** Paid and cancelled here; neither is in the file. */
  readonly cancelled: ReadonlyArray<Cancelled>
  /** Paid here, not in the file. */
  readonly onlyHere: ReadonlyArray<Known>
  /** In the file, without an attempt. */
  readonly onlyThere: ReadonlyArray<Line>
  /** Unknown here, not in the file: still unknown. */
  readonly stillUnknown: ReadonlyArray<Known>
}

/** A query to the server, over all days: its unknown attempts, those of exactly one order, or those that contain a text. */
export type Lookup = { readonly state: "unknown" } | { readonly orderId: string } | { readonly search: string }

/**
 * Compares a file with a day's attempts. If a line has no attempt that was or may have been paid, asks the server for
 * the unknown ones of all days: the payment may have been opened on the other side of midnight. Before an attempt
 * counts as proved, asks whether an attempt of another day has the line's order id or authorization number. Yields each
 * lookup, and expects the attempts that it finds.
 */
export function* reconcileDay(
  { lines, others }: Pick<Lines, "lines" | "others">,
  attempts: ReadonlyArray<Known>
): Generator<Lookup, Reconciliation, ReadonlyArray<Known>> {
  const ids = new Set(attempts.map(({ id }) => id))
  const elsewhere: Array<Known> = []
  const asked = new Set<string>()
  while (true) {
    const found = reconcile(lines, attempts, { others, elsewhere })
    const lookups = lookupsOf(found).filter((lookup) => !asked.has(JSON.stringify(lookup)))
    if (lookups.length === 0) return found
    for (const lookup of lookups) {
      asked.add(JSON.stringify(lookup))
      const fresh = (yield lookup).filter(({ id }) => !ids.has(id))
      for (const attempt of fresh) ids.add(attempt.id)
      elsewhere.push(...fresh)
    }
  }
}

const lookupsOf = ({ proved, contradicted, onlyThere }: Reconciliation): ReadonlyArray<Lookup> => [
  ...(contradicted.length + onlyThere.length === 0 ? [] : [{ state: "unknown" } as const]),
  ...proved.flatMap(({ line: { orderId, authorization } }) => [
    ...(orderId === undefined ? [] : [{ orderId }]),
    ...(authorization === undefined ? [] : [{ search: authorization }])
  ])
]

/**
 * Compares lines with attempts. Each attempt and each line counts once. An attempt `elsewhere`, of another day, can
 * match a line, but is no finding without one.
 */
export const reconcile = (
  lines: ReadonlyArray<Line>,
  attempts: ReadonlyArray<Known>,
  {
    others = [],
    elsewhere = []
  }: { readonly others?: ReadonlyArray<OtherLine>; readonly elsewhere?: ReadonlyArray<Known> } = {}
): Reconciliation => {
  const pairs = pairsOf(lines, [...attempts, ...elsewhere])
  const paired = new Set(pairs.values())
  const matched: Array<Pair> = []
  const otherAmount: Array<Pair> = []
  const proved: Array<Pair> = []
  const perhapsReversed: Array<PerhapsReversed> = []
  const contradicted: Array<Pair> = []
  const onlyThere: Array<Line> = []
  for (const line of lines) {
    const attempt = pairs.get(line)
    if (attempt === undefined) {
      onlyThere.push(line)
      continue
    }
    const pair = { line, attempt }
    if (isUndecided(attempt)) {
      const contradicting = [...lines.filter((each) => takesBack(each, line)), ...others]
      const by = contradicting.filter((each) => isAlike(each, line) || isAlike(each, attempt))
      if (by.length === 0) proved.push(pair)
      else perhapsReversed.push({ ...pair, by })
    } else if (attempt.paid === undefined) contradicted.push(pair)
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
    perhapsReversed,
    contradicted,
    onlyThere,
    cancelled,
    onlyHere: paid.filter((attempt) => !explained.has(attempt)),
    stillUnknown: left.filter(isUndecided)
  }
}

const takesBack = (other: Line, line: Line): boolean =>
  line.transactionType === "Debit" && other.transactionType !== "Debit"

/** Whether a line has the order id or the authorization number of another line, or of an attempt. */
const isAlike = (line: Line | OtherLine, { orderId, authorization }: Line | Known): boolean =>
  (line.orderId !== undefined && line.orderId === orderId) ||
  (line.authorization !== undefined && line.authorization === authorization)

/** Pairs each sale with a cancellation of the same login, order, currency and amount. */
const cancelledAmong = (paid: ReadonlyArray<Known>): ReadonlyArray<Cancelled> => {
  const cancellations = paid.filter(({ transactionType }) => transactionType === "Cancel")
  const free = new Set(cancellations)
  return paid.flatMap((sale) => {
    if (sale.transactionType !== "Debit") return []
    const cancellation = cancellations.find(
      (each) =>
        free.has(each) &&
        each.login === sale.login &&
        each.orderId === sale.orderId &&
        each.currency === sale.currency &&
        each.paid === sale.paid
    )
    if (cancellation === undefined) return []
    free.delete(cancellation)
    return [{ sale, cancellation }]
  })
}

/**
 * Pairs lines with attempts, by order id or else by authorization number. The best matches among all lines are taken
 * before the next best, so that no line takes the attempt that another one names.
 */
const pairsOf = (lines: ReadonlyArray<Line>, attempts: ReadonlyArray<Known>): ReadonlyMap<Line, Known> => {
  const keyOf = ({ transactionType, currency }: Known | Line, name: string | undefined) =>
    name === undefined ? "" : `${transactionType} ${currency} ${name}`
  const byOrder = Map.groupBy(attempts, (attempt) => keyOf(attempt, attempt.orderId))
  const byAuthorization = Map.groupBy(attempts, (attempt) => keyOf(attempt, attempt.authorization))
  const authorized = (line: Line): ReadonlyArray<Known> =>
    line.authorization === undefined ? [] : (byAuthorization.get(keyOf(line, line.authorization)) ?? [])
  const possible = (line: Line): ReadonlyArray<Known> => {
    const alike = authorized(line)
    if (line.orderId === undefined) return alike.length === 1 ? alike : []
    const ofOrder = byOrder.get(keyOf(line, line.orderId)) ?? []
    const isNamed = ofOrder.some((attempt) => alike.includes(attempt))
    return ofOrder.filter((attempt) => {
      if (isNamed) return alike.includes(attempt)
      // A number that another attempt has proves nothing, and neither does one that differs from the attempt's own.
      const isProof = alike.length === 0 && (line.authorization === undefined || attempt.authorization === undefined)
      return isProof || !isUndecided(attempt)
    })
  }
  const pairs = new Map<Line, Known>()
  const paired = new Set<Known>()
  const pair = (choose: (attempts: ReadonlyArray<Known>, line: Line) => Known | undefined) => {
    for (const line of lines) {
      if (pairs.has(line)) continue
      const attempt = choose(
        possible(line).filter((each) => !paired.has(each)),
        line
      )
      if (attempt === undefined) continue
      pairs.set(line, attempt)
      paired.add(attempt)
    }
  }
  pair((free, line) => mostLikely(free.filter((each) => isSameNumber(line, each) && isSameAmount(line, each))))
  pair((free, line) => mostLikely(free.filter((each) => isSameNumber(line, each))))
  pair((free, line) => mostLikely(free.filter((each) => isSameAmount(line, each))))
  const left = Map.groupBy(
    lines.filter((line) => !pairs.has(line)),
    (line) => keyOf(line, line.orderId)
  )
  pair((free, line) => {
    if (!free.some((each) => isUndecided(each) || isPaid(each))) return free[0]
    // If several lines are left, none says which amount an unknown payment had.
    const isOnly = left.get(keyOf(line, line.orderId))?.length === 1
    return mostLikely(isOnly ? free : free.filter((each) => !isUndecided(each)))
  })
  return pairs
}

const isSameNumber = ({ authorization }: Line, attempt: Known): boolean =>
  authorization !== undefined && attempt.authorization === authorization

const isSameAmount = ({ amount }: Line, attempt: Known): boolean =>
  amount === (isUndecided(attempt) ? attempt.amount : attempt.paid)

const isPaid = (attempt: Known): boolean => !isUndecided(attempt) && attempt.paid !== undefined

/** One that was paid, or else the only one that may have been: between two, nothing decides. */
const mostLikely = (attempts: ReadonlyArray<Known>): Known | undefined => {
  const undecided = attempts.filter(isUndecided)
  return attempts.find(isPaid) ?? (undecided.length === 1 ? undecided[0] : undefined)
}
