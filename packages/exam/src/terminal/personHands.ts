/** A person in front of a real terminal: asked before each step, on stderr, and answering on stdin. */
import { createInterface } from "node:readline/promises"
import type { Act, Hands } from "./Hands.ts"

/** The person ended the examination, or stdin did. */
export class BrokenOff extends Error {}

const instructions: Readonly<Record<Act, string>> = {
  nothing: "Nothing to do at the terminal.",
  approve: "Present a test card and have the payment approved.",
  refuse: "Present a test card that the issuer refuses.",
  "red-key": "Present no card; press the red key when the amount is shown.",
  "walk-away": "Present no card and press nothing, until the terminal gives up.",
  "red-key-later": "Present no card; press the red key only when this program says so.",
  "cut-before-approval": "Present no card yet. Press Enter here to cut the line, then present a test card.",
  "cut-after-approval": "Present a test card; press Enter here the moment the terminal shows that it was approved.",
  tip: "Add a tip, if the terminal offers it; then present a test card and have the payment approved.",
  convert: "Present a test card of another currency, and accept the conversion if the terminal offers it.",
  sleep: "Leave the terminal alone until its screen is dark."
}

const hints: Partial<Record<Act, string>> = {
  "red-key-later": "When the terminal shows the amount, press Enter here; then press the red key.",
  "cut-before-approval": "When the terminal shows the amount, press Enter here; then present the card.",
  "cut-after-approval": "When the terminal shows that it was approved, press Enter here."
}

/** A person. */
export const personHands = (
  input: NodeJS.ReadableStream = process.stdin,
  output: NodeJS.WritableStream = process.stderr
): Hands => {
  const lines = createInterface({ input, output })
  let closed = false
  lines.once("close", () => {
    closed = true
  })
  let act: Act = "nothing"
  const ask = async (question: string, over?: AbortSignal): Promise<string> => {
    if (closed) throw new BrokenOff("stdin ended")
    const ended = new AbortController()
    const stop = () => ended.abort()
    lines.once("close", stop)
    const signal = over === undefined ? ended.signal : AbortSignal.any([ended.signal, over])
    try {
      return (await lines.question(question, { signal })).trim().toLowerCase()
    } catch {
      if (over?.aborted) return ""
      throw new BrokenOff("stdin ended")
    } finally {
      lines.off("close", stop)
    }
  }
  return {
    prepare: async (next, what) => {
      act = next
      const answer = await ask(`\n${what}\n  ${instructions[next]}\n  Go on? [Y]es, [n]o: leave it out, [q]uit: `)
      if (answer.startsWith("q")) throw new BrokenOff("ended by the person at the terminal")
      return !answer.startsWith("n")
    },
    act: async (over) => void (await ask(`  ${hints[act] ?? "Press Enter."} `, over)),
    wasPaid: async (amount) => {
      const decimal = `0.${String(amount).padStart(2, "0")}`
      const answer = await ask(
        `  Does the terminal's receipt or journal say that ${decimal} was paid? [y]es, [n]o, [?]: `
      )
      return answer.startsWith("y") ? true : answer.startsWith("n") ? false : undefined
    },
    close: async () => lines.close()
  }
}
