/**
 * Card payments in progress: each is sent to its terminal once, and its result ends the tender.
 *
 * A tender is stored before it is sent, and its end before it is shown. Payments interrupted by a crash end as the client's
 * journal says.
 */
import type { AttemptJournal, Client } from "@hipay-pos/client"
import * as Result from "effect/Result"
import type { Doing } from "../api.ts"
import { type CardEnding, type CardTender, type Sale, unsettledOf } from "../sale/Sale.ts"
import { attemptOf } from "./attemptOf.ts"
import * as Payment from "./payment.ts"
import { followTerminal } from "./progress.ts"
import type { SaleBook } from "./SaleBook.ts"

/** The payments. */
export interface CardPayments {
  /** Ends those that were pending when the till stopped. Rejects if the journal cannot be read. */
  readonly recover: () => Promise<void>
  /** Sends a tender that has just been stored. */
  readonly start: (sale: Sale, tender: CardTender, terminal: Payment.Terminal) => void
  readonly areUnderWay: () => boolean
  /** The progress of an order's payment; `undefined` unless it is in progress. */
  readonly progressOf: (orderId: string) => Progress | undefined
  /** Whether an end could not be written to disk: the client's journal provides it after the next start. */
  readonly storageFailed: () => boolean
  /** Stops waiting: pending payments become unknown. Resolves once that is stored. */
  readonly close: () => Promise<void>
}

/** The progress of a payment. */
export interface Progress {
  /** Whether its order has been sent to the server. */
  readonly sent: boolean
  /** What the terminal is doing with it, if the server reports that. */
  readonly doing?: Doing
}

/** The payments of a book's sales. `onEnded` is called with the sale after each end. */
export const makeCardPayments = (options: {
  readonly client: Client
  readonly journal: AttemptJournal.AttemptJournal
  readonly book: SaleBook
  readonly notify: () => void
  readonly onEnded: (sale: string) => void
}): CardPayments => {
  const { client, journal, book, notify, onEnded } = options
  const underWay = new Map<string, Promise<void>>()
  const progress = new Map<string, Progress>()
  const closing = new AbortController()
  let storageFailed = false

  const end = ({ id }: Sale, tender: number, ending: CardEnding, at?: number): void => {
    const sale = book.get(id)
    if (sale === undefined) return
    const ended = book.apply(sale, { _tag: "EndCard", tender, ending }, at)
    if (Result.isSuccess(ended)) return
    // An impossible end, such as more than was asked for, needs a person's check.
    const unknown = { state: "unknown", paid: 0, detail: ended.failure.message } as const
    book.apply(sale, { _tag: "EndCard", tender, ending: unknown }, at)
  }

  const keepEnd = (sale: Sale, tender: number, ending: CardEnding) => {
    try {
      end(sale, tender, ending)
    } catch {
      storageFailed = true
    }
  }

  const start: CardPayments["start"] = (sale, tender, terminal) => {
    const { orderId } = tender
    const ended = new AbortController()
    const show = (step: Progress) => {
      progress.set(orderId, step)
      notify()
    }
    const onSent = () => {
      show({ sent: true })
      const signal = AbortSignal.any([ended.signal, closing.signal])
      void followTerminal(client, orderId, signal, (doing) => show({ sent: true, doing }))
    }
    const paying = Payment.pay(client, sale, tender, terminal, { signal: closing.signal, onSent }).then((ending) => {
      keepEnd(sale, tender.number, ending)
      ended.abort()
      underWay.delete(orderId)
      progress.delete(orderId)
      notify()
      onEnded(sale.id)
    })
    underWay.set(orderId, paying)
  }

  return {
    recover: async () => {
      for (const sale of book.all()) {
        const tender = unsettledOf(sale)
        if (tender?.state !== "waiting") continue
        const attempt = await attemptOf(journal, tender)
        const at = Payment.endedAtFromJournal(tender, attempt)
        end(sale, tender.number, Payment.endingFromJournal(tender, attempt), at)
        onEnded(sale.id)
      }
    },
    start,
    areUnderWay: () => underWay.size > 0,
    progressOf: (orderId) => progress.get(orderId),
    storageFailed: () => storageFailed,
    close: async () => {
      closing.abort()
      await Promise.all(underWay.values())
    }
  }
}
