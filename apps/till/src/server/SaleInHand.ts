/**
 * The sale in hand, and what a person may do to it. This module looks up products and terminals; the sale itself decides the
 * rest.
 */
import type { CurrencyCode } from "@hipay-pos/core/Currency"
import * as Result from "effect/Result"
import type { Action } from "../api.ts"
import type { Catalogue } from "../catalogue/Catalogue.ts"
import * as Products from "../catalogue/products.ts"
import { type Command, decide } from "../sale/Command.ts"
import * as Refund from "../sale/Refund.ts"
import { type Item, type Sale, unsettledOf } from "../sale/Sale.ts"
import type { CardPayments } from "./CardPayments.ts"
import type { Terminal } from "./payment.ts"
import { type Refused, refuse, toRefused } from "./Refused.ts"
import type { SaleBook } from "./SaleBook.ts"

/** Actions on the sale in hand, and actions that replace it by another one. */
export type SaleAction = Exclude<Action, { do: "resolve" | "ask" | "acknowledge" | "close-day" }>

/** The sale. */
export interface SaleInHand {
  /** The sale on the screen, even if it has ended. */
  readonly shown: () => Sale | undefined
  /** The sale on the screen, if it is the one that the person saw, has not changed since, and can still change. */
  readonly seen: (seen: { readonly sale: string; readonly revision: number }) => Result.Result<Sale, Refused>
  readonly act: (action: SaleAction) => Result.Result<unknown, Refused>
}

/** Finds the sale that was in hand when the till stopped. */
export const makeSaleInHand = (options: {
  readonly book: SaleBook
  readonly payments: CardPayments
  readonly catalogue: Catalogue
  readonly terminals: ReadonlyArray<Terminal>
  readonly currency: CurrencyCode
  readonly language: "en" | "fr"
}): SaleInHand => {
  const { book, payments, catalogue, terminals, currency, language } = options
  let current = find(book)

  const shown = () => (current === undefined ? undefined : book.get(current))

  /** The sale in hand, if it can still change. */
  const inHand = (): Sale | undefined => {
    const sale = shown()
    return sale?.end === undefined ? sale : undefined
  }

  const seen: SaleInHand["seen"] = ({ sale: id, revision }) => {
    const sale = inHand()
    return sale?.id === id && sale.revision === revision
      ? Result.succeed(sale)
      : refuse("stale", "the sale has changed since this was shown")
  }

  const apply = (sale: Sale | undefined, command: Command): Result.Result<Sale, Refused> =>
    sale === undefined
      ? refuse("no-sale", "there is no such sale in hand")
      : Result.mapError(book.apply(sale, command), toRefused)

  const addProduct = (sale: Sale | undefined, code: string, quantity: number): Result.Result<Sale, Refused> => {
    const product = Products.find(catalogue, code)
    if (product === undefined) {
      return /^(\d{8}|\d{13})$/.test(code) && !Products.isEan(code)
        ? refuse("code-misread", "the check digit of this code is wrong")
        : refuse("no-product", "no product has this code")
    }
    const { category: _category, name, ...item } = product
    return addItem(sale, { ...item, name: Products.nameIn(name, language) }, quantity)
  }

  const addItem = (sale: Sale | undefined, item: Item, quantity: number): Result.Result<Sale, Refused> => {
    const command = { _tag: "Add", item, quantity } as const
    if (sale !== undefined) return apply(sale, command)
    // A command that no sale accepts does not open one, so that it uses up no ticket number.
    const decision = decide(emptySale(currency), command, Date.now())
    if (Result.isFailure(decision)) return Result.fail(toRefused(decision.failure))
    const opened = book.open({ kind: "sale", lines: [] })
    current = opened.id
    return apply(opened, command)
  }

  /** An article without a code. */
  const addAmount = (
    sale: Sale | undefined,
    { amount, rate, name = "" }: Extract<Action, { do: "add-amount" }>
  ): Result.Result<Sale, Refused> => {
    const called = name.trim() || Products.nameIn(Products.freeAmount.name, language)
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
      if (tender !== undefined) payments.start(started, tender, terminal)
    })
  }

  /** Brings a parked or abandoned sale into hand. Abandons an empty one that was in hand. */
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

  /** Leaves no sale in hand. */
  const closeSale = () => {
    current = undefined
  }

  const act = (action: SaleAction): Result.Result<unknown, Refused> => {
    const meant = "revision" in action ? seen(action) : Result.succeed(inHand())
    if (Result.isFailure(meant)) return meant
    const sale = meant.success
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

  return { shown, seen, act }
}

/** Restores the sale that was in hand. Parks others that are not empty, so that they can be recalled. */
const find = (book: SaleBook): string | undefined => {
  const open = [...book.all()].filter(({ end, parked }) => end === undefined && parked !== true)
  const found = open.findLast(({ lines }) => lines.length > 0) ?? open.at(-1)
  for (const sale of open) if (sale !== found && sale.lines.length > 0) book.apply(sale, { _tag: "Park" })
  return found?.id
}

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
