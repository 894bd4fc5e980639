/**
 * Colours for people: on a terminal, never in a pipe or a file. NO_COLOR, when not empty, turns them off and wins over
 * FORCE_COLOR, which turns them on anywhere unless it says 0 or false.
 */
import { styleText } from "node:util"

/** Whether a stream is to be coloured. */
export const isColoured = (stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): boolean => {
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== "0" && env.FORCE_COLOR !== "false"
  return stream.isTTY === true && env.TERM !== "dumb"
}

/** What a text means: a good end, something to look at, a bad end, a title, an aside. */
export type Tone = "good" | "odd" | "bad" | "strong" | "quiet"

const formats = { good: "green", odd: "yellow", bad: "red", strong: "bold", quiet: "gray" } as const

/** A text for stdout, coloured where stdout is. */
export const paint = (tone: Tone, text: string): string =>
  isColoured(process.stdout) ? styleText(formats[tone], text, { validateStream: false }) : text
