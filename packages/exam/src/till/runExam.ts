/**
 * The examination of a till from its first scenario to its last, and its verdict.
 *
 * Results are stored after each scenario, so that an interrupted examination resumes where it stopped. Failed scenarios are
 * played again, as are those that another version played differently; once all were played, the next run starts over. Verdicts are
 * made at the end: only the whole run shows whether exit codes mean something, and a till may continue an earlier scenario's sale.
 */
import { createHash, randomBytes } from "node:crypto"
import type { Language, Words } from "../Language.ts"
import { readExitCodes } from "./drive.ts"
import type { Evidence } from "./Evidence.ts"
import { ExamBroken } from "./ExamBroken.ts"
import type { ExamServer } from "./ExamServer.ts"
import type { Finding } from "./Finding.ts"
import { impossibleIn } from "./impossible.ts"
import { judge, lostMoney, type Verdict, verdictOf } from "./judge.ts"
import { isLeftOpen } from "./knowledge.ts"
import type { Results, ScenarioRecord } from "./resultsFile.ts"
import { type Examinee, missingNeed, runScenario } from "./runScenario.ts"
import type { Need, Scenario } from "./Scenario.ts"

/** How one scenario ended. */
export interface ScenarioResult {
  readonly scenario: Scenario
  readonly verdict: Verdict
  readonly findings: ReadonlyArray<Finding>
  /** Absent if it was not played. */
  readonly evidence?: Evidence | undefined
  /** The missing ability that kept it from being played. */
  readonly missing?: Need | undefined
  readonly milliseconds: number
  /** The file of results that it was read from, if an earlier run played it. */
  readonly fromFile?: string | undefined
}

/** How the examination ended. */
export interface ExamResult {
  readonly results: ReadonlyArray<ScenarioResult>
  /** Something was examined, and nothing failed. */
  readonly passed: boolean
  /** How long silence took, in milliseconds. */
  readonly silence: number
  /** Why it was interrupted, and the scenario played then. */
  readonly brokenOff?: { readonly reason: Words; readonly scenario?: Scenario | undefined } | undefined
}

/** Callbacks during the examination. */
export interface Progress {
  readonly begins?: (scenario: Scenario, index: number, total: number) => void
  /** With the result of the examination so far. */
  readonly ends?: (result: ScenarioResult, soFar: ExamResult) => void
}

/** Options of the examination. */
export interface ExamOptions {
  readonly server: ExamServer
  readonly examinee: Examinee
  readonly scenarios: ReadonlyArray<Scenario>
  readonly silence: number
  readonly results?: Results | undefined
  readonly progress?: Progress | undefined
  /** Kills the driven till, and begins no further scenario. */
  readonly signal?: AbortSignal | undefined
}

/** A scenario that was played in this run, and its evidence so far. */
interface Played {
  readonly name: string
  readonly script: string
  readonly evidence: () => Promise<Evidence>
  readonly milliseconds: number
}

/** Nothing came from the till: it failed before it sent anything, or uses another server, where it may have paid. */
export class NoRequest extends ExamBroken {
  constructor(scenario: string, url: string, end: Words | undefined) {
    const ended = (language: Language) => (end === undefined ? "" : ` (${end[language]})`)
    super({
      en: `no request came from the till in the scenario ${scenario}${ended("en")}: it failed, or does not use the server of the examination, ${url}. A command finds it in HIPAY_POS_EXAM_URL, HIPAY_POS_EXAM_USERNAME and HIPAY_POS_EXAM_PASSWORD; an HTTP entry, in the field "server" of the request`,
      fr: `aucune requête de la caisse n’est arrivée pendant le scénario ${scenario}${ended("fr")} : elle a échoué, ou n’utilise pas le serveur de l’examen, ${url}. Une commande le trouve dans HIPAY_POS_EXAM_URL, HIPAY_POS_EXAM_USERNAME et HIPAY_POS_EXAM_PASSWORD ; une entrée HTTP, dans le champ « server » de la requête`
    })
  }
}

/** Examines a till. */
export const runExam = async (options: ExamOptions): Promise<ExamResult> => {
  const { server, examinee, scenarios, silence, results, progress = {}, signal } = options
  const run = randomBytes(3).toString("hex").toUpperCase()
  const scripts = new Map(scenarios.map((each) => [each.name, scriptOf(each)]))
  const current = results?.done.filter(({ name, script }) => !scripts.has(name) || scripts.get(name) === script)
  const records = new Map(current?.map((each) => [each.name, each]))
  const resultsOf = (some: ReadonlyArray<Scenario>): ReadonlyArray<ScenarioResult> => {
    const all = [...records.values()]
    return some.flatMap((scenario) => {
      const record = records.get(scenario.name)
      return record === undefined ? [] : [judged(scenario, record, all)]
    })
  }
  const isComplete = scenarios.every((each) => isDone(each, records.get(each.name), examinee))
  if (isComplete) for (const { name } of scenarios) records.delete(name)
  const kept = new Set(
    resultsOf(scenarios).flatMap(({ scenario, verdict }) => (verdict === "passed" ? [scenario] : []))
  )
  const resultOf = (played: ReadonlyArray<Scenario>): ExamResult => {
    const ended = resultsOf(played).map((each) =>
      kept.has(each.scenario) ? { ...each, fromFile: results?.path } : each
    )
    const has = (sought: Verdict) => ended.some(({ verdict }) => verdict === sought)
    return { results: ended, passed: has("passed") && !has("failed"), silence }
  }
  const last = scenarios.findLast((each) => !kept.has(each) && missingNeed(each, examinee) === undefined)
  const played: Array<Played> = []
  for (const [index, scenario] of scenarios.entries()) {
    signal?.throwIfAborted()
    progress.begins?.(scenario, index, scenarios.length)
    if (!kept.has(scenario)) {
      const { name } = scenario
      const missing = missingNeed(scenario, examinee)
      if (missing === undefined) {
        const idOf = (sale: number) => `EXAM-${run}-${index + 1}-${sale}`
        const begun = performance.now()
        const evidence = await runScenario(server, scenario, examinee, idOf, signal)
        const milliseconds = Math.round(performance.now() - begun)
        played.push({ name, script: scriptOf(scenario), evidence, milliseconds })
        if (scenario === last || isLeftOpen(await evidence())) await server.awaitLate(signal)
      } else records.set(name, { name, missing, milliseconds: 0 })
      // An interrupted scenario is played again.
      signal?.throwIfAborted()
      for (const each of played) records.set(each.name, { ...each, evidence: await each.evidence() })
      // The other scenarios would take minutes, and only say it again.
      if (!server.isReached() && shouldPay(records.get(name)?.evidence)) {
        throw new NoRequest(name, server.url, examinee._tag === "Driven" ? examinee.driver.lastEnd?.() : undefined)
      }
      await results?.keep(records.values())
    }
    const soFar = resultOf(scenarios.slice(0, index + 1))
    const ended = soFar.results.at(-1)
    if (ended !== undefined) progress.ends?.(ended, soFar)
  }
  return resultOf(scenarios)
}

/** The SHA-256 of what is played in a scenario; how it is judged is left out, because stored evidence is judged again. */
const scriptOf = ({ todo, steps, orders, notifies, questions }: Scenario): string =>
  createHash("sha256")
    .update(JSON.stringify([todo, steps, orders, notifies, questions]))
    .digest("hex")

/** Whether a driven till was to pay in EUR, which every till can. */
const shouldPay = (evidence: Evidence | undefined): boolean =>
  evidence?.headless === true && evidence.drives.some(({ action, currency }) => action === "pay" && currency === "EUR")

/** Whether a scenario was played, or still cannot be: the driver's abilities may change from run to run. */
const isDone = (scenario: Scenario, record: ScenarioRecord | undefined, examinee: Examinee): boolean =>
  missingNeed(scenario, examinee) !== undefined || record?.evidence !== undefined

const judged = (scenario: Scenario, record: ScenarioRecord, all: ReadonlyArray<ScenarioRecord>): ScenarioResult => {
  const { evidence, missing, milliseconds } = record
  if (evidence === undefined) return { scenario, verdict: "not-examined", findings: [], missing, milliseconds }
  const read = readExitCodes(all.flatMap((each) => each.evidence?.drives.map(({ said }) => said) ?? []))
  const heard = { ...evidence, drives: evidence.drives.map((drive) => ({ ...drive, said: read(drive.said) })) }
  const impossible = impossibleIn(scenario, heard)
  const findings = impossible === undefined ? judge(scenario, heard) : lostMoney(scenario, heard)
  const played = { scenario, findings, evidence: heard, milliseconds }
  return impossible !== undefined && findings.length === 0
    ? { ...played, verdict: "not-examined", missing: impossible }
    : { ...played, verdict: verdictOf(findings) }
}
