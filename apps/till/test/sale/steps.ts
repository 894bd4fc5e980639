/** Everything a person can do to a sale, and everything a terminal can answer, in any order: what the laws are held against. */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Bill from "../../src/sale/Bill.ts"
import { type Command, decide } from "../../src/sale/Command.ts"
import { CardEnding, type Sale } from "../../src/sale/Sale.ts"
import { evolve, SaleEvent } from "../../src/sale/SaleEvent.ts"

const Small = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 5 }))
const Cents = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3000 }))
const SmallDiscount = Schema.Union([
  Schema.TaggedStruct("Amount", { minorUnits: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 900 })) }),
  Schema.TaggedStruct("Percent", { percent: Schema.Literals([0.01, 10, 33.3, 100]) })
])

/** A step; amounts and numbers are small, so that many of them fit. */
export const Step = Schema.Union([
  Schema.TaggedStruct("Add", { product: Small, quantity: Small }),
  Schema.TaggedStruct("ChangeQuantity", { line: Small, quantity: Small }),
  Schema.TaggedStruct("DiscountLine", { line: Small, discount: SmallDiscount }),
  Schema.TaggedStruct("DiscountOrder", { discount: SmallDiscount }),
  Schema.TaggedStruct("TakeCash", { given: Cents }),
  Schema.TaggedStruct("StartCard", { amount: Cents }),
  Schema.TaggedStruct("StartCardForAll", {}),
  Schema.TaggedStruct("EndCard", { tender: Small, state: CardEnding.fields.state, part: Small }),
  Schema.TaggedStruct("Resolve", { tender: Small, outcome: Schema.Literals(["approved", "declined"]) }),
  Schema.TaggedStruct("GiveBackCash", { amount: Cents }),
  Schema.TaggedStruct("SetAside", {}),
  Schema.TaggedStruct("TakeUp", {}),
  Schema.TaggedStruct("Complete", {}),
  Schema.TaggedStruct("Abandon", {})
])
export type Step = typeof Step.Type
export const Steps = Schema.Array(Step)

/** A sale that was just opened. */
export const empty: Sale = {
  id: "T1",
  kind: "sale",
  currency: "EUR",
  lines: [],
  tenders: [],
  openedAt: 0,
  revision: 1
}

const rates = [20, 5.5, 10, 2.1, 0, 20]

/** The command that a step is, at a sale. */
export const commandOf = (sale: Sale, step: Step): Command => {
  switch (step._tag) {
    case "Add": {
      const reference = `P${step.product}`
      const unitPrice = 99 + step.product * 137
      return {
        _tag: "Add",
        item: { reference, name: reference, unitPrice, taxRate: rates[step.product] ?? 0 },
        quantity: step.quantity
      }
    }
    case "StartCard":
      return { _tag: "StartCard", amount: step.amount, terminal: "Counter" }
    case "StartCardForAll":
      return { _tag: "StartCard", amount: remaining(sale), terminal: "Counter" }
    case "EndCard": {
      const tender = sale.tenders.find(({ number }) => number === step.tender)
      const asked = tender?.amount ?? 0
      const paid =
        step.state === "approved" ? asked : step.state === "approved-in-part" ? Math.min(step.part, asked) : 0
      return { _tag: "EndCard", tender: step.tender, ending: { state: step.state, paid } }
    }
    case "Resolve":
      return {
        _tag: "Resolve",
        tender: step.tender,
        resolution: { outcome: step.outcome, by: "Ana", evidence: "ticket 12" }
      }
    default:
      return step
  }
}

const remaining = (sale: Sale): number => Result.getOrThrow(Bill.make(sale)).remaining.minorUnits

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
export const walk = (steps: ReadonlyArray<Step>, from: Sale = empty): ReadonlyArray<Sale> => {
  const sales = [from]
  for (const [at, step] of steps.entries()) sales.push(take(sales.at(-1) ?? from, step, at))
  return sales
}
