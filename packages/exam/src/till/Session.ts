/**
 * An examination that a person is led through: the current instructions, the requests seen, and the verdicts so far. The page and
 * the terminal show the same; an answer at either of them counts.
 */

import { basename } from "node:path"
import { isObject } from "@hipay-pos/core/JsonObject"
import type { Words } from "../Language.ts"
import type { Evidence, Said } from "./Evidence.ts"
import type { ExamServer } from "./ExamServer.ts"
import { isOutcome, type Outcome } from "./Outcome.ts"
import { exchangeLines } from "./report/text.ts"
import { fromIn, needIn } from "./report/words.ts"
import type { ScenarioResult } from "./runExam.ts"
import type { Person } from "./runScenario.ts"
import type { Need, Question, Scenario } from "./Scenario.ts"
import { questionsOf } from "./unattended.ts"

/** A person's answers after a scenario. */
export interface Reply {
  /** What the till said; absent if it said nothing that fits. */
  readonly outcome?: Outcome | undefined
  readonly answers?: Evidence["answers"] | undefined
  /** The scenario cannot be done with this till. */
  readonly leftOut?: boolean | undefined
}

/** The state that the page shows. */
export interface SessionState {
  readonly url: string
  readonly username: string
  readonly password: string
  readonly index: number
  readonly total: number
  readonly current?:
    | (Pick<Scenario, "name" | "title" | "reason" | "right" | "todo"> & { readonly questions: ReadonlyArray<Question> })
    | undefined
  /** Requests of this scenario, one line each. */
  readonly seen: { readonly [language in keyof Words]: ReadonlyArray<ReadonlyArray<string>> }
  readonly results: ReadonlyArray<{
    readonly name: string
    readonly title: Words
    readonly verdict: ScenarioResult["verdict"]
    readonly why?: Words | undefined
    readonly loses: ReadonlyArray<Words>
  }>
  readonly done: boolean
}

/** The session. */
export interface Session {
  readonly person: Person
  readonly state: () => SessionState
  /** Answers the current scenario; false if the answer is for another one, or cannot be read. */
  readonly answer: (name: string, reply: unknown) => boolean
  readonly begins: (scenario: Scenario, index: number, total: number) => void
  /** Takes the results of all scenarios that have ended: a till's later requests may change an earlier one. */
  readonly ends: (results: ReadonlyArray<ScenarioResult>) => void
  readonly finish: (results: ReadonlyArray<ScenarioResult>) => void
}

/** Begins a session; `asked` is called with each scenario that a person is to play. */
export const makeSession = (
  access: { readonly url: string; readonly username: string; readonly password: string },
  exchanges: ExamServer["exchanges"],
  asked: (scenario: Scenario, answered: AbortSignal) => void
): Session => {
  let index = 0
  let total = 0
  let done = false
  let current: Scenario | undefined
  let resolve: (reply: Reply) => void = () => {}
  let results: ReadonlyArray<ScenarioResult> = []
  return {
    person: {
      lead: async (scenario) => {
        const answered = new AbortController()
        current = scenario
        const reply = await new Promise<Reply>((ended) => {
          resolve = ended
          asked(scenario, answered.signal)
        })
        current = undefined
        answered.abort()
        const said: Said = {
          ...(reply.outcome === undefined ? {} : { outcome: reply.outcome }),
          ...(reply.leftOut === true ? { notPossible: true } : {})
        }
        return { said, answers: reply.answers ?? {} }
      }
    },
    answer: (name, json) => {
      const reply = readReply(json)
      if (current?.name !== name || reply === undefined) return false
      resolve(reply)
      return true
    },
    begins: (_, at, of) => {
      index = at
      total = of
    },
    ends: (soFar) => {
      results = soFar
    },
    finish: (ended) => {
      results = ended
      done = true
    },
    state: () => ({
      ...access,
      index,
      total,
      done,
      current: current && {
        name: current.name,
        title: current.title,
        reason: current.reason,
        right: current.right,
        todo: current.todo,
        questions: questionsOf(current, exchanges())
      },
      seen: {
        en: exchanges().map((each) => exchangeLines(each, "en")),
        fr: exchanges().map((each) => exchangeLines(each, "fr"))
      },
      results: results.map(({ scenario, verdict, findings, missing, fromFile }) => ({
        name: scenario.name,
        title: scenario.title,
        verdict,
        why: whyOf(missing, fromFile),
        loses: findings.filter(({ severity }) => severity !== "note").map(({ loses }) => loses)
      }))
    })
  }
}

/** Why it was not examined, or not in this run; without paths, because anybody may open the page. */
const whyOf = (missing: Need | undefined, fromFile: string | undefined): Words | undefined => {
  if (missing !== undefined) return { en: needIn("en", missing), fr: needIn("fr", missing) }
  if (fromFile === undefined) return undefined
  const name = basename(fromFile)
  return { en: fromIn("en", name), fr: fromIn("fr", name) }
}

const readReply = (json: unknown): Reply | undefined => {
  if (!isObject(json)) return undefined
  const { outcome, answers = {}, leftOut } = json
  if (outcome !== undefined && !isOutcome(outcome)) return undefined
  if (!isObject(answers)) return undefined
  const read = Object.entries(answers).flatMap(([name, is]) => (typeof is === "boolean" ? [[name, is] as const] : []))
  return { outcome, answers: Object.fromEntries(read), leftOut: leftOut === true }
}
