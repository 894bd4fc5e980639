/** The examination at a terminal: says what to do, and asks what the till said. The page may answer first. */
import { createInterface } from "node:readline/promises"
import type { Language } from "../Language.ts"
import { exitCodes, type outcomes } from "./Outcome.ts"
import type { Scenario } from "./Scenario.ts"
import type { Session } from "./Session.ts"

const letters: Readonly<Record<string, (typeof outcomes)[number]>> = {
  a: "approved",
  p: "approved-in-part",
  d: "declined",
  n: "not-started",
  u: "unknown"
}

const texts = {
  said: {
    en: "What does the till say? [a]pproved, [p]art of it, [d]eclined, [n]ot started, [u]nknown, Enter: nothing of these, [x] cannot be done here: ",
    fr: "Que dit la caisse ? [a]ccepté, [p]artiel, refusé [d], [n]on démarré, inconn[u], Entrée : rien de cela, [x] impossible ici : "
  },
  yesNo: { en: "[y]es, [n]o: ", fr: "[o]ui, [n]on : " },
  of: { en: "of", fr: "sur" }
}

/** Asks on stderr and reads stdin; stops once stdin has ended. */
export const makePrompt = (language: Language) => {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  let ended = false
  lines.once("close", () => {
    ended = true
  })
  const ask = async (scenario: Scenario, session: Session, answered: AbortSignal): Promise<void> => {
    const letter = (await lines.question(texts.said[language], { signal: answered })).trim().toLowerCase()
    const answers: Record<string, boolean> = {}
    if (letter !== "x") {
      for (const { name, asks } of session.state().current?.questions ?? []) {
        const reply = await lines.question(`${asks[language]} ${texts.yesNo[language]}`, { signal: answered })
        if (/^[yo]/i.test(reply.trim())) answers[name] = true
        if (/^n/i.test(reply.trim())) answers[name] = false
      }
    }
    const outcome = letters[letter] ?? exitCodes[letter === "" ? -1 : Number(letter)]
    session.answer(scenario.name, { ...(outcome === undefined ? {} : { outcome }), answers, leftOut: letter === "x" })
  }
  return {
    asked: (scenario: Scenario, session: Session, answered: AbortSignal) => {
      const { index, total } = session.state()
      const title = `${index + 1} ${texts.of[language]} ${total}: ${scenario.title[language]}`
      console.error(`\n${title}\n  ${scenario.todo[language]}`)
      // Already answered on the page, or stdin has ended: only the page continues.
      if (!ended) ask(scenario, session, answered).catch(() => {})
    },
    close: () => lines.close()
  }
}
