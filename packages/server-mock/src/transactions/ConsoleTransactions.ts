/**
 * The transactions that the Console would show, by the rules of each protocol.
 *
 * AppNepting: captured as soon as it is paid. Concert with an authorization: authorized, and captured when the terminal's
 * remote collection comes; without one: nothing until then. A credit goes the same way, by statuses of its own. What was
 * not paid leaves no transaction. A cancelled sale leaves the collection; where it had a transaction, that one is cancelled.
 *
 * A simulated terminal is believed rather than the attempt: what it charged has a transaction even when its answer was
 * lost, so that the caller does not know of it. Of other payments only the attempt's result is known.
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

/** The Console's numbers for where a transaction stands. */
export type Status = 115 | 116 | 118 | 168 | 169

/** The words that go with them. */
export const messages: Readonly<Record<Status, string>> = {
  115: "Cancelled",
  116: "Authorized",
  118: "Captured",
  168: "Debited (cardholder credit)",
  169: "Credit requested"
}

/** What was moved, and with which card. */
export interface Charge {
  readonly amount: Money.Money
  /** First six and last four digits. */
  readonly pan?: string | undefined
  /** `YYMM`. */
  readonly expiry?: string | undefined
  /** Absent when the terminal approved by itself. */
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
  /** A simulated terminal lost its ledger: what waited there is never collected. */
  readonly forgotten: (terminal: string) => void
  /** The id of the attempt that an entry was written for; absent where the terminal wrote it for none that is known. */
  readonly attemptOf: (entry: Ledger.LedgerEntry) => string | undefined
  /** The remote collection of one terminal, or of all: the transactions that it captures. */
  readonly collect: (terminal?: string) => ReadonlyArray<Transaction>
  /** The last sale at a terminal that its remote collection has not taken yet. */
  readonly lastSale: (terminal: string) => Cancellation.LastSale | undefined
  /**
   * Why it is not certain which sale is a terminal's last one: the newest attempt since the last approved one that is under
   * way, unknown, or was resolved by a person.
   */
  readonly lastInDoubt: (terminal: string) => Doubt | undefined
  /** The newest last. */
  readonly list: () => ReadonlyArray<Transaction>
}

/** An approved payment that waits in its terminal for the remote collection. */
interface Waiting {
  readonly attempt: Attempt
  readonly terminal: string
  readonly charge: Charge
}

/** An attempt whose outcome its terminal has not said. */
export type Doubt = Pick<Attempt, "id" | "state">

/** Bytes of orders that are kept with transactions. */
const BUDGET = 64_000_000

/** No transactions yet; the last `capacity` are kept, fewer where their orders are large. `onChange` is told of every new status. */
export const make = (
  now: () => number,
  onChange: (transaction: Transaction) => void,
  nextReference: Reference.NextReference = Reference.timed,
  capacity = 10_000
): ConsoleTransactions => {
  const bounds = { entries: capacity, bytes: BUDGET, sizeOf: ({ attempt }: Waiting) => sizeOf(attempt) }
  const transactions = new BoundedMap<Transaction>(bounds)
  const waiting = new BoundedMap<Waiting>(bounds)
  /** By terminal: what it may still charge, because its outcome is not known yet. */
  const undecided = new Map<string, ReadonlyArray<Attempt>>()
  /** By terminal: the attempts since the last approved one whose outcome the terminal has not said, in their order. */
  const doubts = new Map<string, ReadonlyArray<Doubt>>()
  /** By entry, for as long as the ledger of its terminal has it. */
  const written = new WeakMap<Ledger.LedgerEntry, string>()

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
    const { attempt, charge } = payment
    if (attempt.target._tag === "Nepting" || isPassive(attempt)) {
      put(payment, collectedStatus(attempt))
      return
    }
    waiting.set(attempt.id, payment)
    if (charge.authorizationNumber !== undefined) put(payment, isCredit(attempt) ? 169 : 116)
  }

  const cancelled = (sale: Waiting | undefined) => {
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
      cancelled(
        [...waiting.values()].findLast(
          (sale) =>
            sale.terminal === terminal &&
            sale.attempt.key.login === key.login &&
            sale.attempt.key.orderId === key.orderId
        )
      )
    },
    charged: (terminal, entry) => {
      const attempt = findAttempt(entry, undecided.get(terminal) ?? [])
      if (attempt === undefined) return
      written.set(entry, attempt.id)
      decide(attempt, terminal)
      if (entry.operation !== "cancel") return paid({ attempt, terminal, charge: chargeOfEntry(entry) })
      cancelled(
        [...waiting.values()].findLast((sale) => sale.terminal === terminal && sale.charge.sequence === entry.cancels)
      )
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
      const sales = [...waiting.values()].filter(({ attempt }) => attempt.key.transactionType === "Debit")
      const last = sales.findLast((sale) => sale.terminal === terminal)
      if (last === undefined) return undefined
      const { login, orderId } = last.attempt.key
      return { login, orderId, charged: last.charge.amount }
    },
    lastInDoubt: (terminal) => doubts.get(terminal)?.at(-1),
    list: () => [...transactions.values()]
  }
}

/** What is in doubt at a terminal once an attempt was opened, ended or resolved there. */
const doubtsAfter = (attempt: Attempt, before: ReadonlyArray<Doubt>): ReadonlyArray<Doubt> => {
  const { id, state, outcome } = attempt
  if (state === "open") return before.concat({ id, state })
  if (movedNothing(attempt)) return before.filter((each) => each.id !== id)
  if (outcome === undefined) return before.map((each) => (each.id === id ? { id, state } : each))
  return before.slice(before.findIndex((each) => each.id === id) + 1)
}

/** Money that goes back to a card: a refund must not look like a sale. */
const isCredit = ({ key }: Attempt): boolean => key.transactionType === "Credit"

/** Where a transaction stands once its money moves. */
const collectedStatus = (attempt: Attempt): Status => (isCredit(attempt) ? 168 : 118)

/** Written down without a terminal. */
const isPassive = ({ findings }: Attempt): boolean => findings.some(({ code }) => code === "terminal-not-woken")

const operations: Readonly<Record<TransactionType, Ledger.LedgerEntry["operation"]>> = {
  Debit: "debit",
  Credit: "credit",
  Cancel: "cancel"
}

/**
 * The attempt that a terminal charged for. A terminal knows no attempts, only the first characters of the order id, and
 * those without accents; one that is open goes before one that was given up.
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
  // Twelve digits at most, the tip included: a simulated terminal charges no more than Concert can say.
  const amount = Result.getOrThrow(Money.make(entry.amount, entry.currency))
  return { amount, pan, expiry, authorizationNumber, merchantContract, sequence }
}

/** What the attempt's end says; where only a person's word does, what was asked for. */
const chargeOf = ({ outcome, amount }: Attempt): Charge => {
  const { pan, expiry, authorizationNumber, merchantContract } = outcome?.card ?? {}
  return { amount: (outcome && chargedOf(outcome)) ?? amount, pan, expiry, authorizationNumber, merchantContract }
}
