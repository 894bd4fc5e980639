/**
 * What only a person may do at a till, because it takes a look at the terminal or at the customer. A till that is driven by
 * a program has nobody who did it; a person who leads the examination is asked.
 */
import { type Drive, debitsOf, type Evidence, type Exchange, resolutionsIn, type Sent } from "./Evidence.ts"
import { type Finding, finding, type Words } from "./Finding.ts"
import { type Heard, knownBefore, ofOrder } from "./knowledge.ts"
import type { Question, Scenario } from "./Scenario.ts"

/** A scenario's questions, and those that follow from what the till has done. */
export const questionsOf = (
  { questions = [] }: Scenario,
  exchanges: ReadonlyArray<Exchange>
): ReadonlyArray<Question> => [
  ...questions,
  ...(resolutionsIn(exchanges).length === 0 ? [] : [resolved]),
  ...(repaymentsIn({ exchanges, headless: false }).length === 0 ? [] : [paidAgain])
]

const resolvedWords: Words = {
  en: "The till resolved an unknown payment by itself: without a person who looks at the terminal, the customer may pay twice, or goods may leave unpaid.",
  fr: "La caisse a régularisé elle-même un paiement inconnu : sans personne pour regarder le terminal, le client peut payer deux fois, ou la marchandise partir sans être payée."
}

const resolved: Question = {
  name: "resolved-by-person",
  asks: {
    en: "The outcome of an unknown payment was entered. Was it you, after a look at the terminal?",
    fr: "Le résultat d'un paiement inconnu a été saisi. Est-ce vous, après avoir regardé le terminal ?"
  },
  otherwise: resolvedWords,
  severity: "critical"
}

const paidAgainWords: Words = {
  en: "The payment was declined, and the till sent another order by itself: the terminal asks for a card again though the customer may have left, and the next one in the queue might pay.",
  fr: "Le paiement était refusé et la caisse a envoyé d'elle-même une autre commande : le terminal redemande une carte alors que le client est peut-être parti, et le suivant pourrait payer."
}

const paidAgain: Question = {
  name: "paid-again-by-person",
  asks: {
    en: "After the refusal another order was sent. Did you ask for it?",
    fr: "Après le refus, une autre commande est partie. L'avez-vous demandée ?"
  },
  otherwise: paidAgainWords,
  severity: "high"
}

/** A driven till that resolves, whether the server takes it or not. */
export const resolvedByItself = ({ exchanges, headless }: Evidence): ReadonlyArray<Finding> => {
  const [first] = headless ? resolutionsIn(exchanges) : []
  return first === undefined ? [] : [finding("resolved-by-itself", "critical", resolvedWords, [first.exchange])]
}

/** An order that was sent although an earlier one of its sale was known to be declined. */
interface Repayment {
  readonly declined: Sent
  /** When the till was told so. */
  readonly toldAt: number
  readonly again: Sent
}

const repaymentsIn = (heard: Heard): ReadonlyArray<Repayment> => {
  const sales = new Set(heard.exchanges.map(({ sale }) => sale))
  return [...sales].flatMap((sale) => {
    const debits = debitsOf(heard, sale)
    return debits.flatMap((again, index) => {
      const knew = knownBefore(heard, again)
      return debits.slice(0, index).flatMap((declined): ReadonlyArray<Repayment> => {
        const told = ofOrder(knew, declined.order)
        return told?.outcome === "declined" ? [{ declined, toldAt: told.at, again }] : []
      })
    })
  })
}

/** A driven till that sends another order after a sale was declined, without being run again. */
export const paidAgainByItself = (evidence: Evidence): ReadonlyArray<Finding> => {
  if (!evidence.headless) return []
  const first = repaymentsIn(evidence).find((each) => !mayBeAskedFor(each, evidence.drives))
  return first === undefined
    ? []
    : [finding("paid-again-by-itself", "high", paidAgainWords, [first.declined, first.again])]
}

/** Whether somebody may have asked for it: the till was run again in between, or twice at the same time. */
const mayBeAskedFor = ({ again, toldAt }: Repayment, drives: ReadonlyArray<Drive>): boolean => {
  const before = drives.filter(({ sale, startedAt }) => sale === again.sale && startedAt <= again.at)
  return (
    before.some(({ startedAt }) => startedAt >= toldAt) ||
    before.filter(({ startedAt, endedAt }) => startedAt <= toldAt && endedAt >= toldAt).length > 1
  )
}
