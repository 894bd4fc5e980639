/** The examination at a terminal: says what to do, and asks what the till said. The page may answer first. */
import { createInterface } from "node:readline/promises"
import type { Language } from "../Language.ts"
import { exitCodes, isOutcome, type Outcome } from "./Outcome.ts"
import type { Scenario } from "./Scenario.ts"
import type { Reply, Session } from "./Session.ts"

const letters = new Map<string, Outcome>([
  ["a", "approved"],
  ["p", "approved-in-part"],
  ["d", "declined"],
  ["n", "not-started"],
  ["u", "unknown"]
])

/** What the till said by the letter, name or exit code that was typed; undefined for anything else. */
const readSaid = (typed: string): Pick<Reply, "outcome" | "leftOut"> | undefined => {
  if (typed === "") return {}
  if (typed === "x") return { leftOut: true }
  const outcome = letters.get(typed) ?? (isOutcome(typed) ? typed : exitCodes[Number(typed)])
  return outcome && { outcome }
}

/** A question may be left open, as on the page. */
const readYesNo = (typed: string): { readonly isYes?: boolean } | undefined =>
  typed === "" ? {} : /^[yo]/.test(typed) ? { isYes: true } : typed.startsWith("n") ? { isYes: false } : undefined

const texts = {
  said: {
    en: "What does the till say? [a]pproved, [p]art of it, [d]eclined, [n]ot started, [u]nknown, Enter: nothing of these, [x] cannot be done here: ",
    fr: "Que dit la caisse ? [a]ccepté, [p]artiel, refusé [d], [n]on démarré, inconn[u], Entrée : rien de cela, [x] impossible ici : "
  },
  yesNo: { en: "[y]es, [n]o: ", fr: "[o]ui, [n]on : " },
  of: { en: "of", fr: "sur" }
}

/** Asks on stderr and reads stdin; stops once stdin has ended. */
export const makePrompt = (
  language: Language,
  input: NodeJS.ReadableStream = process.stdin,
  output: NodeJS.WritableStream = process.stderr
) => {
  const lines = createInterface({ input, output })
  let ended = false
  lines.once("close", () => {
    ended = true
  })
  /** Asks until the answer can be read: a slip, or a word such as "ok", must not count as another answer. */
  const askFor = async <A>(
    question: string,
    read: (typed: string) => A | undefined,
    answered: AbortSignal
  ): Promise<A> => {
    const found = read((await lines.question(question, { signal: answered })).trim().toLowerCase())
    return found ?? askFor(question, read, answered)
  }
  const ask = async (scenario: Scenario, session: Session, answered: AbortSignal): Promise<void> => {
    const said = await askFor(texts.said[language], readSaid, answered)
    const answers: Record<string, boolean> = {}
    if (said.leftOut !== true) {
      for (const { name, asks } of session.state().current?.questions ?? []) {
        const { isYes } = await askFor(`${asks[language]} ${texts.yesNo[language]}`, readYesNo, answered)
        if (isYes !== undefined) answers[name] = isYes
      }
    }
    session.answer(scenario.name, { ...said, answers })
  }
  return {
    asked: (scenario: Scenario, session: Session, answered: AbortSignal) => {
      const { index, total } = session.state()
      const title = `${index + 1} ${texts.of[language]} ${total}: ${scenario.title[language]}`
      output.write(`\n${title}\n  ${scenario.todo[language]}\n`)
      // Already answered on the page, or stdin has ended: only the page continues.
      if (!ended) ask(scenario, session, answered).catch(() => {})
    },
    close: () => lines.close()
  }
}
