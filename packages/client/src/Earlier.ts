/**
 * The earlier attempt of an order that decides about a new one: an order that was paid, or may have been, is not sent
 * again.
 *
 * Attempts of the same order id and transaction type are one payment. Paying another amount under the same id is a
 * mistake, and is reported as one.
 */

import { defined } from "@hipay-pos/core/Defined"
import { Money } from "@hipay-pos/core/plain"
import type { TransactionType } from "@hipay-pos/core/TransactionType"
import {
  type Attempt,
  inTheWay,
  isApproved,
  isUnsettled,
  JournalFailed,
  type Mode,
  type PromiseJournal
} from "./AttemptJournal.ts"
import {
  AlreadyApproved,
  AlreadyReversed,
  NotStarted,
  OrderIdConflict,
  type PosClientError,
  Unsettled
} from "./PosClientError.ts"

/** The payment to look for. Without an amount, because it could not be read, it equals no other. */
export interface Wanted {
  readonly orderId: string
  readonly transactionType: TransactionType
  readonly amount?: Money.Money | undefined
  /** `unknown` if absent. */
  readonly mode?: Mode | undefined
}

/**
 * Why a payment is not sent, given the remembered attempts of its order; `undefined` if it may be. An earlier payment
 * that only the server knew counts once the server has reported it.
 */
export const findEarlier = (
  attempts: ReadonlyArray<Attempt>,
  { orderId, transactionType, amount, mode }: Wanted
): Unsettled | AlreadyApproved | AlreadyReversed | OrderIdConflict | undefined => {
  const money = { amount: amount?.minorUnits, currency: amount?.currency }
  const sought = { orderId, transactionType, mode, ...money }
  const earlier = inTheWay(sought, attempts)
  if (earlier === undefined) {
    const told = inTheWay(sought, attempts.flatMap(asApproved))
    return told && toToldBefore(told)
  }
  if (isUnsettled(earlier)) return toUnsettled(earlier)
  // An earlier cancellation was of another sale.
  const since = attempts.slice(attempts.indexOf(earlier) + 1)
  const cancel = transactionType === "Debit" ? inTheWay({ orderId, transactionType: "Cancel", mode }, since) : undefined
  if (cancel !== undefined) return toReversed(cancel)
  return earlier.amount === money.amount && earlier.currency === money.currency
    ? toAlreadyApproved(earlier)
    : new OrderIdConflict({ detail: conflict(earlier, amount), attempt: earlier.id })
}

/** An attempt that was not started because the server reported an approved one counts as that one. */
const asApproved = (attempt: Attempt): ReadonlyArray<Attempt> =>
  attempt.state === "not-started" && attempt.endings.at(-1)?.reason !== undefined
    ? [{ ...attempt, state: "approved" }]
    : []

const toToldBefore = ({ endings }: Attempt): AlreadyReversed | OrderIdConflict =>
  endings.at(-1)?.reason === "AlreadyReversed"
    ? new AlreadyReversed({ state: "approved" })
    : new OrderIdConflict({ detail: "the server said so before" })

const toUnsettled = ({ orderId, state, id }: Attempt): Unsettled =>
  state === "open"
    ? new Unsettled({
        kind: "Open",
        detail: `${orderId} was sent before and has not ended: its payment is under way, or its till stopped`,
        attempt: id
      })
    : new Unsettled({ kind: "Unknown", detail: `${orderId} was sent before and its outcome is unknown`, attempt: id })

/** What the cancellation of an approved sale means for it. */
const toReversed = ({ orderId, state, id }: Attempt): Unsettled | AlreadyReversed => {
  const before = `${orderId} was approved before, and may have been reversed: its cancellation`
  switch (state) {
    case "open":
      return new Unsettled({ kind: "Open", detail: `${before} is under way, or its till stopped`, attempt: id })
    case "approved":
    case "approved-in-part":
      return new AlreadyReversed({ state, attempt: id })
    default:
      return new Unsettled({ kind: "Unknown", detail: `${before} has an unknown outcome`, attempt: id })
  }
}

const toAlreadyApproved = (attempt: Attempt): AlreadyApproved => {
  const state = attempt.state === "approved" ? "approved" : "approved-in-part"
  const { tip } = attempt.endings.at(-1) ?? {}
  const paid = attempt.endings.at(-1)?.paid ?? (state === "approved" ? attempt.amount : undefined)
  return new AlreadyApproved({ state, recorded: attempt, attempt: attempt.id, ...defined({ paid, tip }) })
}

const conflict = ({ orderId, amount, currency }: Attempt, wanted: Money.Money | undefined): string => {
  const before = Money.textOf(amount, currency)
  const now = wanted === undefined ? "an order that cannot be read" : `one of ${Money.toText(wanted)}`
  return `${orderId} was an order of ${before} and was approved; this is ${now}`
}

/** The attempts of one order, or why they cannot be read. */
export const read = async (journal: PromiseJournal, orderId: string): Promise<ReadonlyArray<Attempt> | Unsettled> => {
  try {
    return await (journal.ofOrder?.(orderId) ?? journal.attempts())
  } catch (error) {
    const detail = error instanceof JournalFailed ? error.message : "the journal of attempts is broken"
    return new Unsettled({ kind: "Unreadable", detail })
  }
}

/** Why a payment is not sent while another attempt is in its way: an approved one may have been reversed since. */
export const reasonBy = async (
  journal: PromiseJournal,
  obstacle: Attempt,
  wanted: Wanted
): Promise<ReturnType<typeof findEarlier>> => {
  const reason = findEarlier([obstacle], wanted)
  if (reason === undefined || reason._tag === "Unsettled") return reason
  const attempts = await read(journal, wanted.orderId)
  if (attempts instanceof Unsettled) return new Unsettled({ ...attempts, attempt: obstacle.id })
  return findEarlier(attempts, wanted) ?? reason
}

/** Payments that this process waits for, by journal (as all callers share it) and id, the oldest first. */
const waiting = new WeakMap<PromiseJournal, Map<string, Wanted>>()

/** Registers a payment that this process waits for; the returned function removes it. */
export const wait = (shared: PromiseJournal, id: string, wanted: Wanted): (() => void) => {
  const all = waiting.get(shared) ?? new Map<string, Wanted>()
  waiting.set(shared, all)
  all.set(id, wanted)
  return () => void all.delete(id)
}

/** A payment of the same order that was requested before `own` and may still be sent. */
const findWaiting = (shared: PromiseJournal, wanted: Wanted, own: string | undefined): Unsettled | undefined => {
  for (const [id, { orderId, transactionType }] of waiting.get(shared) ?? []) {
    if (id === own) return undefined
    if (orderId === wanted.orderId && transactionType === wanted.transactionType) {
      return new Unsettled({ kind: "Open", detail: `another payment of ${orderId} is under way` })
    }
  }
  return undefined
}

/** How long to wait for the journal's earlier attempts after a payment was not started, in milliseconds. */
const JOURNAL_TIMEOUT = 1_000

/**
 * Why a payment was not started, given what is remembered of its order: a refused connection says nothing of an earlier
 * attempt. `own` is the attempt itself, which counts only if it was approved meanwhile, such as by a person; `shared` is the
 * journal as all callers share it. If nothing was paid, the result is `reason`, with what did not start.
 */
export const judge = async (
  journal: PromiseJournal,
  wanted: Wanted,
  reason: NotStarted,
  own?: string,
  shared = journal
): Promise<PosClientError["reason"]> => {
  const before = findWaiting(shared, wanted, own)
  if (before !== undefined) return before
  let timer: ReturnType<typeof setTimeout> | undefined
  const silent = new Promise<Unsettled>((resolve) => {
    const detail = `the journal of attempts did not answer within ${JOURNAL_TIMEOUT} ms`
    timer = setTimeout(() => resolve(new Unsettled({ kind: "Unreadable", detail })), JOURNAL_TIMEOUT)
  })
  const attempts = await Promise.race([read(journal, wanted.orderId), silent])
  clearTimeout(timer)
  if (attempts instanceof Unsettled) return attempts
  return (
    findEarlier(
      attempts.filter((each) => each.id !== own || isApproved(each)),
      wanted
    ) ?? new NotStarted({ ...reason, transactionType: wanted.transactionType })
  )
}
