/**
 * Money that goes back to a customer though the scenario asks for no refund: for a sale that is not known to be paid, or
 * after the whole of it was paid. A part that was paid may be given back.
 */
import { chargesOf, creditsOf, debitsOf, type Evidence, givesBack, netOf, type Sent } from "./Evidence.ts"
import { type Finding, finding, money, type Words } from "./Finding.ts"
import { isPaid, known, knownBefore, movedBy, statesOf } from "./knowledge.ts"
import type { Scenario } from "./Scenario.ts"

/** Whether a scenario has money of a sale given back. */
export const asksForMoneyBack = ({ steps }: Scenario, sale: number): boolean =>
  steps.some(({ sale: of, action = "pay" }) => of === sale && action !== "pay")

/** More was given back than was charged, in all or for one sale. */
export const givenBackTooMuch = (evidence: Evidence): ReadonlyArray<Finding> => {
  const sales = new Set(evidence.exchanges.map(({ sale }) => sale))
  const net = Math.min(netOf(evidence.charges), ...[...sales].map((sale) => netOf(chargesOf(evidence, sale))))
  const currency = evidence.drives[0]?.currency
  if (net >= 0 || currency === undefined) return []
  const lost = money(-net, currency)
  return [
    finding(
      "given-back-too-much",
      "critical",
      {
        en: `${lost.en} more was given back than was charged: the shop loses it.`,
        fr: `${lost.fr} ont été rendus en trop : le magasin les perd.`
      },
      evidence.exchanges.filter(({ order }) => order !== undefined && givesBack(order))
    )
  ]
}

/** Money that was to go back before the sale was known to be paid. */
export const givenBackUnproved = (scenario: Scenario, evidence: Evidence, sale: number): ReadonlyArray<Finding> => {
  if (asksForMoneyBack(scenario, sale)) return []
  for (const credit of creditsOf(evidence, sale)) {
    const debits = debitsOf(evidence, sale).filter(({ id }) => id < credit.id)
    const states = statesOf(knownBefore(evidence, credit), debits)
    if (states.some((state) => isPaid(state?.outcome))) continue
    const isUnknown = states.some((state) => state === undefined || state.outcome === "unknown")
    return [
      finding(isUnknown ? "given-back-while-unknown" : "given-back-unpaid", "critical", wordsOf(credit, isUnknown), [
        debits.at(-1),
        credit
      ])
    ]
  }
  return []
}

const wordsOf = ({ order }: Sent, isUnknown: boolean): Words => {
  const { transactionType, amount, currency } = order
  const sent: Words = isUnknown
    ? {
        en: `A ${transactionType} was sent while it was not known whether the sale was paid`,
        fr: `Un ${transactionType} est parti alors qu'on ignorait si la vente était payée`
      }
    : {
        en: `A ${transactionType} was sent for a sale that was not paid`,
        fr: `Un ${transactionType} est parti pour une vente qui n'était pas payée`
      }
  if (transactionType === "Cancel") {
    return {
      en: `${sent.en}: a terminal cancels its last payment, which may be another customer's.`,
      fr: `${sent.fr} : un terminal annule son dernier paiement, peut-être celui d'un autre client.`
    }
  }
  const lost = money(amount, currency)
  return {
    en: `${sent.en}: ${isUnknown ? "if it was not, " : ""}the shop gives ${lost.en} away.`,
    fr: `${sent.fr} : ${isUnknown ? "si elle ne l'était pas, " : ""}le magasin fait cadeau de ${lost.fr}.`
  }
}

/** A sale is known to be paid, and less than its amount is charged in the end. */
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
  const [charged, asked] = [money(net, currency), money(amount, currency)]
  return [
    finding(
      "taken-back",
      said === "declined" || said === "not-started" ? "high" : "critical",
      credit === undefined
        ? {
            en: `The till was told that the sale is paid, but the terminals charged only ${charged.en} of ${asked.en}.`,
            fr: `La caisse a reçu l'accord, mais les terminaux n'ont débité que ${charged.fr} sur ${asked.fr}.`
          }
        : {
            en: `The sale was paid, and the till gave the money back, which it was not asked for: ${charged.en} of ${asked.en} is left.`,
            fr: `La vente était payée et la caisse a rendu l'argent sans qu'on le lui demande : il reste ${charged.fr} sur ${asked.fr}.`
          },
      [debits.at(-1), credit]
    )
  ]
}
