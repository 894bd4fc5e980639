/** Colours for people, if stdout is a terminal. */
import { styleText } from "node:util"
import { isColoured } from "./environment.ts"

/** The meaning of a text: a good end, something odd, a bad end, a title, an aside. */
export type Tone = "good" | "odd" | "bad" | "strong" | "quiet"

const formats = { good: "green", odd: "yellow", bad: "red", strong: "bold", quiet: "gray" } as const

/** A text for stdout, coloured if stdout is. */
export const paint = (tone: Tone, text: string): string =>
  isColoured(process.stdout) ? styleText(formats[tone], text, { validateStream: false }) : text
