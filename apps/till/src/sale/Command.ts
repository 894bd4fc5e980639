/**
 * What may be done to a sale: a command becomes events, or is refused with a code that the screen has a message for.
 *
 * The rules that cost money if they are wrong are all here: one tender at a time, no other tender while a card payment is
 * pending or unknown, no change of the lines once money has moved, and completion only when exactly the total was collected.
 * No command makes an unknown tender payable again: only `Resolve` ends it. Such a sale may be parked meanwhile, unchanged.
 */
import { defined } from "@hipay-pos/core/Defined"
import { MAX_MINOR_UNITS } from "@hipay-pos/core/Money"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Bill from "./Bill.ts"
import {
  type CardEnding,
  type CardTender,
  type Discount,
  type Doubt,
  type Item,
  isAlarming,
  isLocked,
  type Sale,
  stageOf,
  unconfirmedOf,
  unsettledOf
} from "./Sale.ts"
import { evolve, type Fact } from "./SaleEvent.ts"

/** What a person does at the screen, after looking up products and terminals. */
export type Command =
  | { readonly _tag: "Add"; readonly item: Item; readonly quantity: number }
  | { readonly _tag: "ChangeQuantity"; readonly line: number; readonly quantity: number }
  | { readonly _tag: "RestoreLine" }
  | { readonly _tag: "DiscountLine"; readonly line: number; readonly discount?: Discount | undefined }
  | { readonly _tag: "DiscountOrder"; readonly discount?: Discount | undefined }
  | { readonly _tag: "TakeCash"; readonly given: number }
  | { readonly _tag: "StartCard"; readonly amount: number; readonly terminal: string }
  | { readonly _tag: "EndCard"; readonly tender: number; readonly ending: CardEnding }
  | { readonly _tag: "Doubt"; readonly tender: number; readonly doubt: Doubt }
  | { readonly _tag: "Resolve"; readonly tender: number; readonly resolution: ResolutionGiven }
  | { readonly _tag: "Compare"; readonly tender: number; readonly paid?: number }
  | { readonly _tag: "Acknowledge"; readonly tender: number }
  | { readonly _tag: "GiveBackCash"; readonly amount: number }
  | { readonly _tag: "Park" }
  | { readonly _tag: "Recall" }
  | { readonly _tag: "Complete" }
  | { readonly _tag: "Abandon" }
  | { readonly _tag: "Reopen" }

/** A resolution, by default a person's; `paid` is by default the whole amount. */
export interface ResolutionGiven {
  readonly outcome: "approved" | "declined"
  readonly paid?: number | undefined
  /** Accepts a `paid` that is more than the tender. */
  readonly over?: boolean | undefined
  /** Whether the amount beyond the tender is a tip. */
  readonly tip?: boolean
  readonly source?: "person" | "server"
  readonly by: string
  readonly evidence: string
  /** The server could not be asked. */
  readonly serverNotAsked?: boolean
}

/** Why a command was refused. */
export const Problem = Schema.Literals([
  "ended",
  "parked",
  "not-parked",
  "locked",
  "waiting",
  "unknown",
  "no-such-line",
  "quantity",
  "discount",
  "too-large",
  "amount",
  "empty",
  "not-collected",
  "money-taken",
  "money-given",
  "not-unknown",
  "not-contradicted",
  "resolution",
  "not-abandoned"
])
export type Problem = typeof Problem.Type

/** A command that the sale does not allow. */
export class CommandRefused extends Schema.TaggedError<CommandRefused>()("CommandRefused", {
  problem: Problem,
  detail: Schema.String
}) {
  override get message() {
    return `${this.problem}: ${this.detail}`
  }
}

export type Decision = Result.Result<ReadonlyArray<Fact>, CommandRefused>

/** The events of a command. The resulting sale has a valid bill, and completes itself once everything is paid. */
export const decide = (sale: Sale, command: Command, at: number): Decision =>
  Result.gen(function* () {
    if (command._tag === "Reopen") return [yield* reopen(sale)]
    if (command._tag === "Compare") return [yield* compare(sale, command.tender, command.paid)]
    if (command._tag === "Acknowledge") return [yield* acknowledge(sale, command.tender)]
    if (sale.end !== undefined) return yield* refuse("ended", "this sale has ended")
    if (sale.parked === true && !isTakenParked(command)) {
      return yield* refuse("parked", "this sale is parked")
    }
    const fact = yield* factOf(sale, command, at)
    const after = evolve(sale, { sale: sale.id, at, fact }) ?? sale
    const bill = yield* billOf(after)
    const settles = fact._tag === "CashTaken" || fact._tag === "CardEnded" || fact._tag === "CardResolved"
    const paid = bill.remaining.minorUnits === 0 && stageOf(after) === "open" && after.tenders.length > 0
    return settles && paid ? [fact, { _tag: "Completed" } as const] : [fact]
  })

/** A parked sale accepts only its recall and news about its payment. */
const isTakenParked = ({ _tag }: Command): boolean => _tag === "Recall" || _tag === "Resolve" || _tag === "Doubt"

const factOf = (
  sale: Sale,
  command: Exclude<Command, { _tag: "Reopen" | "Compare" | "Acknowledge" }>,
  at: number
): Result.Result<Fact, CommandRefused> => {
  switch (command._tag) {
    case "Add":
      return whenUnlocked(sale, () => add(sale, command.item, command.quantity))
    case "ChangeQuantity":
      return whenUnlocked(sale, () => changeQuantity(sale, command.line, command.quantity))
    case "RestoreLine":
      return whenUnlocked(sale, () =>
        sale.removed === undefined
          ? refuse("no-such-line", "no line was taken out")
          : Result.succeed({ _tag: "LineRestored" })
      )
    case "DiscountLine":
      return whenUnlocked(sale, () =>
        sale.lines.some(({ number }) => number === command.line)
          ? Result.succeed({ _tag: "LineDiscounted", line: command.line, ...given(command.discount) })
          : refuse("no-such-line", `no line ${command.line}`)
      )
    case "DiscountOrder":
      return whenUnlocked(sale, () => Result.succeed({ _tag: "OrderDiscounted", ...given(command.discount) }))
    case "TakeCash":
      return whenSettled(sale, () => takeCash(sale, command.given, at))
    case "StartCard":
      return whenSettled(sale, () => startCard(sale, command.amount, command.terminal, at))
    case "EndCard":
      return endCard(sale, command.tender, command.ending)
    case "Doubt":
      return Result.map(unknownOf(sale, command.tender), ({ number }) => ({
        _tag: "CardDoubted",
        tender: number,
        doubt: command.doubt
      }))
    case "Resolve":
      return resolve(sale, command.tender, command.resolution, at)
    case "GiveBackCash":
      return whenSettled(sale, () => giveBackCash(sale, command.amount, at))
    case "Park":
      return park(sale)
    case "Recall":
      return sale.parked === true
        ? Result.succeed({ _tag: "Recalled" })
        : refuse("not-parked", "this sale is not parked")
    case "Complete":
      return whenSettled(sale, () => complete(sale))
    case "Abandon":
      return whenSettled(sale, () => abandon(sale))
  }
}

const whenUnlocked = (sale: Sale, then: () => Result.Result<Fact, CommandRefused>) =>
  isLocked(sale) ? refuse("locked", "the lines cannot change once a payment was made or is under way") : then()

const whenSettled = (sale: Sale, then: () => Result.Result<Fact, CommandRefused>) => {
  switch (stageOf(sale)) {
    case "waiting":
      return refuse("waiting", "a card is being waited for")
    case "unknown":
      return refuse("unknown", "the outcome of the last card payment is unknown: resolve it first")
    default:
      return then()
  }
}

const given = (discount: Discount | undefined) => (discount === undefined ? {} : { discount })

/** Another piece of a product is added to its line, unless that line has a discount of its own. */
const add = (sale: Sale, item: Item, quantity: number): Result.Result<Fact, CommandRefused> => {
  if (!isQuantity(quantity) || quantity === 0) return refuse("quantity", `expected 1 to ${MAX_QUANTITY}`)
  const same = sale.lines.find(
    ({ reference, name, unitPrice, taxRate, discount }) =>
      reference === item.reference &&
      name === item.name &&
      unitPrice === item.unitPrice &&
      taxRate === item.taxRate &&
      discount === undefined
  )
  if (same !== undefined) return changeQuantity(sale, same.number, same.quantity + quantity)
  return Result.succeed({ _tag: "LineAdded", line: { ...item, number: nextLine(sale), quantity } })
}

const changeQuantity = (sale: Sale, number: number, quantity: number): Result.Result<Fact, CommandRefused> => {
  if (!sale.lines.some((line) => line.number === number)) return refuse("no-such-line", `no line ${number}`)
  if (!isQuantity(quantity)) return refuse("quantity", `expected 0 to ${MAX_QUANTITY}`)
  return Result.succeed({ _tag: "QuantityChanged", line: number, quantity })
}

/** More pieces than this on one line are a scanner's mistake. */
const MAX_QUANTITY = 9999

const isQuantity = (quantity: number) => Number.isInteger(quantity) && quantity >= 0 && quantity <= MAX_QUANTITY

const nextNumber = (numbered: ReadonlyArray<{ readonly number: number }>): number =>
  numbered.reduce((highest, { number }) => Math.max(highest, number), 0) + 1

/** Line numbers are never reused, because a removed line may come back. */
const nextLine = ({ lines, removed }: Sale): number =>
  nextNumber(removed === undefined ? lines : [...lines, removed.line])

/** Money for the shop in a sale, for the customer in a refund. */
const forward = (sale: Sale) => (sale.kind === "sale" ? "in" : "out")

const backward = (sale: Sale) => (sale.kind === "sale" ? "out" : "in")

const takeCash = (sale: Sale, given: number, at: number): Result.Result<Fact, CommandRefused> =>
  Result.flatMap(remainingOf(sale), (remaining) => {
    if (!isAmount(given) || remaining <= 0) return refuse("amount", `expected cash for what remains, ${remaining}`)
    const amount = Math.min(given, remaining)
    // There is no change on a refund: the drawer gives exactly what is due.
    if (sale.kind === "refund" && given > remaining) return refuse("amount", `expected at most ${remaining}`)
    const [direction, number] = [forward(sale), nextNumber(sale.tenders)] as const
    return Result.succeed({
      _tag: "CashTaken",
      tender: { means: "cash", number, direction, amount, given, change: given - amount, at }
    })
  })

const startCard = (sale: Sale, amount: number, terminal: string, at: number): Result.Result<Fact, CommandRefused> =>
  Result.flatMap(remainingOf(sale), (remaining) => {
    if (!isAmount(amount) || amount > remaining) return refuse("amount", `expected 1 to ${remaining}`)
    const number = nextNumber(sale.tenders)
    const tender: CardTender = {
      means: "card",
      number,
      direction: forward(sale),
      amount,
      orderId: `${sale.id}-${number}`,
      terminal,
      startedAt: at,
      state: "waiting",
      paid: 0
    }
    return Result.succeed({ _tag: "CardStarted", tender })
  })

const endCard = (sale: Sale, number: number, ending: CardEnding): Result.Result<Fact, CommandRefused> => {
  const tender = unsettledOf(sale)
  if (tender?.number !== number || tender.state !== "waiting")
    return refuse("ended", `tender ${number} is not waited for`)
  return ending.paid <= tender.amount
    ? Result.succeed({ _tag: "CardEnded", tender: number, ending })
    : refuse("amount", `more was paid than the ${tender.amount} asked for`)
}

const unknownOf = (sale: Sale, number: number): Result.Result<CardTender, CommandRefused> => {
  const tender = unsettledOf(sale)
  return tender?.number === number && tender.state === "unknown"
    ? Result.succeed(tender)
    : refuse("not-unknown", `the end of tender ${number} is known, or still waited for`)
}

const resolve = (
  sale: Sale,
  number: number,
  {
    outcome,
    by,
    evidence,
    paid,
    over = false,
    tip = false,
    source = "person",
    serverNotAsked = false
  }: ResolutionGiven,
  at: number
): Result.Result<Fact, CommandRefused> => {
  const found = unknownOf(sale, number)
  if (Result.isFailure(found)) return Result.fail(found.failure)
  const tender = found.success
  const [name, seen] = [by.trim(), evidence.trim()]
  if (name === "" || seen === "") return refuse("resolution", "expected a name and what was seen")
  const approved = paid ?? tender.amount
  if (outcome === "approved" && (!isAmount(approved) || (approved > tender.amount && !over))) {
    return refuse("amount", `expected 1 to ${tender.amount}, or more with "over"`)
  }
  const extra = approved > tender.amount ? { extra: approved - tender.amount, ...(tip ? { tip } : {}) } : {}
  const money = outcome === "approved" ? { paid: Math.min(approved, tender.amount), ...extra } : { paid: 0 }
  const unasked = serverNotAsked ? { serverNotAsked } : {}
  const resolution = { outcome, source, by: name, evidence: seen, ...money, at, ...unasked }
  return Result.succeed({ _tag: "CardResolved", tender: number, resolution })
}

/** Allowed for an ended sale, too: its amounts stay, and the contradiction is recorded for a person. */
const compare = (sale: Sale, number: number, paid: number | undefined): Result.Result<Fact, CommandRefused> => {
  const said = unconfirmedOf(sale)
  if (said?.number !== number) return refuse("not-unknown", `the server was asked about tender ${number}`)
  return Result.succeed({ _tag: "CardCompared", tender: number, ...defined({ paid }) })
}

/** Allowed for an ended sale, too. */
const acknowledge = ({ tenders }: Sale, number: number): Result.Result<Fact, CommandRefused> =>
  tenders.some((tender) => tender.number === number && isAlarming(tender))
    ? Result.succeed({ _tag: "ContradictionAcknowledged", tender: number })
    : refuse("not-contradicted", `the server does not contradict tender ${number}, or that was dealt with`)

/** Reverses a partial payment or refund, because the rest cannot be obtained. */
const giveBackCash = (sale: Sale, amount: number, at: number): Result.Result<Fact, CommandRefused> =>
  Result.flatMap(billOf(sale), ({ collected }) => {
    if (!isAmount(amount) || amount > collected.minorUnits) {
      return refuse("amount", `expected 1 to ${collected.minorUnits}`)
    }
    const [direction, number] = [backward(sale), nextNumber(sale.tenders)] as const
    return Result.succeed({
      _tag: "CashTaken",
      tender: { means: "cash", number, direction, amount, given: amount, change: 0, at }
    })
  })

/** A sale with a pending card payment stays in hand; one with an unknown card payment may be parked. */
const park = (sale: Sale): Result.Result<Fact, CommandRefused> => {
  if (stageOf(sale) === "waiting") return refuse("waiting", "a card is being waited for")
  return sale.lines.length === 0 ? refuse("empty", "there is nothing on this sale") : Result.succeed({ _tag: "Parked" })
}

/** Completes a sale that costs nothing; all others complete with their last tender. */
const complete = (sale: Sale): Result.Result<Fact, CommandRefused> =>
  Result.flatMap(billOf(sale), ({ remaining }) => {
    if (sale.lines.length === 0) return refuse("empty", "there is nothing on this sale")
    return remaining.minorUnits === 0
      ? Result.succeed({ _tag: "Completed" })
      : refuse("not-collected", `${remaining.minorUnits} are still to be collected`)
  })

const abandon = (sale: Sale): Result.Result<Fact, CommandRefused> =>
  Result.flatMap(billOf(sale), ({ collected: { minorUnits } }) => {
    if (minorUnits === 0) return Result.succeed({ _tag: "Abandoned" })
    return sale.kind === "sale"
      ? refuse("money-taken", `${minorUnits} were paid: give them back first, or collect the rest`)
      : refuse("money-given", `${minorUnits} were refunded: take them back first, or refund the rest`)
  })

/** Only for sales: another refund may since have returned the pieces of an abandoned one. */
const reopen = ({ kind, end }: Sale): Result.Result<Fact, CommandRefused> =>
  kind === "sale" && end?.outcome === "abandoned"
    ? Result.succeed({ _tag: "Reopened" })
    : refuse("not-abandoned", "expected an abandoned sale")

const isAmount = (amount: number) => Number.isInteger(amount) && amount >= 1 && amount <= MAX_MINOR_UNITS

const remainingOf = (sale: Sale) => Result.map(billOf(sale), ({ remaining }) => remaining.minorUnits)

const billOf = (sale: Sale): Result.Result<Bill.Bill, CommandRefused> =>
  Result.mapError(Bill.make(sale), (error) => {
    const problem = error._tag === "BasketRefused" ? "discount" : "too-large"
    return new CommandRefused({ problem, detail: error.message })
  })

const refuse = (problem: Problem, detail: string) => Result.fail(new CommandRefused({ problem, detail }))
