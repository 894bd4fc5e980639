/** The shape of answers to orders: `pos-api` follows the contract, `cloud-api` its sister documents. */
import { type AnswerTo, makeAnswerTo } from "./attemptAnswer.ts"
import { cloudApi } from "./cloudApi.ts"
import { posApi } from "./posApi.ts"

/** The shapes. */
export const dialects = ["pos-api", "cloud-api"] as const
export type Dialect = (typeof dialects)[number]

/** The renderer of each dialect. */
export const answerTo: Readonly<Record<Dialect, AnswerTo>> = {
  "pos-api": makeAnswerTo(posApi),
  "cloud-api": makeAnswerTo(cloudApi)
}
