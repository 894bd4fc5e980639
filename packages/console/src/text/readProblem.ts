/** Why a file of payments cannot be read, in the page's language. */
import type { ReadProblem } from "@hipay-pos/reconcile"
import type { Words } from "./en.ts"

export const readProblemText = (words: Words, problem: ReadProblem): string => {
  const { problem: texts } = words.reconcile
  switch (problem._tag) {
    case "NotCsv":
      return texts.NotCsv()
    case "OtherEncoding":
      return texts.OtherEncoding(problem)
    case "OtherFields":
      return texts.OtherFields(problem)
    case "NoLines":
      return texts.NoLines()
    case "NoColumn":
      return texts.NoColumn(problem)
    case "RepeatedColumn":
      return texts.RepeatedColumn(problem)
    case "NoKnownType":
      return texts.NoKnownType(problem)
    case "NonePaid":
      return texts.NonePaid(problem)
    case "NotCurrency":
      return texts.NotCurrency(problem)
    case "NotAmount":
      return texts.NotAmount(problem)
    case "NegativeDebit":
      return texts.NegativeDebit(problem)
  }
}
