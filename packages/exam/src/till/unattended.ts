/**
 * Actions at a till that only a person may take, because somebody must look at the terminal or the customer. With a till that
 * is driven by a program, no person did it; a person who leads the examination is asked.
 */
import { type Drive, debitsOf, type Evidence, type Exchange, resolutionsIn, type Sent } from "./Evidence.ts"
import type { Finding } from "./Finding.ts"
import { findings, found } from "./findings.ts"
import { type Heard, knownBefore, ofOrder } from "./knowledge.ts"
import type { Question, Scenario } from "./Scenario.ts"

/** A scenario's questions, and those that follow from the till's requests. */
export const questionsOf = (
  { questions = [] }: Scenario,
  exchanges: ReadonlyArray<Exchange>
): ReadonlyArray<Question> => [
  ...questions,
  ...(resolutionsIn(exchanges).length === 0 ? [] : [resolved]),
  ...(repaymentsIn({ exchanges, headless: false }).length === 0 ? [] : [paidAgain])
]

const resolved: Question = {
  name: "resolved-by-person",
  asks: {
    en: "The outcome of an unknown payment was entered. Was it you, after a look at the terminal?",
    fr: "Le résultat d’un paiement inconnu a été saisi. Est-ce vous, après avoir regardé le terminal ?"
  },
  otherwise: findings["resolved-by-itself"].loses(),
  severity: findings["resolved-by-itself"].severity
}

const paidAgain: Question = {
  name: "paid-again-by-person",
  asks: {
    en: "After the refusal another order was sent. Did you ask for it?",
    fr: "Après le refus, une autre commande est partie. L’avez-vous demandée ?"
  },
  otherwise: findings["paid-again-by-itself"].loses(),
  severity: findings["paid-again-by-itself"].severity
}

/** A driven till that resolves an attempt, whether the server accepts it or not. */
export const resolvedByItself = ({ exchanges, headless }: Evidence): ReadonlyArray<Finding> => {
  const [first] = headless ? resolutionsIn(exchanges) : []
  return first === undefined ? [] : [found("resolved-by-itself", [first.exchange])]
}

/** An order that was sent although an earlier one of its sale was known to be declined. */
interface Repayment {
  readonly declined: Sent
  /** When the till got that answer. */
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
  return first === undefined ? [] : [found("paid-again-by-itself", [first.declined, first.again])]
}

/** Whether a person may have requested it: the till was run again in between, or twice at the same time. */
const mayBeAskedFor = ({ again, toldAt }: Repayment, drives: ReadonlyArray<Drive>): boolean => {
  const before = drives.filter(({ sale, startedAt }) => sale === again.sale && startedAt <= again.at)
  return (
    before.some(({ startedAt }) => startedAt >= toldAt) ||
    before.filter(({ startedAt, endedAt }) => startedAt <= toldAt && endedAt >= toldAt).length > 1
  )
}
