/**
 * The till behind the screen: the sale in hand, the payments under way, and what a person may do.
 *
 * It holds the client and its credentials. Everything that happens is in the store first and only then on the screen.
 * After a crash it finds the sale that was in hand, and asks the client's journal what became of its payment.
 */
import { type AttemptJournal, type Client, NotResolvedAtServer, StillUnderWay } from "@hipay-pos/client"
import type * as BusinessDay from "@hipay-pos/core/BusinessDay"
import type { CurrencyCode } from "@hipay-pos/core/Currency"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Action, Doing, SaleView, ShopDetails, TillState } from "../api.ts"
import type { Catalogue } from "../catalogue/Catalogue.ts"
import * as Products from "../catalogue/products.ts"
import { type Command, type CommandRefused, decide } from "../sale/Command.ts"
import * as Refund from "../sale/Refund.ts"
import { type CardTender, type Item, type Sale, stageOf, unsettledOf } from "../sale/Sale.ts"
import type { ClosingStore } from "./ClosingStore.ts"
import { closeDay } from "./closeDay.ts"
import * as Payment from "./payment.ts"
import { followTerminal } from "./progress.ts"
import { type Refused, refuse } from "./Refused.ts"
import type { ReceiptLinks } from "./receiptLinks.ts"
import { makeRecords, type Records } from "./records.ts"
import { makeSaleBook } from "./SaleBook.ts"
import type { SaleStore } from "./SaleStore.ts"
import { settle } from "./settle.ts"
import { saleSummary } from "./view.ts"

/** How a till is made. */
export interface TillOptions {
  readonly shop: string
  readonly details: ShopDetails
  readonly currency: CurrencyCode
  readonly catalogue: Catalogue
  /** The language of names on papers. */
  readonly language: "en" | "fr"
  readonly terminals: ReadonlyArray<Payment.Terminal>
  readonly client: Client
  readonly journal: AttemptJournal.AttemptJournal
  readonly store: SaleStore
  readonly closings: ClosingStore
  readonly links: ReceiptLinks
  /** Where receipts are found: the address of the till's pages as customers reach them, without a slash at the end. */
  readonly receiptBase: () => string
  readonly days: BusinessDay.BusinessDay
  /** How often the server is asked about payments with an unknown outcome, in milliseconds. */
  readonly askEvery: number
}

/** A till. */
export interface Till {
  readonly state: () => TillState
  /** Told of every change. */
  readonly subscribe: (listener: () => void) => () => void
  /** Does what a person did, or refuses. Does not wait for a card: that shows as a change. */
  readonly act: (action: Action) => Promise<Result.Result<TillState, Refused>>
  readonly records: Pick<Records, "history" | "search" | "detail" | "report">
  /** The receipt behind a link. */
  readonly receipt: (token: string) => SaleView | undefined
  readonly today: () => string
  /** Stops waiting for cards: their ends become unknown. Resolves once that is written down. */
  readonly close: () => Promise<void>
}

/** Opens the till on what its store holds. Rejects when the store or the journal cannot be read. */
export const makeTill = async (options: TillOptions): Promise<Till> => {
  const { client, store, closings, links, catalogue, terminals, currency, shop, details, days } = options
  const book = makeSaleBook(store, currency)
  const linkOf = ({ id }: Sale) => `${options.receiptBase()}/r/${links.tokenOf(id)}`
  const records = makeRecords({ book, closings, currency, days, linkOf })
  const listeners = new Set<() => void>()
  const payments = new Map<string, Promise<void>>()
  const sent = new Set<string>()
  const doing = new Map<string, Doing>()
  const closing = new AbortController()
  let current: string | undefined
  let server: TillState["server"] = { healthy: false }
  let storageFailed = false
  let settling = Promise.resolve()
  let latest = 0

  const notify = () => {
    for (const listener of listeners) listener()
  }

  /** The sale in hand that can still change. */
  const inHand = (): Sale | undefined => {
    const sale = current === undefined ? undefined : book.get(current)
    return sale?.end === undefined ? sale : undefined
  }

  const apply = (sale: Sale | undefined, command: Command): Result.Result<Sale, Refused> =>
    sale === undefined
      ? refuse("no-sale", "there is no such sale in hand")
      : Result.mapError(book.apply(sale, command), toRefused)

  const startPayment = (sale: Sale, tender: CardTender, terminal: Payment.Terminal) => {
    const ended = new AbortController()
    const onSent = () => {
      sent.add(tender.orderId)
      notify()
      void followTerminal(client, tender.orderId, AbortSignal.any([ended.signal, closing.signal]), (step) => {
        doing.set(tender.orderId, step)
        notify()
      })
    }
    const paying = Payment.pay(client, sale, tender, terminal, { signal: closing.signal, onSent }).then((ending) => {
      try {
        const ended = apply(book.get(sale.id), { _tag: "EndCard", tender: tender.number, ending })
        // An end that cannot be, such as more than was asked for, is for a person to look at.
        if (Result.isFailure(ended)) {
          const odd = { state: "unknown", paid: 0, detail: ended.failure.message } as const
          apply(book.get(sale.id), { _tag: "EndCard", tender: tender.number, ending: odd })
        }
      } catch {
        // The disk took the payment's start and not its end: the client's journal tells it after the next start.
        storageFailed = true
      }
      ended.abort()
      payments.delete(tender.orderId)
      sent.delete(tender.orderId)
      doing.delete(tender.orderId)
      notify()
      void askServer()
    })
    payments.set(tender.orderId, paying)
  }

  const addProduct = (sale: Sale | undefined, code: string, quantity: number): Result.Result<Sale, Refused> => {
    const product = Products.find(catalogue, code)
    if (product === undefined) {
      return /^(\d{8}|\d{13})$/.test(code) && !Products.isEan(code)
        ? refuse("code-misread", "the check digit of this code is wrong")
        : refuse("no-product", "no product has this code")
    }
    const { category: _category, name, ...item } = product
    return addItem(sale, { ...item, name: Products.nameIn(name, options.language) }, quantity)
  }

  const addItem = (sale: Sale | undefined, item: Item, quantity: number): Result.Result<Sale, Refused> => {
    const command = { _tag: "Add", item, quantity } as const
    if (sale !== undefined) return apply(sale, command)
    // What no sale can take opens none: a ticket's number is not spent on it.
    const decision = decide(emptySale(currency), command, Date.now())
    if (Result.isFailure(decision)) return Result.fail(toRefused(decision.failure))
    const opened = book.open({ kind: "sale", lines: [] })
    current = opened.id
    return apply(opened, command)
  }

  /** Something without a code. */
  const addAmount = (
    sale: Sale | undefined,
    { amount, rate, name = "" }: Extract<Action, { do: "add-amount" }>
  ): Result.Result<Sale, Refused> => {
    const called = name.trim() || Products.nameIn(Products.freeAmount.name, options.language)
    const item = { reference: Products.freeAmount.reference, name: called, unitPrice: amount, taxRate: rate }
    return addItem(sale, item, 1)
  }

  const openRefund = (sale: Sale | undefined, of: string, returned: ReadonlyArray<Refund.Returned>) => {
    if (sale !== undefined && sale.lines.length > 0) return refuse("busy", "another sale is in hand")
    const past = book.get(of)
    if (past === undefined) return refuse("no-sale", "there is no such sale")
    const lines = Result.flatMap(Refund.refundable(past, book.refundsOf(of)), (left) =>
      Refund.linesOf(past, left, returned)
    )
    if (Result.isFailure(lines)) return refuse("refund", lines.failure.message)
    if (sale !== undefined) apply(sale, { _tag: "Abandon" })
    current = book.open({ kind: "refund", refundOf: of, lines: lines.success }).id
    return Result.succeed(current)
  }

  const startCard = (sale: Sale | undefined, amount: number, name: string) => {
    const terminal = terminals.find((each) => each.name === name)
    if (terminal === undefined) return refuse("no-terminal", "there is no such terminal")
    return Result.map(apply(sale, { _tag: "StartCard", amount, terminal: name }), (started) => {
      const tender = unsettledOf(started)
      if (tender !== undefined) startPayment(started, tender, terminal)
    })
  }

  /** Takes a parked or an abandoned sale into hand. An empty one that was there is abandoned. */
  const takeInHand = (id: string, command: Extract<Command, { _tag: "Recall" | "Reopen" }>) => {
    const busy = inHand()
    if (busy !== undefined && busy.lines.length > 0) return refuse("busy", "another sale is in hand")
    const sale = book.get(id)
    const allowed = sale === undefined ? undefined : decide(sale, command, Date.now())
    if (busy !== undefined && allowed !== undefined && Result.isSuccess(allowed)) apply(busy, { _tag: "Abandon" })
    return Result.map(apply(sale, command), () => {
      current = id
    })
  }

  /** No sale is in hand any more. */
  const closeSale = () => {
    current = undefined
  }

  const act = (action: Exclude<Action, { do: "resolve" }>): Result.Result<unknown, Refused> => {
    const sale = inHand()
    if ("revision" in action && !isMeant(sale, action)) return stale
    switch (action.do) {
      case "add":
        return addProduct(sale, action.code, action.quantity)
      case "add-amount":
        return addAmount(sale, action)
      case "quantity":
        return apply(sale, { _tag: "ChangeQuantity", line: action.line, quantity: action.quantity })
      case "restore":
        return apply(sale, { _tag: "RestoreLine" })
      case "discount-line":
        return apply(sale, { _tag: "DiscountLine", line: action.line, discount: action.discount ?? undefined })
      case "discount-order":
        return apply(sale, { _tag: "DiscountOrder", discount: action.discount ?? undefined })
      case "cash":
        return apply(sale, { _tag: "TakeCash", given: action.given })
      case "give-back":
        return apply(sale, { _tag: "GiveBackCash", amount: action.amount })
      case "complete":
        return apply(sale, { _tag: "Complete" })
      case "abandon":
        return Result.map(apply(sale, { _tag: "Abandon" }), closeSale)
      case "park":
        return Result.map(apply(sale, { _tag: "Park" }), closeSale)
      case "recall":
        return takeInHand(action.sale, { _tag: "Recall" })
      case "reopen":
        return takeInHand(action.sale, { _tag: "Reopen" })
      case "close-day":
        return closeDay({ closings, days, currency, report: records.report, isWaiting: payments.size > 0 }, action)
      case "card":
        return startCard(sale, action.amount, action.terminal)
      case "refund":
        return openRefund(sale, action.sale, action.lines)
      case "next":
        if (sale !== undefined) return refuse("busy", "the sale in hand has not ended")
        closeSale()
        return Result.succeed(undefined)
    }
  }

  /** One after another, so that what the server says and what a person says never overtake each other. */
  const inTurn = <A>(run: () => Promise<A>): Promise<A> => {
    const done = settling.then(run)
    settling = done.then(
      () => undefined,
      () => undefined
    )
    return done
  }

  /** Ends a tender as a person says, or as the server does where it knows. */
  const resolve = ({ tender: number, sale: id, revision, ...said }: Extract<Action, { do: "resolve" }>) =>
    inTurn(async (): Promise<Result.Result<unknown, Refused>> => {
      const sale = inHand()
      if (sale === undefined || !isMeant(sale, { sale: id, revision })) return stale
      const refused = decide(sale, { _tag: "Resolve", tender: number, resolution: said }, Date.now())
      const tender = unsettledOf(sale)
      if (Result.isFailure(refused) || tender === undefined) return Result.mapError(refused, toRefused)
      const settled = await settle(client, options.journal, tender, said).then(Result.succeed, (error: unknown) => {
        if (error instanceof StillUnderWay) return refuse("under-way", error.message)
        if (error instanceof NotResolvedAtServer) return refuse("not-resolved", error.message)
        throw error
      })
      if (Result.isFailure(settled)) return settled
      const resolution = settled.success ?? said
      return apply(book.get(sale.id), { _tag: "Resolve", tender: number, resolution })
    })

  /** Asks the server about every payment with an unknown outcome; what it says ends the payment by itself. */
  const askServer = () =>
    inTurn(async () => {
      for (const sale of book.all()) {
        const tender = unsettledOf(sale)
        if (closing.signal.aborted || tender?.state !== "unknown") continue
        const resolution = await settle(client, options.journal, tender).catch((error: unknown) => {
          if (error instanceof StillUnderWay) return undefined
          throw error
        })
        if (resolution === undefined) continue
        apply(book.get(sale.id), { _tag: "Resolve", tender: tender.number, resolution })
        notify()
      }
    }).catch(() => {
      // The journal could not be read: it is asked again.
    })

  /** What a crash or a stop left behind: a payment that was waited for, and the sale in hand. */
  const recover = async () => {
    const { journal } = options
    for (const sale of book.all()) {
      const tender = unsettledOf(sale)
      if (tender?.state === "waiting") {
        const attempts = await Effect.runPromise(journal.ofOrder?.(tender.orderId) ?? journal.attempts)
        const ending = Payment.endingFromJournal(tender, attempts)
        apply(sale, { _tag: "EndCard", tender: tender.number, ending })
      }
    }
    const open = [...book.all()].filter(({ end, parked }) => end === undefined && parked !== true)
    const found = open.findLast(({ lines }) => lines.length > 0) ?? open.at(-1)
    current = found?.id
    // One is in hand: others with something on them are parked, so that they can be recalled.
    for (const sale of open) if (sale !== found && sale.lines.length > 0) apply(sale, { _tag: "Park" })
  }

  const checkHealth = async () => {
    const before = JSON.stringify(server)
    server = await client.healthcheck()
    if (JSON.stringify(server) !== before) notify()
  }

  const state = (): TillState => {
    const sale = current === undefined ? undefined : book.get(current)
    const orderId = sale === undefined ? undefined : unsettledOf(sale)?.orderId
    const step = orderId === undefined ? undefined : doing.get(orderId)
    latest = Math.max(Date.now(), latest + 1)
    return {
      shop,
      details,
      currency,
      terminals: terminals.map(({ name }) => name),
      terminalNames: Object.fromEntries(terminals.map(({ name, shown = name }) => [name, shown])),
      tips: terminals.filter(({ tips }) => tips === true).map(({ name }) => name),
      sale: sale === undefined ? null : records.view(sale),
      parked: [...book.all()].filter(({ parked, end }) => parked === true && end === undefined).map(saleSummary),
      sent: orderId !== undefined && sent.has(orderId),
      ...(step === undefined ? {} : { doing: step }),
      ...(sale !== undefined && stageOf(sale) === "completed" ? { receipt: linkOf(sale) } : {}),
      server,
      closings: closings.all().length,
      storageFailed,
      now: latest
    }
  }

  await recover()
  await checkHealth()
  void askServer()
  const health = setInterval(() => void checkHealth(), HEALTH_INTERVAL).unref()
  const asking = setInterval(() => void askServer(), options.askEvery).unref()

  return {
    state,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    act: async (action) => {
      if (storageFailed) return refuse("failed", "the end of a payment could not be kept")
      const done = action.do === "resolve" ? await resolve(action) : act(action)
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
      closing.abort()
      await Promise.all(payments.values())
      await settling
      store.close()
      closings.close()
    }
  }
}

/** How often the server is asked whether it is there, in milliseconds. */
const HEALTH_INTERVAL = 15_000

const emptySale = (currency: CurrencyCode): Sale => ({
  id: "none",
  ticket: 0,
  kind: "sale",
  currency,
  lines: [],
  tenders: [],
  openedAt: 0,
  revision: 1
})

/** Whether the sale in hand is the one that a person saw, and has not changed since. */
const isMeant = (sale: Sale | undefined, seen: { readonly sale: string; readonly revision: number }): boolean =>
  sale?.id === seen.sale && sale.revision === seen.revision

const toRefused = ({ problem, message }: CommandRefused): Refused => ({ code: problem, message })

const stale = Result.fail<Refused>({ code: "stale", message: "the sale has changed since this was shown" })
