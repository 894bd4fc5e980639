/** The report as JUnit XML, for continuous integration. */
import type { Language } from "../../Language.ts"
import type { ExamResult } from "../runExam.ts"
import { exchangeLines } from "./text.ts"
import { fromIn, labels, needIn, severityIn } from "./words.ts"

/** One suite; a scenario is a test case. */
export const toJUnit = ({ results, brokenOff }: ExamResult, language: Language): string => {
  const failures = results.filter(({ verdict }) => verdict === "failed").length
  const skipped = results.filter(({ verdict }) => verdict === "not-examined").length
  const time = (milliseconds: number) => (milliseconds / 1000).toFixed(3)
  const total = results.reduce((sum, { milliseconds }) => sum + milliseconds, 0)
  const cases = results.map(({ scenario, verdict, findings, evidence, missing, milliseconds, fromFile }) => {
    const open = `    <testcase classname="hipay-pos.exam" name="${attribute(scenario.name)}" time="${time(milliseconds)}"`
    const from = fromFile === undefined ? "" : `\n      <system-out>${element(fromIn(language, fromFile))}</system-out>`
    if (verdict === "passed") return from === "" ? `${open}/>` : `${open}>${from}\n    </testcase>`
    if (verdict === "not-examined") {
      return `${open}>\n      <skipped message="${attribute(missing === undefined ? "" : needIn(language, missing))}"/>\n    </testcase>`
    }
    const shown = findings.map(({ severity, loses, exchanges }) =>
      [
        `${severityIn(language, severity)}${labels.colon[language]}${loses[language]}`,
        ...exchanges.flatMap((id) => {
          const exchange = evidence?.exchanges.find((each) => each.id === id)
          return exchange === undefined ? [] : ["", ...exchangeLines(exchange, language)]
        })
      ].join("\n")
    )
    const message = attribute(findings[0]?.loses[language] ?? "")
    return `${open}>\n      <failure type="${attribute(findings[0]?.code ?? "")}" message="${message}">${element(shown.join("\n\n"))}</failure>${from}\n    </testcase>`
  })
  const errors =
    brokenOff === undefined
      ? []
      : [
          `    <testcase classname="hipay-pos.exam" name="${attribute(brokenOff.scenario?.name ?? "examination")}" time="0.000">\n      <error message="${attribute(`${labels.brokenOff[language]}${labels.colon[language]}${brokenOff.reason[language]}`)}"/>\n    </testcase>`
        ]
  const counts = `tests="${results.length + errors.length}" failures="${failures}" errors="${errors.length}" skipped="${skipped}" time="${time(total)}"`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="hipay-pos exam" ${counts}>`,
    `  <testsuite name="hipay-pos exam" ${counts}>`,
    ...cases,
    ...errors,
    "  </testsuite>",
    "</testsuites>",
    ""
  ].join("\n")
}

/** Removes characters that XML cannot hold. */
const printable = (text: string): string => text.replace(/(?![\t\n\r])\p{Cc}|[\uFFFE\uFFFF]/gu, "").toWellFormed()

const element = (text: string): string =>
  printable(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;")
const attribute = (text: string): string => element(text).replace(/"/g, "&quot;").replace(/\s+/g, " ")
