/**
 * The transactions that the Console would show, by the rules of each protocol.
 *
 * AppNepting: captured as soon as it is paid. Concert with an authorization: authorized, and captured when the terminal's
 * remote collection comes; without one: nothing until then. What was not paid leaves no transaction. A cancelled sale
 * leaves the collection; where it had a transaction, that one is cancelled.
 */
import type * as Money from "@hipay-pos/core/Money"
import type { Attempt } from "./Attempt.ts"

/** The Console's numbers for where a transaction stands. */
export type Status = 115 | 116 | 118

/** The words that go with them. */
export const messages: Readonly<Record<Status, string>> = { 115: "Cancelled", 116: "Authorized", 118: "Captured" }

/** A transaction. Times are milliseconds since 1970. */
export interface Transaction {
  /** Twelve digits. */
  readonly reference: string
  readonly attempt: Attempt
  readonly terminal: string
  readonly status: Status
  readonly amount: Money.Money
  readonly createdAt: number
  readonly updatedAt: number
  readonly history: ReadonlyArray<{ readonly status: Status; readonly at: number }>
}

/** The transactions of one space. */
export interface ConsoleTransactions {
  /** An attempt has come to an end, or to another one. */
  readonly ended: (attempt: Attempt, terminal: string) => void
  /** The remote collection of one terminal, or of all: the transactions that it captures. */
  readonly collect: (terminal?: string) => ReadonlyArray<Transaction>
  /** The newest last. */
  readonly list: () => ReadonlyArray<Transaction>
}

/** No transactions yet. `onChange` is told of every new status. */
export const make = (now: () => number, onChange: (transaction: Transaction) => void): ConsoleTransactions => {
  const transactions = new Map<string, Transaction>()
  /** Approved sales that wait in their terminals for the remote collection, by attempt. */
  const waiting = new Map<string, { readonly attempt: Attempt; readonly terminal: string }>()
  let created = 0

  const put = (attempt: Attempt, terminal: string, status: Status): Transaction => {
    const at = now()
    const known = transactions.get(attempt.id)
    const transaction: Transaction = {
      reference: known?.reference ?? `8${String(++created).padStart(11, "0")}`,
      attempt,
      terminal,
      status,
      amount: paid(attempt),
      createdAt: known?.createdAt ?? at,
      updatedAt: at,
      history: [...(known?.history ?? []), { status, at }]
    }
    transactions.set(attempt.id, transaction)
    onChange(transaction)
    return transaction
  }

  /** Takes the last sale of the same order out of its terminal's collection. */
  const cancel = (attempt: Attempt, terminal: string) => {
    const { login, orderId } = attempt.key
    const sale = [...waiting.values()].findLast(
      (each) => each.terminal === terminal && each.attempt.key.login === login && each.attempt.key.orderId === orderId
    )
    if (sale === undefined) return
    waiting.delete(sale.attempt.id)
    if (transactions.has(sale.attempt.id)) put(sale.attempt, terminal, 115)
  }

  return {
    ended: (attempt, terminal) => {
      if (attempt.state !== "approved" && attempt.state !== "approved-in-part") return
      if (attempt.key.transactionType === "Cancel") return cancel(attempt, terminal)
      const passive = attempt.findings.some(({ code }) => code === "terminal-not-woken")
      if (attempt.target._tag === "Nepting" || passive) {
        put(attempt, terminal, 118)
        return
      }
      waiting.set(attempt.id, { attempt, terminal })
      if (attempt.outcome?.card.authorizationNumber !== undefined) put(attempt, terminal, 116)
    },
    collect: (terminal) => {
      const collected = [...waiting.values()].filter((each) => terminal === undefined || each.terminal === terminal)
      return collected.map((each) => {
        waiting.delete(each.attempt.id)
        return put(each.attempt, each.terminal, 118)
      })
    },
    list: () => [...transactions.values()]
  }
}

/** What was paid; where only a person's word says so, what was asked for. */
const paid = ({ outcome, amount }: Attempt): Money.Money =>
  outcome?._tag === "ApprovedInPart" ? outcome.paid : outcome?._tag === "Approved" ? outcome.amount : amount
