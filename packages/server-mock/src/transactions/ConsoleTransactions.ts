/**
 * The transactions that the Console would show, by the rules of each protocol.
 *
 * AppNepting: captured as soon as it is paid. Concert with an authorization: authorized, then captured by the terminal's remote
 * collection; without one: no transaction until then. A credit goes the same way, with its own statuses. An unpaid order has
 * no transaction. A cancelled sale is not collected; if it had a transaction, that is cancelled.
 *
 * A simulated terminal takes precedence over the attempt: what it charged has a transaction even if its answer was lost and
 * the caller does not know about it. For other payments, only the attempt's result is known.
 */

import * as Money from "@hipay-pos/core/Money"
import { chargedOf } from "@hipay-pos/core/Payment"
import type { TransactionType } from "@hipay-pos/core/TransactionType"
import { isPaid, isUndecided } from "@hipay-pos/core/wire/AttemptState"
import { BoundedMap, type Cancellation, sizeOf } from "@hipay-pos/server"
import type { Attempt } from "@hipay-pos/server/Attempt"
import { movedNothing } from "@hipay-pos/server/Guards"
import { Ledger } from "@hipay-pos/terminal-simulator"
import * as Result from "effect/Result"
import * as Reference from "./Reference.ts"

/** The Console's status numbers of a transaction. */
export type Status = 115 | 116 | 118 | 168 | 169

/** Their messages. */
export const messages: Readonly<Record<Status, string>> = {
  115: "Cancelled",
  116: "Authorized",
  118: "Captured",
  168: "Debited (cardholder credit)",
  169: "Credit requested"
}

/** The amount moved, and the card. */
export interface Charge {
  readonly amount: Money.Money
  /** First six and last four digits. */
  readonly pan?: string | undefined
  /** `YYMM`. */
  readonly expiry?: string | undefined
  /** Absent if the terminal approved offline. */
  readonly authorizationNumber?: string | undefined
  readonly merchantContract?: string | undefined
  /** Its number in the ledger of a simulated terminal. */
  readonly sequence?: number
}

/** A transaction. Times are milliseconds since 1970. */
export interface Transaction {
  /** Twelve digits. */
  readonly reference: string
  /** The attempt, as it was when the transaction last changed. */
  readonly attempt: Attempt
  readonly terminal: string
  readonly status: Status
  readonly charge: Charge
  readonly createdAt: number
  readonly updatedAt: number
  readonly history: ReadonlyArray<{ readonly status: Status; readonly at: number }>
}

/** The transactions of one space. */
export interface ConsoleTransactions {
  /** An attempt was opened, ended or resolved. */
  readonly changed: (attempt: Attempt, terminal: string) => void
  /** A simulated terminal wrote into its ledger. */
  readonly charged: (terminal: string, entry: Ledger.LedgerEntry) => void
  /** A simulated terminal lost its ledger: its uncollected payments are never collected. */
  readonly forgotten: (terminal: string) => void
  /** The attempt that an entry belongs to; absent if no known attempt does. */
  readonly attemptOf: (entry: Ledger.LedgerEntry) => ChargedAttempt | undefined
  /** Runs the remote collection of one terminal, or of all; returns the captured transactions. */
  readonly collect: (terminal?: string) => ReadonlyArray<Transaction>
  /** The last sale at a terminal, if it approved nothing since, such as a credit or a cancellation. */
  readonly lastSale: (terminal: string) => Cancellation.LastSale | undefined
  /**
   * What makes a terminal's last sale uncertain: the newest attempt after the last approved one that is in progress, unknown, or
   * was resolved by a person.
   */
  readonly lastInDoubt: (terminal: string) => Doubt | undefined
  /** The newest last. */
  readonly list: () => ReadonlyArray<Transaction>
}

/** The attempt that a terminal charged for. */
export type ChargedAttempt = Pick<Attempt, "id"> & Pick<Attempt["key"], "orderId">

/** An approved payment waiting in its terminal for the remote collection. */
interface Waiting {
  readonly attempt: Attempt
  readonly terminal: string
  readonly charge: Charge
}

/** An attempt without an outcome from its terminal. */
export type Doubt = Pick<Attempt, "id" | "state">

/** Bytes of orders that are kept with transactions. */
const BUDGET = 64_000_000

/** Keeps the last `capacity` transactions, or fewer if their orders are large. `onChange` gets every new status. */
export const make = (
  now: () => number,
  onChange: (transaction: Transaction) => void,
  nextReference: Reference.NextReference = Reference.timed,
  capacity = 10_000
): ConsoleTransactions => {
  const bounds = { entries: capacity, bytes: BUDGET, sizeOf: ({ attempt }: Waiting) => sizeOf(attempt) }
  const transactions = new BoundedMap<Transaction>(bounds)
  const waiting = new BoundedMap<Waiting>(bounds)
  /** By terminal: the last approved payment, unless a cancellation followed. */
  const last = new BoundedMap<Waiting>(bounds)
  /** By terminal: the attempts that it may still charge, because their outcomes are not known yet. */
  const undecided = new Map<string, ReadonlyArray<Attempt>>()
  /** By terminal: the attempts after the last approved one that have no outcome from the terminal, in order. */
  const doubts = new Map<string, ReadonlyArray<Doubt>>()
  /** Attempts by entry, for as long as the terminal's ledger keeps it. */
  const written = new WeakMap<Ledger.LedgerEntry, ChargedAttempt>()

  const put = ({ attempt, terminal, charge }: Waiting, status: Status): Transaction => {
    const at = now()
    const known = transactions.get(attempt.id)
    const transaction: Transaction = {
      reference: known?.reference ?? nextReference(),
      attempt,
      terminal,
      status,
      charge,
      createdAt: known?.createdAt ?? at,
      updatedAt: at,
      history: [...(known?.history ?? []), { status, at }]
    }
    transactions.set(attempt.id, transaction)
    onChange(transaction)
    return transaction
  }

  const paid = (payment: Waiting) => {
    const { attempt, terminal, charge } = payment
    if (attempt.target._tag === "Nepting" || isPassive(attempt)) {
      put(payment, collectedStatus(attempt))
      return
    }
    last.set(terminal, payment)
    waiting.set(attempt.id, payment)
    if (charge.authorizationNumber !== undefined) put(payment, isCredit(attempt) ? 169 : 116)
  }

  const cancelled = (terminal: string, isMeant: (sale: Waiting) => boolean) => {
    last.delete(terminal)
    const sale = [...waiting.values()].findLast((each) => each.terminal === terminal && isMeant(each))
    if (sale === undefined) return
    waiting.delete(sale.attempt.id)
    if (transactions.has(sale.attempt.id)) put(sale, 115)
  }

  const decide = ({ id }: Attempt, terminal: string) => {
    const others = undecided.get(terminal)?.filter((each) => each.id !== id) ?? []
    if (others.length === 0) undecided.delete(terminal)
    else undecided.set(terminal, others)
  }

  const updateDoubts = (attempt: Attempt, terminal: string) => {
    const left = doubtsAfter(attempt, doubts.get(terminal) ?? [])
    if (left.length === 0) doubts.delete(terminal)
    else doubts.set(terminal, left)
  }

  return {
    changed: (attempt, terminal) => {
      const { key, id } = attempt
      if (!isPassive(attempt)) updateDoubts(attempt, terminal)
      const isKnown = waiting.has(id) || transactions.has(id)
      if (isUndecided(attempt)) {
        if (isKnown) return
        const others = undecided.get(terminal)?.filter((each) => each.id !== id) ?? []
        undecided.set(terminal, others.concat(attempt))
        return
      }
      decide(attempt, terminal)
      if (!isPaid(attempt)) return
      if (attempt.terminal === "simulated" && !isPassive(attempt)) return
      if (isKnown) return
      if (key.transactionType !== "Cancel") return paid({ attempt, terminal, charge: chargeOf(attempt) })
      cancelled(terminal, (sale) => sale.attempt.key.login === key.login && sale.attempt.key.orderId === key.orderId)
    },
    charged: (terminal, entry) => {
      const attempt = findAttempt(entry, undecided.get(terminal) ?? [])
      if (attempt === undefined) return
      written.set(entry, { id: attempt.id, orderId: attempt.key.orderId })
      decide(attempt, terminal)
      if (entry.operation !== "cancel") return paid({ attempt, terminal, charge: chargeOfEntry(entry) })
      cancelled(terminal, (sale) => sale.charge.sequence === entry.cancels)
    },
    forgotten: (terminal) => {
      for (const sale of [...waiting.values()]) if (sale.terminal === terminal) waiting.delete(sale.attempt.id)
    },
    attemptOf: (entry) => written.get(entry),
    collect: (terminal) => {
      const collected = [...waiting.values()].filter((each) => terminal === undefined || each.terminal === terminal)
      return collected.map((each) => {
        waiting.delete(each.attempt.id)
        return put(each, collectedStatus(each.attempt))
      })
    },
    lastSale: (terminal) => {
      const payment = last.get(terminal)
      if (payment === undefined || isCredit(payment.attempt)) return undefined
      const { login, orderId } = payment.attempt.key
      return { login, orderId, charged: payment.charge.amount }
    },
    lastInDoubt: (terminal) => doubts.get(terminal)?.at(-1),
    list: () => [...transactions.values()]
  }
}

/** A terminal's doubts after an attempt there was opened, ended or resolved. */
const doubtsAfter = (attempt: Attempt, before: ReadonlyArray<Doubt>): ReadonlyArray<Doubt> => {
  const { id, state, outcome } = attempt
  if (state === "open") return before.concat({ id, state })
  if (movedNothing(attempt)) return before.filter((each) => each.id !== id)
  if (outcome === undefined) return before.map((each) => (each.id === id ? { id, state } : each))
  return before.slice(before.findIndex((each) => each.id === id) + 1)
}

/** Money that goes back to a card: a refund must not look like a sale. */
const isCredit = ({ key }: Attempt): boolean => key.transactionType === "Credit"

/** The status of a transaction once its money moves. */
const collectedStatus = (attempt: Attempt): Status => (isCredit(attempt) ? 168 : 118)

/** Whether the payment was recorded without a terminal. */
const isPassive = ({ findings }: Attempt): boolean => findings.some(({ code }) => code === "terminal-not-woken")

const operations: Readonly<Record<TransactionType, Ledger.LedgerEntry["operation"]>> = {
  Debit: "debit",
  Credit: "credit",
  Cancel: "cancel"
}

/**
 * The attempt that a terminal charged for. A terminal knows only the first characters of the order id, without accents. An open
 * attempt takes precedence over one that was given up.
 */
const findAttempt = (entry: Ledger.LedgerEntry, undecided: ReadonlyArray<Attempt>): Attempt | undefined => {
  const candidates = undecided.filter(({ key }) => operations[key.transactionType] === entry.operation)
  if (candidates.length < 2) return candidates[0]
  const named = candidates.filter(({ key }) => Ledger.privateDataOf(key.orderId) === entry.privateData)
  const likely = named.length === 0 ? candidates : named
  return likely.find(({ state }) => state === "open") ?? likely.at(-1)
}

const chargeOfEntry = (entry: Ledger.LedgerEntry): Charge => {
  const { pan, expiry, authorizationNumber, merchantContract, sequence } = entry
  // At most twelve digits, tip included: a simulated terminal charges no more than Concert can express.
  const amount = Result.getOrThrow(Money.make(entry.amount, entry.currency))
  return { amount, pan, expiry, authorizationNumber, merchantContract, sequence }
}

/** The amount and card of the attempt's outcome; without one, after a person's resolution, the amount asked for. */
const chargeOf = ({ outcome, amount }: Attempt): Charge => {
  const { pan, expiry, authorizationNumber, merchantContract } = outcome?.card ?? {}
  return { amount: (outcome && chargedOf(outcome)) ?? amount, pan, expiry, authorizationNumber, merchantContract }
}
