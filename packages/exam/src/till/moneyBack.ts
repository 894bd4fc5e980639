/**
 * Money that is given back to a customer although the scenario asks for no refund: for a sale that is not known to be paid,
 * or after it was paid completely. A paid part may be given back.
 */

import { money } from "../Language.ts"
import { chargesOf, creditsOf, debitsOf, type Evidence, givesBack, netOf, ordersIn } from "./Evidence.ts"
import type { Finding } from "./Finding.ts"
import { found } from "./findings.ts"
import { hasUnknown, isPaid, known, knownBefore, movedBy, statesOf } from "./knowledge.ts"
import type { Scenario } from "./Scenario.ts"

/** Whether a scenario asks for a refund of a sale. */
export const asksForMoneyBack = ({ steps }: Scenario, sale: number): boolean =>
  steps.some(({ sale: of, action = "pay" }) => of === sale && action !== "pay")

/** More was given back than was charged, in total or for one sale. */
export const givenBackTooMuch = (evidence: Evidence): ReadonlyArray<Finding> => {
  const sales = new Set(evidence.exchanges.map(({ sale }) => sale))
  const net = Math.min(netOf(evidence.charges), ...[...sales].map((sale) => netOf(chargesOf(evidence, sale))))
  const currency = evidence.drives[0]?.currency
  if (net >= 0 || currency === undefined) return []
  const credits = ordersIn(evidence).filter(({ order }) => givesBack(order))
  return [found("given-back-too-much", credits, { lost: money(-net, currency) })]
}

/** Refunds requested before the sale was known to be paid. */
export const givenBackUnproved = (scenario: Scenario, evidence: Evidence, sale: number): ReadonlyArray<Finding> => {
  if (asksForMoneyBack(scenario, sale)) return []
  for (const credit of creditsOf(evidence, sale)) {
    const debits = debitsOf(evidence, sale).filter(({ id }) => id < credit.id)
    const states = statesOf(knownBefore(evidence, credit), debits)
    if (states.some((state) => isPaid(state?.outcome))) continue
    const { transactionType, amount, currency } = credit.order
    return [
      found(hasUnknown(states) ? "given-back-while-unknown" : "given-back-unpaid", [debits.at(-1), credit], {
        transactionType,
        amount: money(amount, currency)
      })
    ]
  }
  return []
}

/** A sale is known to be paid, but less than its amount is charged in the end. */
export const takenBack = (scenario: Scenario, evidence: Evidence, sale: number): ReadonlyArray<Finding> => {
  const drives = evidence.drives.filter((each) => each.sale === sale)
  const [drive] = drives
  if (drive === undefined || asksForMoneyBack(scenario, sale)) return []
  const debits = debitsOf(evidence, sale)
  const { amount, currency } = drive
  if (movedBy(known(evidence), debits) < amount) return []
  const net = netOf(chargesOf(evidence, sale))
  if (net >= amount) return []
  const credit = creditsOf(evidence, sale).at(-1)
  const said = drives.at(-1)?.said.outcome
  const loss = found("taken-back", [debits.at(-1), credit], {
    left: money(net, currency),
    owed: money(amount, currency),
    byTill: credit !== undefined
  })
  // If the till says that nothing was paid, the shop hands out no goods.
  return [said === "declined" || said === "not-started" ? { ...loss, severity: "high" } : loss]
}
