/** A person in front of a real terminal: asked before each step, on stderr, and answering on stdin. */
import { createInterface } from "node:readline/promises"
import type { Language } from "../Language.ts"
import type { Act, Operator } from "./Operator.ts"
import { personWords } from "./words.ts"

/** The person ended the examination, or stdin did. */
export class BrokenOff extends Error {}

/** A person. */
export const personOperator = (
  input: NodeJS.ReadableStream = process.stdin,
  output: NodeJS.WritableStream = process.stderr,
  language: Language = "en"
): Operator => {
  const words = personWords[language]
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
    prepare: async (next, step, amount) => {
      act = next
      // A step that affects real sales needs an explicit yes.
      const isAsked = next === "collect"
      const goOn = `  ${isAsked ? words.goOnIfAsked : words.goOn}`
      let answer = await ask(`\n${words.title(step, amount, next)}\n  ${words.instructions[next]}\n${goOn}`)
      // Anything else, such as "stop", must not be taken for a yes.
      while (!["", words.yes, words.no, "q"].includes(answer.slice(0, 1))) answer = await ask(goOn)
      if (answer.startsWith("q")) throw new BrokenOff("ended by the person at the terminal")
      return answer === "" ? !isAsked : answer.startsWith(words.yes)
    },
    act: async (over) => void (await ask(`  ${words.hints[act] ?? words.hint} `, over)),
    wasDone: async (amount, type) => {
      const answer = await ask(`  ${words.wasDone[type](amount)}`)
      return answer.startsWith(words.yes) ? true : answer.startsWith(words.no) ? false : undefined
    },
    close: async () => lines.close()
  }
}
