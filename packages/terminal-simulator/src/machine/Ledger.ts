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
  /** Part of the amount, where the cardholder added one. */
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
  /** Absent when the terminal approved by itself. */
  authorizationNumber: Schema.optionalKey(Schema.String),
  /** CF of the request, masked where it could be a card number. */
  privateData: Schema.optionalKey(Schema.String),
  /** CA of the request. */
  register: Schema.optionalKey(Schema.String),
  /** Sequence of the sale that a cancellation reverses. */
  cancels: Schema.optionalKey(Schema.Int)
}).annotate({ identifier: "LedgerEntry" })
export type LedgerEntry = typeof LedgerEntry.Type

/**
 * An order id as entries have it in `privateData`: as much of it as terminals get by default, masked where it could be a
 * card number.
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
  readonly append: (entry: LedgerEntry) => void
  /** The last debit, if a cancellation may reverse it: not collected, not cancelled, nothing approved since. */
  readonly cancellable: () => LedgerEntry | undefined
  /** Remote collection of everything; returns how many entries and up to which sequence. */
  readonly collect: () => { readonly count: number; readonly upTo: number }
  /** Restores a collection from the store. */
  readonly markCollected: (upTo: number) => void
  readonly clear: () => void
}

/** An empty ledger that keeps `capacity` entries. */
export const make = (capacity: number): WritableLedger => {
  let entries: Array<LedgerEntry> = []
  let collectedUpTo = 0
  let count = 0
  let sequence = 0
  const totals = new Map<CurrencyCode, Total>()

  const total = (currency: CurrencyCode): Total =>
    totals.get(currency) ?? { currency, debits: 0, credits: 0, cancellations: 0, count: 0, net: 0 }

  const ledger: WritableLedger = {
    entries: () => entries.slice(-capacity),
    last: () => entries.at(-1),
    charged: (currency = "EUR") => total(currency).net,
    totals: () => [...totals.values()],
    count: () => count,
    uncollected: () => Math.max(0, sequence - collectedUpTo),
    nextSequence: () => sequence + 1,
    append: (entry) => {
      const { operation, amount, currency } = entry
      const before = total(currency)
      totals.set(currency, {
        currency,
        debits: before.debits + (operation === "debit" ? amount : 0),
        credits: before.credits + (operation === "credit" ? amount : 0),
        cancellations: before.cancellations + (operation === "cancel" ? amount : 0),
        count: before.count + 1,
        net: before.net + (operation === "debit" ? amount : -amount)
      })
      count++
      sequence = entry.sequence
      entries.push(entry)
      if (entries.length >= 2 * capacity) entries = entries.slice(-capacity)
    },
    cancellable: () => {
      const last = entries.at(-1)
      return last?.operation === "debit" && last.sequence > collectedUpTo ? last : undefined
    },
    collect: () => {
      const collected = ledger.uncollected()
      collectedUpTo = sequence
      return { count: collected, upTo: sequence }
    },
    markCollected: (upTo) => {
      collectedUpTo = upTo
    },
    clear: () => {
      entries = []
      totals.clear()
      collectedUpTo = count = sequence = 0
    }
  }
  return ledger
}
