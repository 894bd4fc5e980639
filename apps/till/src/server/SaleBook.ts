/**
 * The sales of a till: all are in memory, and each change is stored before it is visible.
 *
 * Only commands change a sale, and the sale itself decides whether a command is allowed.
 */
import type { CurrencyCode } from "@hipay-pos/core/Currency"
import * as OrderIdGenerator from "@hipay-pos/core/OrderIdGenerator"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { type Command, type CommandRefused, decide } from "../sale/Command.ts"
import type { Line, Sale } from "../sale/Sale.ts"
import { evolve, type Fact } from "../sale/SaleEvent.ts"
import { maskedFact } from "./masked.ts"
import type { SaleStore } from "./SaleStore.ts"

/** What a new sale or refund starts with. */
export interface Opening {
  readonly kind: Sale["kind"]
  readonly refundOf?: string
  readonly lines: ReadonlyArray<Line>
}

/** The sales. */
export interface SaleBook {
  readonly get: (id: string) => Sale | undefined
  /** Every sale, the oldest first. */
  readonly all: () => Iterable<Sale>
  readonly refundsOf: (id: string) => ReadonlyArray<Sale>
  /** Opens a sale under a new order id. Throws if it cannot be stored. */
  readonly open: (opening: Opening) => Sale
  /**
   * Applies a command to a sale, by default at the current time, or refuses. Throws if it cannot be stored, without
   * changing anything.
   */
  readonly apply: (sale: Sale, command: Command, at?: number) => Result.Result<Sale, CommandRefused>
}

/** The sales that a store holds. */
export const makeSaleBook = (store: SaleStore, currency: CurrencyCode): SaleBook => {
  const sales = new Map<string, Sale>()
  let tickets = 0
  for (const event of store.read()) {
    let sale = evolve(sales.get(event.sale), { ...event, fact: maskedFact(event.fact) })
    if (sale === undefined) continue
    // Sales from before tickets had numbers get the next one.
    if (event.fact._tag === "Opened") {
      tickets = Math.max(tickets + 1, sale.ticket)
      sale = { ...sale, ticket: tickets }
    }
    sales.set(event.sale, sale)
  }

  const keep = (id: string, before: Sale | undefined, facts: ReadonlyArray<Fact>, at: number): Sale => {
    const events = facts.map((fact) => ({ sale: id, at, fact: maskedFact(fact) }))
    store.append(events)
    const sale = events.reduce(evolve, before)
    if (sale === undefined) throw new Error(`the first event of sale ${id} does not open it`)
    sales.set(id, sale)
    return sale
  }

  return {
    get: (id) => sales.get(id),
    all: () => sales.values(),
    refundsOf: (id) => [...sales.values()].filter(({ refundOf }) => refundOf === id),
    open: (opening) => {
      const prefix = OrderIdGenerator.Prefix.make(opening.kind === "sale" ? "T" : "R")
      const id = Effect.runSync(OrderIdGenerator.generate(prefix))
      const ticket = tickets + 1
      const sale = keep(id, undefined, [{ _tag: "Opened", currency, ticket, ...opening }], Date.now())
      tickets = ticket
      return sale
    },
    apply: (sale, command, at = Date.now()) =>
      Result.map(decide(sale, command, at), (facts) => keep(sale.id, sale, facts, at))
  }
}
