/**
 * What only a person may do at a till, because it takes a look at the terminal or at the customer. A till that is driven by
 * a program has nobody who did it; a person who leads the examination is asked.
 */
import { type Evidence, type Exchange, resolutionsIn } from "./Evidence.ts"
import { type Finding, finding, type Words } from "./Finding.ts"
import type { Question, Scenario } from "./Scenario.ts"

/** A scenario's questions, and those that follow from what the till has done. */
export const questionsOf = (
  { questions = [] }: Scenario,
  exchanges: ReadonlyArray<Exchange>
): ReadonlyArray<Question> => [...questions, ...(resolutionsIn(exchanges).length === 0 ? [] : [resolved])]

const byItself: Words = {
  en: "The till resolved an unknown payment by itself: without a person who looks at the terminal, the customer may pay twice, or goods may leave unpaid.",
  fr: "La caisse a régularisé elle-même un paiement inconnu : sans personne pour regarder le terminal, le client peut payer deux fois, ou la marchandise partir sans être payée."
}

const resolved: Question = {
  name: "resolved-by-person",
  asks: {
    en: "The outcome of an unknown payment was entered. Was it you, after a look at the terminal?",
    fr: "Le résultat d'un paiement inconnu a été saisi. Est-ce vous, après avoir regardé le terminal ?"
  },
  otherwise: byItself,
  severity: "critical"
}

/** A driven till that resolves, whether the server takes it or not. */
export const resolvedByItself = ({ exchanges, headless }: Evidence): ReadonlyArray<Finding> => {
  const [first] = headless ? resolutionsIn(exchanges) : []
  return first === undefined ? [] : [finding("resolved-by-itself", "critical", byItself, [first.exchange])]
}
