/** Refunds and cancellations that a scenario asks for: whether the money came back, and what the till says of it. */

import { money, type Words } from "../Language.ts"
import { claimOf, creditsOf, type Evidence, givesBack, isDenial, netOf, ordersIn } from "./Evidence.ts"
import { type Finding, finding } from "./Finding.ts"
import { found } from "./findings.ts"
import { known, movedBy, statesOf } from "./knowledge.ts"

/** The amount still charged after a refund was requested. */
const notGivenBack = (evidence: Evidence): ReadonlyArray<Finding> => {
  const net = netOf(evidence.charges)
  if (net <= 0) return []
  const orders = ordersIn(evidence)
  const isAsked = orders.some(({ order }) => givesBack(order))
  return [found("not-given-back", orders.slice(-2), { charged: money(net, "EUR"), ordered: isAsked })]
}

/** A till's claim about money that was given back, or may have been, that contradicts what it could know. */
const givenBackUnsaid = (evidence: Evidence): ReadonlyArray<Finding> =>
  evidence.drives.flatMap(({ sale, action, said, amount, currency, endedAt }) => {
    const claim = claimOf(said)
    const credits = creditsOf(evidence, sale).filter(({ at }) => at <= endedAt)
    const isDenied = isDenial(claim)
    if (action === "pay" || (!isDenied && claim !== "approved")) return []
    const knew = known(evidence, endedAt)
    const isGivenBack = movedBy(knew, credits) > 0
    const isUnknown = !isGivenBack && statesOf(knew, credits).some((state) => state?.outcome === "unknown")
    if (!isUnknown && (!isGivenBack || !isDenied)) return []
    const { en, fr } = money(amount, currency)
    const again: Words = {
      en: `${en} may be given back once more, in cash or to the card.`,
      fr: `${fr} risquent d’être rendus encore une fois, en espèces ou sur la carte.`
    }
    const loses: Words = !isDenied
      ? {
          en: `The till says "${claim}" without a proof that the money was given back: the customer may leave without ${en}.`,
          fr: `La caisse annonce « ${claim} » sans preuve que l’argent a été rendu : le client risque de partir sans ses ${fr}.`
        }
      : {
          en: `The money ${isUnknown ? "may have been" : "was"} given back, and the till says "${claim}": ${again.en}`,
          fr: `L’argent a ${isUnknown ? "peut-être " : ""}été rendu et la caisse annonce « ${claim} » : ${again.fr}`
        }
    return [finding(`said-${claim}-when-${isUnknown ? "unknown" : "given-back"}`, "critical", loses, credits.slice(-1))]
  })

/** The findings about refunds and cancellations. */
export const wrongRefund = (evidence: Evidence): ReadonlyArray<Finding> => [
  ...notGivenBack(evidence),
  ...givenBackUnsaid(evidence)
]
