/**
 * What the terminal charged: its memory of approved operations, newest last.
 *
 * Holds the last entries and running totals, so that memory stays bounded. Amounts are minor units.
 * Everything here is masked and may be shown.
 */
import * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import { EntryMode } from "@hipay-pos/core/Card"
import * as CardNumber from "@hipay-pos/core/CardNumber"
import { CurrencyCode } from "@hipay-pos/core/Currency"
import * as Schema from "effect/Schema"

/** An approved operation. */
export const LedgerEntry = Schema.Struct({
  /** Counts approved operations of this terminal, from 1. */
  sequence: Schema.Int,
  /** Milliseconds since 1970. */
  at: Schema.Finite,
  operation: Schema.Literals(["debit", "credit", "cancel"]),
  /** The amount that moved; less than requested when approved in part, more with a tip. */
  amount: Schema.Int,
  /** Part of the amount, if the cardholder added one. */
  tip: Schema.optionalKey(Schema.Int),
  currency: CurrencyCode,
  /** Name of the test card. */
  card: Schema.String,
  label: Schema.String,
  /** First six and last four digits; empty for a cheque. */
  pan: Schema.String,
  expiry: Schema.String,
  entryMode: EntryMode,
  paymentApplication: Schema.String,
  aid: Schema.optionalKey(Schema.String),
  merchantContract: Schema.optionalKey(Schema.String),
  rank: Schema.optionalKey(Schema.String),
  /** Absent if the terminal approved offline. */
  authorizationNumber: Schema.optionalKey(Schema.String),
  /** CF of the request, masked if it could be a card number. */
  privateData: Schema.optionalKey(Schema.String),
  /** CA of the request. */
  register: Schema.optionalKey(Schema.String),
  /** Sequence of the sale that a cancellation reverses. */
  cancels: Schema.optionalKey(Schema.Int)
}).annotate({ identifier: "LedgerEntry" })
export type LedgerEntry = typeof LedgerEntry.Type

/**
 * An order id as it is in `privateData`: the part that terminals get by default, masked if it could be a card number.
 */
export const privateDataOf = (orderId: string): string =>
  CardNumber.maskReference(ConcertTerminal.privateDataOf(orderId, {}))

/** The net of what was charged in one currency: debits, less cancellations and credits. */
export interface Total {
  readonly currency: CurrencyCode
  readonly debits: number
  readonly credits: number
  readonly cancellations: number
  readonly count: number
  readonly net: number
}

/** A terminal's memory. */
export interface Ledger {
  /** The newest entries, oldest first. */
  readonly entries: () => ReadonlyArray<LedgerEntry>
  readonly last: () => LedgerEntry | undefined
  /** Net minor units charged in a currency since the beginning, or since a reset. */
  readonly charged: (currency?: CurrencyCode) => number
  readonly totals: () => ReadonlyArray<Total>
  /** How many operations were approved since the beginning. */
  readonly count: () => number
  /** How many entries remote collection has not taken yet. */
  readonly uncollected: () => number
}

/** The ledger as the terminal writes it. */
export interface WritableLedger extends Ledger {
  readonly nextSequence: () => number
  /** Begins an operation: it counts as failed unless it is appended. */
  readonly begin: () => void
  readonly append: (entry: LedgerEntry) => void
  /** The operation that a duplicata repeats: the last one, if it was approved. */
  readonly repeatable: () => LedgerEntry | undefined
  /** The last debit, if a cancellation may reverse it: not collected, not cancelled, nothing approved since. */
  readonly cancellable: () => LedgerEntry | undefined
  /** Remote collection of everything; returns how many entries and up to which sequence. */
  readonly collect: () => { readonly count: number; readonly upTo: number }
  /** Restores a collection from the store. */
  readonly markCollected: (upTo: number) => void
  readonly clear: () => void
}

/** An empty ledger that keeps `capacity` entries. */
export const make = (capacity: number): WritableLedger => new TerminalLedger(capacity)

class TerminalLedger implements WritableLedger {
  private readonly capacity: number
  private kept: Array<LedgerEntry> = []
  /** The last sequence that remote collection took, and the last one of all. */
  private collectedUpTo = 0
  private sequence = 0
  private approved = 0
  /** Whether an operation has begun that was not approved. */
  private isPending = false
  /** One per currency; few terminals have more than one. */
  private sums: ReadonlyArray<Total> = []

  constructor(capacity: number) {
    this.capacity = capacity
  }

  entries(): ReadonlyArray<LedgerEntry> {
    return this.kept.slice(-this.capacity)
  }

  last(): LedgerEntry | undefined {
    return this.kept.at(-1)
  }

  charged(currency: CurrencyCode = "EUR"): number {
    return this.total(currency).net
  }

  totals(): ReadonlyArray<Total> {
    return this.sums
  }

  count(): number {
    return this.approved
  }

  uncollected(): number {
    return Math.max(0, this.sequence - this.collectedUpTo)
  }

  nextSequence(): number {
    return this.sequence + 1
  }

  begin(): void {
    this.isPending = true
  }

  repeatable(): LedgerEntry | undefined {
    return this.isPending ? undefined : this.last()
  }

  append(entry: LedgerEntry): void {
    this.isPending = false
    const { operation, amount, currency } = entry
    const before = this.total(currency)
    const after: Total = {
      currency,
      debits: before.debits + (operation === "debit" ? amount : 0),
      credits: before.credits + (operation === "credit" ? amount : 0),
      cancellations: before.cancellations + (operation === "cancel" ? amount : 0),
      count: before.count + 1,
      net: before.net + (operation === "debit" ? amount : -amount)
    }
    this.sums = this.sums.includes(before)
      ? this.sums.map((each) => (each === before ? after : each))
      : this.sums.concat(after)
    this.approved++
    this.sequence = entry.sequence
    this.kept.push(entry)
    // Keeps an eighth more than it shows, so that few appends copy the array.
    if (this.kept.length > this.capacity * 1.125) this.kept = this.kept.slice(-this.capacity)
  }

  cancellable(): LedgerEntry | undefined {
    const last = this.last()
    return last?.operation === "debit" && last.sequence > this.collectedUpTo ? last : undefined
  }

  collect(): { readonly count: number; readonly upTo: number } {
    const count = this.uncollected()
    this.collectedUpTo = this.sequence
    return { count, upTo: this.sequence }
  }

  markCollected(upTo: number): void {
    this.collectedUpTo = upTo
  }

  clear(): void {
    this.kept = []
    this.sums = []
    this.isPending = false
    this.collectedUpTo = this.sequence = this.approved = 0
  }

  private total(currency: CurrencyCode): Total {
    return (
      this.sums.find((each) => each.currency === currency) ?? {
        currency,
        debits: 0,
        credits: 0,
        cancellations: 0,
        count: 0,
        net: 0
      }
    )
  }
}
