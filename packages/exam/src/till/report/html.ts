/** The report as one self-contained HTML page, to send to a colleague or to print. */

import { type Language, money } from "../../Language.ts"
import { claimOf } from "../Evidence.ts"
import { style } from "../page/style.ts"
import type { ExamResult, ScenarioResult } from "../runExam.ts"
import { exchangeLines } from "./text.ts"
import {
  caveatsIn,
  fromIn,
  headlineIn,
  labels,
  needIn,
  operationIn,
  secondsIn,
  severityIn,
  verdictIn
} from "./words.ts"

/** The page. */
export const toHtml = (result: ExamResult, language: Language, at: Date): string => {
  const { results, passed, brokenOff } = result
  const label = (name: keyof typeof labels) => text(labels[name][language])
  const rows = results.map(
    ({ scenario, verdict, missing, milliseconds, fromFile }) =>
      `<tr><td class="verdict ${tone(verdict)}">${verdictIn(language, verdict)}</td><td><a href="#${scenario.name}">${text(scenario.title[language])}</a>${missing === undefined ? "" : quiet(needIn(language, missing))}${fromFile === undefined ? "" : quiet(fromIn(language, fromFile))}</td><td>${severityIn(language, scenario.severity)}</td><td>${secondsIn(language, milliseconds)}</td></tr>`
  )
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${label("title")}</title><style>${style}${table}</style></head>
<body><main>
<h1>${label("title")}${label("colon")}<span class="${passed ? "good" : "bad"}">${headlineIn(language, result)}</span></h1>
${brokenOff === undefined ? "" : `<p>${text(brokenOff.reason[language])}</p>`}
<p class="quiet">${at.toISOString().slice(0, 16).replace("T", " ")} UTC · hipay-pos exam${caveatsIn(language, result)
    .map((each) => ` · ${text(each)}`)
    .join("")}</p>
<table><thead><tr><th>${label("verdict")}</th><th>${label("scenario")}</th><th>${label("severity")}</th><th></th></tr></thead><tbody>${rows.join("\n")}</tbody></table>
${worstFirst(results)
  .map((each) => section(each, language))
  .join("\n")}
</main></body></html>
`
}

/** No line breaks within a time, and all columns on a phone. */
const table = ` a { color: inherit } td:nth-child(2) { overflow-wrap: anywhere } td:last-child { white-space: nowrap; text-align: right }
@media (width < 30rem) { table { font-size: .875rem } th, td { padding-inline: .25rem } td.verdict { white-space: normal } }`

const quiet = (raw: string): string => ` <span class="quiet">${text(raw)}</span>`

const worstFirst = (results: ExamResult["results"]): ExamResult["results"] => [
  ...results.filter(({ verdict }) => verdict === "failed"),
  ...results.filter(({ verdict }) => verdict !== "failed")
]

const section = ({ scenario, verdict, findings, evidence }: ScenarioResult, language: Language): string => {
  const label = (name: keyof typeof labels) => text(labels[name][language])
  const faults = findings.map(({ severity, loses, exchanges }) => {
    const shown = exchanges.flatMap((id) => evidence?.exchanges.find((each) => each.id === id) ?? [])
    return `<p><strong class="${severity === "note" ? "quiet" : "bad"}">${severityIn(language, severity)}</strong>${label("colon")}${text(loses[language])}</p>
<div class="pair">${shown.map((each) => `<pre>${text(exchangeLines(each, language).join("\n"))}</pre>`).join("")}</div>`
  })
  const charged = evidence?.charges
    .map(
      ({ operation, amount, currency }) => `${operationIn(language, operation)} ${money(amount, currency)[language]}`
    )
    .join(", ")
  const said = evidence?.drives.map(({ said }) => claimOf(said) ?? labels.nothing[language]).join(", ")
  const seen =
    evidence === undefined
      ? ""
      : `<p class="quiet">${label("said")}${label("colon")}${text(said ?? "")} · ${label("charged")}${label("colon")}${text(charged || labels.nothing[language])} · ${label("requests")}${label("colon")}${evidence.exchanges.length}</p>`
  return `<section id="${scenario.name}" class="${verdict}"><h2>${text(scenario.title[language])} <span class="verdict ${tone(verdict)}">${verdictIn(language, verdict)}</span></h2>
<p class="quiet">${label("reason")}${label("colon")}${text(scenario.reason[language])}</p><p>${label("right")}${label("colon")}${text(scenario.right[language])}</p>
${seen}${faults.join("\n")}</section>`
}

const tone = (verdict: ScenarioResult["verdict"]): string =>
  verdict === "passed" ? "good" : verdict === "failed" ? "bad" : "quiet"

/** Escapes text; prevents line breaks before French punctuation and after an opening quotation mark. */
const text = (raw: string): string =>
  raw
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;")
    .replace(/(?<=«) | (?=[:;?!»])/g, "&nbsp;")
