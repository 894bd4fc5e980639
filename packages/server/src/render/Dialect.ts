/** The shape of answers to orders. `pos-api` is the contract's; `cloud-api` that of its sister documents. */
import { type AnswerTo, makeAnswerTo } from "./attemptAnswer.ts"
import { cloudApi } from "./cloudApi.ts"
import { posApi } from "./posApi.ts"

/** The shapes. */
export const dialects = ["pos-api", "cloud-api"] as const
export type Dialect = (typeof dialects)[number]

/** What makes the answers of a dialect. */
export const answerTo: Readonly<Record<Dialect, AnswerTo>> = {
  "pos-api": makeAnswerTo(posApi),
  "cloud-api": makeAnswerTo(cloudApi)
}
