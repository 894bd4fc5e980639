/** Compares what a till says about a sale with what it could know by then. */

import { money, type Words } from "../Language.ts"
import { claimOf, creditsOf, type Drive, debitsOf, type Evidence, isDenial, netOf } from "./Evidence.ts"
import { type Finding, finding } from "./Finding.ts"
import { isPaid, known, movedBy, statesOf } from "./knowledge.ts"
import { asksForMoneyBack } from "./moneyBack.ts"
import type { Outcome } from "./Outcome.ts"
import type { Scenario } from "./Scenario.ts"

/** What the till said does not follow from what it could know. */
export const wrongClaim = (scenario: Scenario, evidence: Evidence, drive: Drive): ReadonlyArray<Finding> => {
  const said = claimOf(drive.said)
  if (said === undefined || drive.said.killed === true || drive.action !== "pay") return []
  const debits = debitsOf(evidence, drive.sale)
  const orders = debits.filter(({ at }) => at <= drive.endedAt)
  const wasRunAgain = evidence.drives.some(
    (each) => each !== drive && each.sale === drive.sale && each.startedAt >= drive.endedAt
  )
  // A till that sends its order only after it has reported the outcome had no proof.
  if (orders.length === 0 && (debits.length === 0 || wasRunAgain)) return []
  const knew = known(evidence, drive.endedAt)
  const states = statesOf(knew, orders)
  const paid = states.filter((state) => isPaid(state?.outcome))
  const sum = movedBy(knew, orders)
  const credits = asksForMoneyBack(scenario, drive.sale) ? [] : creditsOf(evidence, drive.sale)
  const back = movedBy(knew, credits)
  const isUnknown = (some: ReturnType<typeof statesOf>) =>
    some.some((state) => state === undefined || state.outcome === "unknown")
  const isOpen = isUnknown(states) || isUnknown(statesOf(knew, credits))
  // All of it was given back: other rules decide whether that is right.
  if (sum > 0 && back >= sum) return []
  // An outcome that only a later query showed may be left to a person.
  const shownBy = paid.length > 0 ? paid : states.slice(-1)
  const wasLookedUp = shownBy.length > 0 && shownBy.every((state) => state?.byLookUp)
  const inPart = paid.length > 0 && sum - back < drive.amount
  // It is not known whether the rest was paid, or whether the part was given back.
  if (inPart && isOpen && (said === "unknown" || said === "approved-in-part")) return []
  const unpaid = isUnknown(states) ? "unknown" : (states.at(-1)?.outcome ?? "unknown")
  const ofPart = isOpen && said === "approved" ? "unknown" : "approved-in-part"
  const truth: Outcome = paid.length === 0 ? unpaid : inPart ? ofPart : "approved"
  const isAlsoRight = scenario.alsoRight?.some((each) => each === said) === true
  if (said === truth || isAlsoRight || (wasLookedUp && said === "unknown")) return []
  if (truth === "approved" && said === "approved-in-part" && paid.length > 1) return []
  const shown = orders.find(({ ended }) => ended !== "delivered") ?? orders.at(-1) ?? debits[0]
  // The finding about the rest covers it.
  if (truth === "approved-in-part" && said === "approved" && netOf(evidence.charges) < drive.amount) return []
  const amount = money(drive.amount, drive.currency)
  const code = `said-${said}-when-${truth}`
  const loses = lossBy(truth, said, amount)
  return loses === undefined
    ? [finding(code, said === "unknown" ? "medium" : "note", lookedForNothing(truth, said), [shown])]
    : [finding(code, "critical", loses, [shown])]
}

type Claim = NonNullable<ReturnType<typeof claimOf>>

/** The loss of money or goods; undefined if only a person's time is lost. */
const lossBy = (truth: Outcome, said: Claim, amount: Words): Words | undefined => {
  if (truth === "unknown") {
    return isDenial(said)
      ? {
          en: `The till says "${said}", though the card may have been charged: the customer is asked to pay ${amount.en} again, or leaves without goods that were paid.`,
          fr: `La caisse annonce « ${said} » alors que la carte a pu être débitée : le client paiera ${amount.fr} une seconde fois, ou part sans ce qu'il a payé.`
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
      fr: `Rien n'a été payé (${truth}) et la caisse annonce « ${said} » : ${amount.fr} de marchandise partent sans être payés.`
    }
  }
  return undefined
}

const lookedForNothing = (truth: Outcome, said: Claim): Words => ({
  en: `The till says "${said}" where the answer proves "${truth}": a person looks at a terminal for nothing.`,
  fr: `La caisse annonce « ${said} » là où la réponse prouve « ${truth} » : quelqu'un vérifie le terminal pour rien.`
})
