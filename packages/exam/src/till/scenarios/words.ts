/** What several scenarios have in common. */
import { type Problem, toProblem } from "@hipay-pos/server/http"
import type { Words } from "../Finding.ts"
import type { AnswerSeen } from "../Outcome.ts"
import type { Treatment } from "../Scenario.ts"

/** What a person does for one sale. */
export const sell = (amount: string): Words => ({
  en: `Sell something for exactly ${amount} and pay by card.`,
  fr: `Vendez pour ${amount.replace(".", ",")} exactement et payez par carte.`
})

/** The usual: the card is approved and the answer arrives. */
export const pays: Treatment = { shows: { en: "approved", fr: "accepté" } }

/** What the server answers with a problem. */
export const answerTo = (problem: Problem): AnswerSeen => {
  const { status, headers, body } = toProblem(problem)
  return { status, headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(body) }
}
