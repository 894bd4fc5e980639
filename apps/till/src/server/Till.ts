/**
 * The till behind the screen: its sales, the one in hand, and the payments under way.
 *
 * It holds the client and its credentials. Everything that happens is an event in the store first and only then on the
 * screen. After a crash it finds the sale that was in hand, and asks the client's journal what became of its payment.
 */
import type { AttemptJournal, Client } from "@hipay-pos/client"
import type { CurrencyCode } from "@hipay-pos/core/Currency"
import * as OrderIdGenerator from "@hipay-pos/core/OrderIdGenerator"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Action, SaleDetail, SaleSummary, TillState } from "../api.ts"
import * as Catalogue from "../catalogue/Catalogue.ts"
import { type Command, decide } from "../sale/Command.ts"
import * as DayReport from "../sale/DayReport.ts"
import * as Refund from "../sale/Refund.ts"
import { type CardTender, type Sale, stageOf, unsettledOf } from "../sale/Sale.ts"
import { evolve, type Fact } from "../sale/SaleEvent.ts"
import * as Payment from "./payment.ts"
import type { SaleStore } from "./SaleStore.ts"
import { saleSummary, saleView } from "./view.ts"

/** How a till is made. */
export interface TillOptions {
  readonly shop: string
  readonly currency: CurrencyCode
  readonly catalogue: Catalogue.Catalogue
  /** The language of names on papers. */
  readonly language: "en" | "fr"
  readonly terminals: ReadonlyArray<Payment.Terminal>
  readonly client: Client
  readonly journal: AttemptJournal.AttemptJournal
  readonly store: SaleStore
  /** The day, as YYYY-MM-DD, that a moment belongs to at the shop. */
  readonly dayOf: (at: number) => string
}

/** A till. */
export interface Till {
  readonly state: () => TillState
  /** Told of every change. */
  readonly subscribe: (listener: () => void) => () => void
  /** Does what a person did, or refuses. Does not wait for a card: that shows as a change. */
  readonly act: (action: Action) => Result.Result<TillState, Refused>
  /** The sales of a day, the newest first. */
  readonly history: (day: string) => ReadonlyArray<SaleSummary>
  readonly detail: (id: string) => SaleDetail | undefined
  readonly report: (day: string) => DayReport.DayReport
  readonly dayOf: (at: number) => string
  /** Stops waiting for cards: their ends become unknown. Resolves once that is written down. */
  readonly close: () => Promise<void>
}

/** Why an action was refused: a code that the screen has words for, and a sentence for the log. */
export interface Refused {
  readonly code: string
  readonly message: string
}

/** Opens the till on what its store holds. Rejects when the store or the journal cannot be read. */
export const makeTill = async (options: TillOptions): Promise<Till> => {
  const { client, store, catalogue, terminals, currency, shop, dayOf } = options
  const sales = new Map<string, Sale>()
  const listeners = new Set<() => void>()
  const payments = new Map<string, Promise<void>>()
  const closing = new AbortController()
  let current: string | undefined
  const sent = new Set<string>()
  let told = Promise.resolve()
  let storageFailed = false
  let server: TillState["server"] = { healthy: false }

  const keep = (id: string, facts: ReadonlyArray<Fact>) => {
    const at = Date.now()
    const events = facts.map((fact) => ({ sale: id, at, fact }))
    store.append(events)
    for (const event of events) put(evolve(sales.get(id), event))
  }
  const put = (sale: Sale | undefined) => {
    if (sale !== undefined) sales.set(sale.id, sale)
  }
  const notify = () => {
    for (const listener of listeners) listener()
  }

  const open = (fact: Omit<Extract<Fact, { _tag: "Opened" }>, "_tag" | "currency">): string => {
    const prefix = OrderIdGenerator.Prefix.make(fact.kind === "sale" ? "T" : "R")
    const id = Effect.runSync(OrderIdGenerator.generate(prefix))
    keep(id, [{ _tag: "Opened", currency, ...fact }])
    current = id
    return id
  }

  const apply = (id: string, command: Command): Result.Result<Sale, Refused> => {
    const sale = sales.get(id)
    if (sale === undefined) return refuse("no-sale", "there is no sale in hand")
    const decision = decide(sale, command, Date.now())
    if (Result.isFailure(decision)) return refuse(decision.failure.problem, decision.failure.message)
    keep(id, decision.success)
    return Result.succeed(sales.get(id) ?? sale)
  }

  /** The sale in hand that can still change. */
  const inHand = () => {
    const sale = current === undefined ? undefined : sales.get(current)
    return sale?.end === undefined ? sale : undefined
  }

  const startPayment = (sale: Sale, tender: CardTender, terminal: Payment.Terminal) => {
    const onSent = () => {
      sent.add(tender.orderId)
      notify()
    }
    const paying = Payment.pay(client, sale, tender, terminal, { signal: closing.signal, onSent }).then((ending) => {
      try {
        apply(sale.id, { _tag: "EndCard", tender: tender.number, ending })
      } catch {
        // The disk took the payment's start and not its end: the client's journal tells it after the next start.
        storageFailed = true
      }
      payments.delete(tender.orderId)
      notify()
    })
    payments.set(tender.orderId, paying)
  }

  const act = (action: Action): Result.Result<unknown, Refused> => {
    const sale = inHand()
    if ("revision" in action && action.revision !== sale?.revision) {
      return refuse("stale", "the sale has changed since this was shown")
    }
    switch (action.do) {
      case "add": {
        const product = Catalogue.find(catalogue, action.code)
        if (product === undefined) {
          const misread = /^(\d{8}|\d{13})$/.test(action.code) && !Catalogue.isEan(action.code)
          return misread
            ? refuse("code-misread", "the check digit of this code is wrong")
            : refuse("no-product", "no product has this code")
        }
        const { category: _category, name, ...item } = product
        const id = sale?.id ?? open({ kind: "sale", lines: [] })
        const named = { ...item, name: Catalogue.nameIn(name, options.language) }
        return apply(id, { _tag: "Add", item: named, quantity: action.quantity })
      }
      case "quantity":
        return apply(sale?.id ?? "", { _tag: "ChangeQuantity", line: action.line, quantity: action.quantity })
      case "discount-line":
        return apply(sale?.id ?? "", {
          _tag: "DiscountLine",
          line: action.line,
          discount: action.discount ?? undefined
        })
      case "discount-order":
        return apply(sale?.id ?? "", { _tag: "DiscountOrder", discount: action.discount ?? undefined })
      case "cash":
        return apply(sale?.id ?? "", { _tag: "TakeCash", given: action.given })
      case "give-back":
        return apply(sale?.id ?? "", { _tag: "GiveBackCash", amount: action.amount })
      case "complete":
        return apply(sale?.id ?? "", { _tag: "Complete" })
      case "abandon":
        return Result.map(apply(sale?.id ?? "", { _tag: "Abandon" }), () => {
          current = undefined
        })
      case "card": {
        const terminal = terminals.find(({ name }) => name === action.terminal)
        if (terminal === undefined) return refuse("no-terminal", "there is no such terminal")
        const command = { _tag: "StartCard", amount: action.amount, terminal: terminal.name } as const
        return Result.map(apply(sale?.id ?? "", command), (started) => {
          const tender = unsettledOf(started)
          if (tender !== undefined) startPayment(started, tender, terminal)
        })
      }
      case "resolve":
        return Result.map(
          apply(sale?.id ?? "", { _tag: "Resolve", tender: action.tender, resolution: action }),
          (resolved) => {
            for (const tender of resolved.tenders) {
              if (tender.means === "card" && tender.number === action.tender)
                told = told.then(() => tellJournal(tender))
            }
          }
        )
      case "refund": {
        if (sale !== undefined && sale.lines.length > 0) return refuse("busy", "another sale is in hand")
        const past = sales.get(action.sale)
        if (past === undefined) return refuse("no-sale", "there is no such sale")
        const lines = Result.flatMap(Refund.refundable(past, refundsOf(past.id)), (left) =>
          Refund.linesOf(past, left, action.lines)
        )
        if (Result.isFailure(lines)) return refuse("refund", lines.failure.message)
        if (sale !== undefined) apply(sale.id, { _tag: "Abandon" })
        return Result.succeed(open({ kind: "refund", refundOf: past.id, lines: lines.success }))
      }
      case "next":
        if (sale !== undefined) return refuse("busy", "the sale in hand has not ended")
        current = undefined
        return Result.succeed(undefined)
    }
  }

  const refundsOf = (id: string) => [...sales.values()].filter(({ refundOf }) => refundOf === id)

  /** The client's journal follows what a person found out. Where it cannot be written, it is told after the next start. */
  const tellJournal = async ({ orderId, resolution }: CardTender) => {
    if (resolution === undefined) return
    const { outcome, by, evidence } = resolution
    try {
      const attempt = (await client.unsettled()).find((attempt) => attempt.orderId === orderId)
      if (attempt !== undefined) await client.resolve(attempt.id, { outcome, by, evidence })
    } catch {
      storageFailed = true
      notify()
    }
  }

  const state = (): TillState => {
    const sale = current === undefined ? undefined : sales.get(current)
    return {
      shop,
      currency,
      terminals: terminals.map(({ name }) => name),
      sale: sale === undefined ? null : saleView(sale),
      sent: sale !== undefined && sent.has(unsettledOf(sale)?.orderId ?? ""),
      server,
      storageFailed,
      now: Date.now()
    }
  }

  /** What a crash or a stop left behind: payments that were waited for, resolutions the journal has not heard of. */
  const recover = async () => {
    for (const event of store.read()) put(evolve(sales.get(event.sale), event))
    const attempts = await Effect.runPromise(options.journal.attempts)
    for (const sale of sales.values()) {
      for (const tender of sale.tenders) {
        if (tender.means === "cash") continue
        if (tender.state === "waiting") {
          const ending = Payment.endingFromJournal(tender, attempts)
          apply(sale.id, { _tag: "EndCard", tender: tender.number, ending })
        } else await tellJournal(tender)
      }
      if (sales.get(sale.id)?.end === undefined) current = sale.id
    }
  }

  const checkHealth = async () => {
    const before = JSON.stringify(server)
    server = await client.healthcheck()
    if (JSON.stringify(server) !== before) notify()
  }

  await recover()
  await checkHealth()
  const health = setInterval(() => void checkHealth(), HEALTH_INTERVAL)
  health.unref()

  return {
    state,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    act: (action) => {
      const done = act(action)
      notify()
      return Result.map(done, state)
    },
    history: (day) =>
      [...sales.values()]
        .filter((sale) => sale.end?.outcome !== "abandoned" || sale.tenders.length > 0)
        .map(saleSummary)
        .filter(({ at }) => dayOf(at) === day)
        .reverse(),
    detail: (id) => {
      const sale = sales.get(id)
      if (sale === undefined) return undefined
      const refunds = refundsOf(id)
      const left = sale.kind === "sale" && stageOf(sale) === "completed" ? Refund.refundable(sale, refunds) : undefined
      return {
        sale: saleView(sale),
        refundable: (left === undefined ? [] : Result.getOrThrow(left)).map(({ line, quantity, amount }) => ({
          line: line.number,
          quantity,
          amount
        })),
        refunds: refunds.map(saleSummary)
      }
    },
    report: (day) => Result.getOrThrow(DayReport.make(sales.values(), currency, (at) => dayOf(at) === day)),
    dayOf,
    close: async () => {
      clearInterval(health)
      closing.abort()
      await Promise.all(payments.values())
      await told
      store.close()
    }
  }
}

/** How often the server is asked whether it is there, in milliseconds. */
const HEALTH_INTERVAL = 15_000

const refuse = (code: string, message: string): Result.Result<never, Refused> => Result.fail({ code, message })
