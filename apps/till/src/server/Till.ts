/**
 * The till behind the screen: the sale in hand, payments in progress, unknown payments, and past sales.
 *
 * It holds the client and its credentials. Every event is stored before the screen shows it. After a crash, the till restores
 * the sale that was in hand, and gets the result of its payment from the client's journal.
 */
import { setTimeout as pause } from "node:timers/promises"
import type { AttemptJournal, Client } from "@hipay-pos/client"
import type * as BusinessDay from "@hipay-pos/core/BusinessDay"
import type { CurrencyCode } from "@hipay-pos/core/Currency"
import * as Result from "effect/Result"
import type { Action, ReceiptSale, ShopDetails, TillState } from "../api.ts"
import type { Catalogue } from "../catalogue/Catalogue.ts"
import { type Sale, stageOf, unsettledOf } from "../sale/Sale.ts"
import { makeCardPayments } from "./CardPayments.ts"
import type { ClosingStore } from "./ClosingStore.ts"
import { closeDay } from "./closeDay.ts"
import type { Mode } from "./lockFolder.ts"
import type { Terminal } from "./payment.ts"
import { type Refused, refuse, toRefused } from "./Refused.ts"
import type { ReceiptLinks } from "./receiptLinks.ts"
import { makeRecords, type Records } from "./records.ts"
import { makeSaleBook } from "./SaleBook.ts"
import { makeSaleInHand } from "./SaleInHand.ts"
import type { SaleStore } from "./SaleStore.ts"
import { makeUnknownPayments } from "./UnknownPayments.ts"
import { saleSummary } from "./view.ts"

/** The options of a till. */
export interface TillOptions {
  readonly shop: string
  readonly details: ShopDetails
  readonly mode: Mode
  readonly currency: CurrencyCode
  readonly catalogue: Catalogue
  /** The language of names on printed papers. */
  readonly language: "en" | "fr"
  readonly terminals: ReadonlyArray<Terminal>
  readonly client: Client
  readonly journal: AttemptJournal.AttemptJournal
  readonly store: SaleStore
  readonly closings: ClosingStore
  readonly links: ReceiptLinks
  /** The base URL of receipts: the till's pages as customers reach them, without a trailing slash. */
  readonly receiptBase: () => string
  readonly days: BusinessDay.BusinessDay
  /** How often the server is asked about payments with an unknown outcome, in milliseconds. */
  readonly askEvery: number
  /** How long opening waits for the server's first answer, in milliseconds. */
  readonly firstAnswerWithin: number
}

/** A till. */
export interface Till {
  readonly state: () => TillState
  /** Subscribes to every change. */
  readonly subscribe: (listener: () => void) => () => void
  /** Performs a person's action, or refuses. Does not wait for a card payment, which shows as a change. */
  readonly act: (action: Action) => Promise<Result.Result<TillState, Refused>>
  readonly records: Pick<Records, "history" | "search" | "detail" | "report">
  /** The receipt behind a link. */
  readonly receipt: (token: string) => ReceiptSale | undefined
  readonly today: () => string
  /** Stops waiting for cards: pending payments become unknown. Resolves once that is stored. */
  readonly close: () => Promise<void>
}

/** Opens the till on its store. Rejects if the store or the journal cannot be read. */
export const makeTill = async (options: TillOptions): Promise<Till> => {
  const { client, journal, store, closings, links, catalogue, terminals, currency, language, shop, details, days } =
    options
  const book = makeSaleBook(store, currency)
  const linkOf = ({ id }: Sale) => `${options.receiptBase()}/r/${links.tokenOf(id)}`
  const records = makeRecords({ book, closings, currency, days, linkOf })
  const listeners = new Set<() => void>()
  let server: TillState["server"] = { healthy: false }
  let latest = 0

  const notify = () => {
    for (const listener of listeners) listener()
  }
  const unknown = makeUnknownPayments({ client, journal, mode: options.mode, book, notify })
  const payments = makeCardPayments({ client, journal, book, notify, onEnded: (sale) => void unknown.ended(sale) })
  await payments.recover()
  const inHand = makeSaleInHand({ book, payments, catalogue, terminals, currency, language })

  const act = async (action: Action): Promise<Result.Result<unknown, Refused>> => {
    if (payments.storageFailed()) return refuse("failed", "the end of a payment could not be kept")
    switch (action.do) {
      case "resolve": {
        const { tender, sale, revision, ...said } = action
        const seen = inHand.seen({ sale, revision })
        return Result.isFailure(seen) ? seen : unknown.resolve(seen.success, tender, said)
      }
      case "ask": {
        const seen = inHand.seen(action)
        return Result.isFailure(seen) ? seen : unknown.askAgain(seen.success)
      }
      case "acknowledge": {
        const sale = book.get(action.sale)
        if (sale === undefined) return refuse("no-sale", "there is no such sale")
        return Result.mapError(book.apply(sale, { _tag: "Acknowledge", tender: action.tender }), toRefused)
      }
      case "close-day": {
        const { report } = records
        return closeDay({ closings, days, currency, report, isWaiting: payments.areUnderWay() }, action)
      }
      default:
        return inHand.act(action)
    }
  }

  const checkHealth = async () => {
    const before = JSON.stringify(server)
    server = await client.healthcheck()
    if (JSON.stringify(server) !== before) notify()
  }

  const state = (): TillState => {
    const sale = inHand.shown()
    const tender = sale && unsettledOf(sale)
    const { sent = false, doing } = (tender && payments.progressOf(tender.orderId)) ?? {}
    latest = Math.max(Date.now(), latest + 1)
    return {
      shop,
      details,
      simulated: options.mode === "simulated",
      currency,
      terminals: terminals.map(({ name }) => name),
      terminalNames: Object.fromEntries(terminals.map(({ name, shown = name }) => [name, shown])),
      tips: terminals.filter(({ tips }) => tips === true).map(({ name }) => name),
      sale: sale === undefined ? null : records.view(sale),
      parked: [...book.all()].filter(({ parked, end }) => parked === true && end === undefined).map(saleSummary),
      contradicted: records.contradicted(),
      sent,
      ...(doing === undefined ? {} : { doing }),
      ...(sale !== undefined && stageOf(sale) === "completed" ? { receipt: linkOf(sale) } : {}),
      server,
      closings: closings.all().length,
      storageFailed: payments.storageFailed(),
      now: latest
    }
  }

  // A silent server does not keep the till from opening.
  await Promise.race([checkHealth(), pause(options.firstAnswerWithin, undefined, { ref: false })])
  void unknown.ask()
  const health = setInterval(() => void checkHealth(), HEALTH_INTERVAL).unref()
  const asking = setInterval(() => void unknown.ask(), options.askEvery).unref()

  return {
    state,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    act: async (action) => {
      const done = await act(action)
      notify()
      return Result.map(done, state)
    },
    records,
    receipt: (token) => {
      const sale = links.saleOf(token)
      return sale === undefined ? undefined : records.receipt(sale)
    },
    today: () => days.dayOf(Date.now()),
    close: async () => {
      clearInterval(health)
      clearInterval(asking)
      await Promise.all([payments.close(), unknown.close()])
      store.close()
      closings.close()
    }
  }
}

/** How often the server's availability is checked, in milliseconds. */
const HEALTH_INTERVAL = 15_000
