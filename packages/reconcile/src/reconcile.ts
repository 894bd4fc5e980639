/**
 * A file of the terminal's or the acquirer's beside the attempts of a server: what agrees, what is only here or only there,
 * where another amount stands, and which unknown payments the file proves.
 *
 * Proof is the order's id, or an authorization number that one attempt alone has. Two shops may have the same order id:
 * then the authorization number and the amount say whose a line is; a number that another attempt has is not proof, and where
 * more than one unknown payment is left, nothing is. A sale is not proved where another line of its order or authorization
 * number takes money back or was left out, and neither is a sale or a refund where another column of its own line says otherwise.
 * An amount alone proves nothing: two customers may pay the same. That a payment is not in a file proves nothing either: it may
 * be in tomorrow's. A sale that was cancelled is in no file, and neither is its cancellation.
 */

import type { TransactionType } from "@hipay-pos/core/TransactionType"
import { type AttemptState, isUndecided } from "@hipay-pos/core/wire/AttemptState"
import type { Line, Lines, OtherLine } from "./Line.ts"

/** An attempt, as far as it is compared. */
export interface Known {
  readonly id: string
  /** When it was opened, in ISO 8601: perhaps on another day than the one compared. */
  readonly openedAt: string
  readonly orderId: string
  /** Of two logins, two orders may have the same id. */
  readonly login: string
  /** A later server may say other words than these. */
  readonly transactionType: TransactionType | (string & {})
  readonly state: AttemptState | (string & {})
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

/** A line that proves nothing, since another line or column of the file may take its payment back. */
export interface PerhapsReversed extends Pair {
  readonly by: ReadonlyArray<Line | OtherLine>
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
  /** Unknown here, paid there, and perhaps reversed: a person decides. */
  readonly perhapsReversed: ReadonlyArray<PerhapsReversed>
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

/** What a server is asked for, over all days: its unknown attempts, those of exactly one order, or those that contain a text. */
export type Lookup = { readonly state: "unknown" } | { readonly orderId: string } | { readonly search: string }

/**
 * Compares a file with a day's attempts. If a line has no attempt that was or may have been paid, the server is asked for the
 * unknown ones of all days: the payment may have been opened on the other side of midnight. Before an attempt counts as proved,
 * the server is asked whether one of another day has the line's order id or authorization number. Yields each lookup, and
 * expects the attempts that it finds.
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
 * Compares lines with attempts. Each attempt and each line counts once. An attempt `elsewhere`, of another day, may have a
 * line, and is not a finding without one.
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
      const by = [...lines.filter((each) => takesBack(each, line)), ...others].filter((each) => isAlike(each, line))
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

/** Whether two lines have the same order id or authorization number. */
const isAlike = (a: Line | OtherLine, b: Line): boolean =>
  (a.orderId !== undefined && a.orderId === b.orderId) ||
  (a.authorization !== undefined && a.authorization === b.authorization)

/** Each sale with a cancellation of its own: of the same login and order, currency and amount. */
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
 * The attempt of each line that has one, by its order id or else by its authorization number. All lines are looked through
 * for what agrees best before the next best is taken, so that no line takes the attempt that another one names.
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
      // A number that another attempt has proves nothing, and neither does another one than the attempt's own.
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
    // Of several lines, none says which amount an unknown payment had.
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

/** One that was paid, or else the only one that may have been: of two, nothing says which. */
const mostLikely = (attempts: ReadonlyArray<Known>): Known | undefined => {
  const undecided = attempts.filter(isUndecided)
  return attempts.find(isPaid) ?? (undecided.length === 1 ? undecided[0] : undefined)
}
