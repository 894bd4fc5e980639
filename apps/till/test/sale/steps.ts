/**
 * Everything that a person can do to a sale and a terminal can answer, in any order, to test the laws against.
 *
 * Amounts and tenders are relative to the sale, so that most steps are taken and the walks get far; some are wrong on
 * purpose. Walks begin with two lines on the sale.
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Bill from "../../src/sale/Bill.ts"
import { type Command, decide } from "../../src/sale/Command.ts"
import { CardEnding, type Sale, unsettledOf } from "../../src/sale/Sale.ts"
import { evolve, SaleEvent } from "../../src/sale/SaleEvent.ts"

const Small = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 5 }))
const LineNumber = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 3 }))
const Share = Schema.Literals(["all", "half", "one", "too much"])
const Which = Schema.Literals(["this", "this", "this", "another"])
const SmallDiscount = Schema.Union([
  Schema.TaggedStruct("Amount", { minorUnits: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 300 })) }),
  Schema.TaggedStruct("Percent", { percent: Schema.Literals([0.01, 10, 33.3, 100]) })
])

/** A step. */
export const Step = Schema.Union([
  Schema.TaggedStruct("Add", { product: Small, quantity: Small }),
  Schema.TaggedStruct("ChangeQuantity", { line: LineNumber, quantity: Small }),
  Schema.TaggedStruct("RestoreLine", {}),
  Schema.TaggedStruct("DiscountLine", { line: LineNumber, discount: SmallDiscount }),
  Schema.TaggedStruct("DiscountOrder", { discount: SmallDiscount }),
  Schema.TaggedStruct("TakeCash", { share: Share }),
  Schema.TaggedStruct("StartCard", { share: Share }),
  Schema.TaggedStruct("EndCard", { which: Which, state: CardEnding.fields.state }),
  Schema.TaggedStruct("Resolve", { which: Which, outcome: Schema.Literals(["approved", "declined"]), share: Share }),
  Schema.TaggedStruct("GiveBackCash", { share: Share }),
  Schema.TaggedStruct("Park", {}),
  Schema.TaggedStruct("Recall", {}),
  Schema.TaggedStruct("Complete", {}),
  Schema.TaggedStruct("Abandon", {}),
  Schema.TaggedStruct("Reopen", {})
])
export type Step = typeof Step.Type
export const Steps = Schema.Array(Step)

const rates = [20, 5.5, 10, 2.1, 0, 20]

const product = (number: number) => ({
  reference: `P${number}`,
  name: `Product ${number}`,
  unitPrice: 99 + number * 137,
  taxRate: rates[number] ?? 0
})

/** A sale of three pieces on two lines, with nothing paid. */
export const begun: Sale = {
  id: "T1",
  ticket: 1,
  kind: "sale",
  currency: "EUR",
  lines: [
    { ...product(1), number: 1, quantity: 2 },
    { ...product(2), number: 2, quantity: 1 }
  ],
  tenders: [],
  openedAt: 0,
  revision: 1
}

/** The command that a step is, at a sale. */
export const commandOf = (sale: Sale, step: Step): Command => {
  const { remaining, collected } = Result.getOrThrow(Bill.make(sale))
  const tender = unsettledOf(sale)
  switch (step._tag) {
    case "Add":
      return { _tag: "Add", item: product(step.product), quantity: step.quantity }
    case "TakeCash":
      return { _tag: "TakeCash", given: part(remaining.minorUnits, step.share) }
    case "StartCard":
      return { _tag: "StartCard", amount: part(remaining.minorUnits, step.share), terminal: "Counter" }
    case "EndCard": {
      const asked = tender?.amount ?? 0
      const paid = step.state === "approved" ? asked : step.state === "approved-in-part" ? Math.floor(asked / 2) : 0
      return { _tag: "EndCard", tender: numberOf(tender, step.which), ending: { state: step.state, paid } }
    }
    case "Resolve": {
      const paid = part(tender?.amount ?? 0, step.share)
      const resolution = { outcome: step.outcome, paid, by: "Ana", evidence: "ticket 12" }
      return { _tag: "Resolve", tender: numberOf(tender, step.which), resolution }
    }
    case "GiveBackCash":
      return { _tag: "GiveBackCash", amount: part(collected.minorUnits, step.share) }
    default:
      return step
  }
}

const part = (amount: number, share: typeof Share.Type): number =>
  ({ all: amount, half: Math.floor(amount / 2), one: 1, "too much": amount + 1 })[share]

const numberOf = (tender: { readonly number: number } | undefined, which: typeof Which.Type): number =>
  (tender?.number ?? 1) + (which === "this" ? 0 : 1)

/** The sale after a step that it takes, or the same sale. Events go through JSON on the way, as they do in the store. */
export const take = (sale: Sale, step: Step, at: number): Sale => {
  const decision = decide(sale, commandOf(sale, step), at)
  if (Result.isFailure(decision)) return sale
  let after = sale
  for (const fact of decision.success) {
    const kept = JSON.parse(JSON.stringify({ sale: sale.id, at, fact })) as unknown
    after = evolve(after, Schema.decodeUnknownSync(SaleEvent)(kept)) ?? after
  }
  return after
}

/** Every sale on the way, the first and the last included. */
export const walk = (steps: ReadonlyArray<Step>): ReadonlyArray<Sale> => {
  const sales = [begun]
  for (const [at, step] of steps.entries()) sales.push(take(sales.at(-1) ?? begun, step, at))
  return sales
}
