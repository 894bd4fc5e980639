/** The report as text for a terminal. */

import { printable } from "@hipay-pos/cli-kit"
import type { Language } from "../../Language.ts"
import { type Exchange, givesBack } from "../Evidence.ts"
import type { Finding } from "../Finding.ts"
import type { ExamResult, ScenarioResult } from "../runExam.ts"
import { caveatsIn, countIn, fromIn, headlineIn, labels, needIn, secondsIn, severityIn, verdictIn } from "./words.ts"

/** Colours a text. */
export type Paint = (tone: "good" | "bad" | "odd" | "quiet" | "strong", text: string) => string

/** The lines of one scenario: its verdict, and its findings with their requests side by side. */
export const scenarioLines = (result: ScenarioResult, language: Language, paint: Paint): ReadonlyArray<string> => {
  const { scenario, verdict, findings, evidence, missing, fromFile } = result
  const colon = labels.colon[language]
  const tone = verdict === "passed" ? "good" : verdict === "failed" ? "bad" : "quiet"
  const why = missing === undefined ? "" : `${colon}${needIn(language, missing)}`
  const from = fromFile === undefined ? "" : ` ${paint("quiet", fromIn(language, fromFile))}`
  return [
    `${paint(tone, verdictIn(language, verdict).padEnd(12))} ${scenario.name.padEnd(20)} ${scenario.title[language]}${why}${from}`,
    ...findings.filter(isFault).flatMap(({ severity, loses, exchanges }) => [
      `             ${paint("bad", severityIn(language, severity))}${colon}${printable(loses[language])}`,
      ...sideBySide(
        exchanges.flatMap((id) => evidence?.exchanges.find((each) => each.id === id) ?? []),
        language
      ).map((line) => `             ${paint("quiet", line)}`)
    ]),
    ...(verdict === "failed" ? [`             ${labels.right[language]}${colon}${scenario.right[language]}`] : [])
  ]
}

const WIDTH = 52

const isFault = ({ severity }: Finding): boolean => severity !== "note"

/** Each note once, with the scenarios that have it. */
const noteLines = (results: ExamResult["results"], language: Language): ReadonlyArray<string> => {
  const notes = new Map<string, Array<string>>()
  for (const { scenario, findings } of results) {
    for (const note of findings.filter((each) => !isFault(each))) {
      const text = note.loses[language]
      notes.set(text, [...(notes.get(text) ?? []).filter((name) => name !== scenario.name), scenario.name])
    }
  }
  return [...notes].map(
    ([text, names]) => `${severityIn(language, "note")} (${names.join(", ")})${labels.colon[language]}${text}`
  )
}

/** Requests side by side. */
const sideBySide = (exchanges: ReadonlyArray<Exchange>, language: Language): ReadonlyArray<string> => {
  const columns = exchanges.map((exchange) => exchangeLines(exchange, language))
  const rows = Math.max(0, ...columns.map(({ length }) => length))
  return Array.from({ length: rows }, (_, row) =>
    columns
      .map((lines) => (lines[row] ?? "").slice(0, WIDTH).padEnd(WIDTH))
      .join(" | ")
      .trimEnd()
  )
}

/** A request in a few lines. Control characters in the till's texts are replaced: a terminal window would obey them. */
export const exchangeLines = (exchange: Exchange, language: Language): ReadonlyArray<string> => {
  const { at, method, path, order, answer, ended, endedAt = at, treatment } = exchange
  const took = `${labels.after[language]} ${secondsIn(language, endedAt - at)}`
  const how =
    ended === "hung-up"
      ? labels.hungUp[language]
      : ended === "open"
        ? labels.noAnswer[language]
        : `HTTP ${answer?.status ?? ""}${ended === "cut" ? `, ${labels.cut[language]}` : ""}`
  return [
    `+${secondsIn(language, at)} ${method} ${path}`,
    ...(order === undefined ? [] : [`order_id ${order.orderId}`]),
    ...(order === undefined || order.amount === 0 ? [] : [`amount ${order.amount} ${order.currency}`]),
    ...(order === undefined || !givesBack(order) ? [] : [`transaction_type ${order.transactionType}`]),
    `${how} ${took}`,
    ...(treatment === undefined ? [] : [`(${treatment[language]})`])
  ].map(printable)
}

/** The summary. */
export const summaryLines = (result: ExamResult, language: Language, paint: Paint): ReadonlyArray<string> => {
  const { results, passed } = result
  const count = (verdict: ScenarioResult["verdict"]) => results.filter((each) => each.verdict === verdict).length
  const counts = (["passed", "failed", "not-examined"] as const)
    .filter((verdict) => count(verdict) > 0)
    .map((verdict) => countIn(language, verdict, count(verdict)))
  return [
    ...noteLines(results, language),
    ...caveatsIn(language, result),
    `${paint(passed ? "good" : "bad", headlineIn(language, result))}${counts.length === 0 ? "" : labels.colon[language]}${counts.join(", ")}.`
  ]
}
