/** The report for programs. Amounts are minor units, times milliseconds. */
import { defined } from "@hipay-pos/core/Defined"
import type { Language } from "../../Language.ts"
import type { ExamResult } from "../runExam.ts"
import { needIn } from "./words.ts"

/** One object. */
export const toJson = ({ results, passed, silence, brokenOff }: ExamResult, language: Language) =>
  defined({
    passed,
    silence,
    brokenOff: brokenOff?.reason[language],
    scenarios: results.map(({ scenario, verdict, findings, evidence, missing, milliseconds, fromFile }) =>
      defined({
        name: scenario.name,
        title: scenario.title[language],
        severity: scenario.severity,
        reason: scenario.reason[language],
        right: scenario.right[language],
        verdict,
        passed: verdict === "passed",
        notExaminedBecause: missing && needIn(language, missing),
        milliseconds,
        fromFile,
        findings: findings.map(({ code, severity, loses, exchanges }) => ({
          code,
          severity,
          loses: loses[language],
          exchanges
        })),
        said: evidence?.drives.map(({ orderId, said }) => ({ orderId, ...said })),
        charged: evidence?.charges,
        requests: evidence?.exchanges
      })
    )
  })
