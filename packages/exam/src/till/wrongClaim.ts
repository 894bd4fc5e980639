/** Compares what a till says about a sale with what it could know by then. */

import { money, type Words } from "../Language.ts"
import {
  claimOf,
  creditsOf,
  type Drive,
  debitsOf,
  type Evidence,
  isDenial,
  type Known,
  netOf,
  type Sent
} from "./Evidence.ts"
import { type Finding, finding } from "./Finding.ts"
import { hasUnknown, isPaid, known, movedBy, statesOf } from "./knowledge.ts"
import { asksForMoneyBack } from "./moneyBack.ts"
import type { Outcome } from "./Outcome.ts"
import type { Scenario } from "./Scenario.ts"

type Claim = NonNullable<ReturnType<typeof claimOf>>

/** What the till said does not follow from what it could know. */
export const wrongClaim = (scenario: Scenario, evidence: Evidence, drive: Drive): ReadonlyArray<Finding> => {
  const said = claimOf(drive.said)
  if (said === undefined || drive.said.killed === true || drive.action !== "pay") return []
  const debits = debitsOf(evidence, drive.sale)
  const orders = debits.filter(({ at }) => at <= drive.endedAt)
  // A till that sends its order only after it has reported the outcome had no proof.
  if (orders.length === 0 && (debits.length === 0 || wasRunAgain(evidence, drive))) return []
  const credits = asksForMoneyBack(scenario, drive.sale) ? [] : creditsOf(evidence, drive.sale)
  const knew = knowledgeOf(known(evidence, drive.endedAt), orders, credits, drive)
  if (mayBeSaid(knew, said) || scenario.alsoRight?.some((each) => each === said) === true) return []
  // If the rest may have been paid, too, it is not known that it was not.
  const truth = knew.outcome === "approved-in-part" && knew.isOpen && said === "approved" ? "unknown" : knew.outcome
  // The finding about the rest covers it.
  if (truth === "approved-in-part" && said === "approved" && netOf(evidence.charges) < drive.amount) return []
  const shown = orders.find(({ ended }) => ended !== "delivered") ?? orders.at(-1) ?? debits[0]
  const code = `said-${said}-when-${truth}`
  const loses = lossBy(truth, said, money(drive.amount, drive.currency))
  return loses === undefined
    ? [finding(code, said === "unknown" ? "medium" : "note", lookedForNothing(truth, said), [shown])]
    : [finding(code, "critical", loses, [shown])]
}

/** Whether the sale's payment entry was run again after this run. */
const wasRunAgain = ({ drives }: Evidence, drive: Drive): boolean =>
  drives.some((each) => each !== drive && each.sale === drive.sale && each.startedAt >= drive.endedAt)

/** What a till could know about a sale when it said how it ended. */
interface Knowledge {
  readonly outcome: Outcome
  /** How many of its orders were paid. */
  readonly payments: number
  /** Whether the outcome of an order, or of money given back, is unknown. */
  readonly isOpen: boolean
  /** Whether all that was paid was given back. */
  readonly isGivenBack: boolean
  /** Whether only a later query showed the outcome. */
  readonly wasLookedUp: boolean
}

const knowledgeOf = (
  all: ReadonlyArray<Known>,
  orders: ReadonlyArray<Sent>,
  credits: ReadonlyArray<Sent>,
  { amount }: Drive
): Knowledge => {
  const states = statesOf(all, orders)
  const paid = states.filter((state) => isPaid(state?.outcome))
  const [sum, back] = [movedBy(all, orders), movedBy(all, credits)]
  const shownBy = paid.length > 0 ? paid : states.slice(-1)
  return {
    outcome: paid.length === 0 ? unpaidOutcome(states) : sum - back < amount ? "approved-in-part" : "approved",
    payments: paid.length,
    isOpen: hasUnknown(states) || hasUnknown(statesOf(all, credits)),
    isGivenBack: sum > 0 && back >= sum,
    wasLookedUp: shownBy.length > 0 && shownBy.every((state) => state?.byLookUp)
  }
}

const unpaidOutcome = (states: ReadonlyArray<Known | undefined>): Outcome =>
  hasUnknown(states) ? "unknown" : (states.at(-1)?.outcome ?? "unknown")

const mayBeSaid = ({ outcome, payments, isOpen, isGivenBack, wasLookedUp }: Knowledge, said: Claim): boolean => {
  // Other rules decide whether it was right to give all of it back.
  if (said === outcome || isGivenBack) return true
  // What only a later query showed may be left to a person; so may a part, if it is not known whether the rest was paid, or
  // whether the part was given back.
  if (said === "unknown") return wasLookedUp || (outcome === "approved-in-part" && isOpen)
  return outcome === "approved" && said === "approved-in-part" && payments > 1
}

/** The loss of money or goods; undefined if only a person's time is lost. */
const lossBy = (truth: Outcome, said: Claim, amount: Words): Words | undefined => {
  if (truth === "unknown") {
    return isDenial(said)
      ? {
          en: `The till says "${said}", though the card may have been charged: the customer is asked to pay ${amount.en} again, or leaves without goods that were paid.`,
          fr: `La caisse annonce « ${said} » alors que la carte a pu être débitée : le client paiera ${amount.fr} une seconde fois, ou part sans ce qu’il a payé.`
        }
      : {
          en: `The till says "${said}" without a proof of it: goods worth ${amount.en} may leave unpaid.`,
          fr: `La caisse annonce « ${said} » sans preuve : ${amount.fr} de marchandise peuvent partir sans être payés.`
        }
  }
  if (isPaid(truth) && isDenial(said)) {
    return {
      en: `The card was charged, and the till says "${said}": the customer pays ${amount.en} again.`,
      fr: `La carte a été débitée et la caisse annonce « ${said} » : le client paie ${amount.fr} une seconde fois.`
    }
  }
  if (truth === "approved" && said === "approved-in-part") {
    return {
      en: `The whole ${amount.en} was charged, and the till says "${said}": the customer pays a part of it again.`,
      fr: `La totalité, ${amount.fr}, a été débitée et la caisse annonce « ${said} » : le client en paie une partie une seconde fois.`
    }
  }
  if (truth === "approved-in-part" && said === "approved") {
    return {
      en: `Only a part of ${amount.en} was charged, and the till says "${said}": the rest of the goods leaves unpaid.`,
      fr: `Une partie seulement de ${amount.fr} a été débitée et la caisse annonce « ${said} » : le reste de la marchandise part sans être payé.`
    }
  }
  if (isPaid(said)) {
    return {
      en: `Nothing was paid (${truth}), and the till says "${said}": goods worth ${amount.en} leave unpaid.`,
      fr: `Rien n’a été payé (${truth}) et la caisse annonce « ${said} » : ${amount.fr} de marchandise partent sans être payés.`
    }
  }
  return undefined
}

const lookedForNothing = (truth: Outcome, said: Claim): Words => ({
  en: `The till says "${said}" where the answer proves "${truth}": a person looks at a terminal for nothing.`,
  fr: `La caisse annonce « ${said} » là où la réponse prouve « ${truth} » : quelqu’un vérifie le terminal pour rien.`
})
