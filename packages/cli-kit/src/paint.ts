/** Colours for people, where stdout is a terminal. */
import { styleText } from "node:util"
import { isColoured } from "./environment.ts"

/** What a text means: a good end, something to look at, a bad end, a title, an aside. */
export type Tone = "good" | "odd" | "bad" | "strong" | "quiet"

const formats = { good: "green", odd: "yellow", bad: "red", strong: "bold", quiet: "gray" } as const

/** A text for stdout, coloured where stdout is. */
export const paint = (tone: Tone, text: string): string =>
  isColoured(process.stdout) ? styleText(formats[tone], text, { validateStream: false }) : text
