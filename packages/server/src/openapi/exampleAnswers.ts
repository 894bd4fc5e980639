/** The answers to the orders of the examples, in both dialects. */
import { cloudApiAnswers } from "./cloudApiAnswers.ts"
import type { ExampleAnswer } from "./ExampleAnswer.ts"
import { posApiAnswers } from "./posApiAnswers.ts"

export const exampleAnswers: ReadonlyArray<ExampleAnswer> = [...posApiAnswers, ...cloudApiAnswers]
