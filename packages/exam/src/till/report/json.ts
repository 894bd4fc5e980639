/** The report for programs. Amounts are minor units, times milliseconds. */
import type { Language } from "../Finding.ts"
import type { ExamResult } from "../runExam.ts"
import { needIn } from "./words.ts"

/** One object. */
export const toJson = ({ results, passed, silence, brokenOff }: ExamResult, language: Language) => ({
  passed,
  silence,
  ...(brokenOff === undefined ? {} : { brokenOff: brokenOff.reason[language] }),
  scenarios: results.map(({ scenario, verdict, findings, evidence, missing, milliseconds, fromFile }) => ({
    name: scenario.name,
    title: scenario.title[language],
    severity: scenario.severity,
    reason: scenario.reason[language],
    right: scenario.right[language],
    verdict,
    passed: verdict === "passed",
    ...(missing === undefined ? {} : { notExaminedBecause: needIn(language, missing) }),
    milliseconds,
    ...(fromFile === undefined ? {} : { fromFile }),
    findings: findings.map(({ code, severity, loses, exchanges }) => ({
      code,
      severity,
      loses: loses[language],
      exchanges
    })),
    ...(evidence === undefined
      ? {}
      : {
          said: evidence.drives.map(({ orderId, said }) => ({ orderId, ...said })),
          charged: evidence.charges,
          requests: evidence.exchanges
        })
  }))
})
