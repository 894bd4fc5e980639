/** The texts of reports, in the languages of the examination. */

import type { Language, Words } from "../../Language.ts"
import { type Charge, claimOf } from "../Evidence.ts"
import type { Grade } from "../Finding.ts"
import type { Verdict } from "../judge.ts"
import type { ExamResult } from "../runExam.ts"
import type { Need } from "../Scenario.ts"

const verdicts: Readonly<Record<Verdict, Words>> = {
  passed: { en: "passed", fr: "réussi" },
  failed: { en: "FAILED", fr: "ÉCHEC" },
  "not-examined": { en: "not examined", fr: "non examiné" }
}

const severities: Readonly<Record<Grade, Words>> = {
  critical: { en: "critical", fr: "critique" },
  high: { en: "high", fr: "élevée" },
  medium: { en: "medium", fr: "moyenne" },
  note: { en: "note", fr: "remarque" }
}

const needs: Readonly<Record<Need, Words>> = {
  "left-out": { en: "left out: cannot be done with this till", fr: "laissé de côté : impossible avec cette caisse" },
  person: { en: "needs a person at the till", fr: "demande une personne à la caisse" },
  process: {
    en: "needs --drive, so that the till can be killed",
    fr: "demande --drive, pour pouvoir arrêter la caisse"
  },
  action: {
    en: "needs {action} in the command: refund and cancel",
    fr: "demande {action} dans la commande : refund et cancel"
  },
  "order-id": {
    en: "needs {orderId} in the command: the same sale is sent more than once",
    fr: "demande {orderId} dans la commande : la même vente est envoyée plusieurs fois"
  },
  currency: { en: "needs {currency} in the command", fr: "demande {currency} dans la commande" },
  concert: {
    en: "needs a terminal that speaks Concert: AppNepting cannot cancel",
    fr: "demande un terminal Concert : AppNepting ne sait pas annuler"
  },
  notification: { en: "needs --notify-url, the till's endpoint", fr: "demande --notify-url, l’adresse de la caisse" }
}

const operations: Readonly<Record<Charge["operation"], Words>> = {
  debit: { en: "debit", fr: "débit" },
  credit: { en: "credit", fr: "crédit" },
  cancel: { en: "cancel", fr: "annulation" }
}

export const labels = {
  title: { en: "Examination of a till", fr: "Examen d’une caisse" },
  passed: { en: "Passed", fr: "Réussi" },
  failed: { en: "Failed", fr: "Échec" },
  brokenOff: { en: "Broken off", fr: "Interrompu" },
  nothingExamined: { en: "Nothing examined", fr: "Rien n’a été examiné" },
  from: { en: "from", fr: "d’après" },
  reason: { en: "Why", fr: "Pourquoi" },
  right: { en: "A right till", fr: "Une caisse correcte" },
  done: { en: "What happened", fr: "Ce qui s’est passé" },
  scenario: { en: "Scenario", fr: "Scénario" },
  verdict: { en: "Verdict", fr: "Verdict" },
  severity: { en: "Severity", fr: "Gravité" },
  loses: { en: "What the shop loses", fr: "Ce que le magasin perd" },
  requests: { en: "Requests", fr: "Requêtes" },
  charged: { en: "Charged", fr: "Débité" },
  said: { en: "The till said", fr: "La caisse a dit" },
  nothing: { en: "nothing", fr: "rien" },
  /** Between a label and its text. */
  colon: { en: ": ", fr: " : " },
  noAnswer: { en: "no answer", fr: "aucune réponse" },
  cut: { en: "cut", fr: "coupée" },
  hungUp: { en: "the till hung up", fr: "la caisse a coupé la connexion" },
  after: { en: "after", fr: "après" },
  silence: {
    en: "Silence was shortened to {s}; --silence 3m is as long as a terminal really takes.",
    fr: "Le silence a été raccourci à {s} ; --silence 3m correspond à la durée réelle d’un terminal."
  },
  mute: {
    en: 'The till never said how a payment ended, and was judged by its requests alone. Let it report its outcomes, such as {"outcome":"declined"}.',
    fr: 'La caisse n\'a jamais dit comment un paiement s\'est terminé et a été jugée sur ses seules requêtes. Faites-lui annoncer ses résultats, par exemple {"outcome":"declined"}.'
  }
} as const satisfies Record<string, Words>

export const verdictIn = (language: Language, verdict: Verdict): string => verdicts[verdict][language]

/** How an examination ended, as a headline. */
export const headlineIn = (language: Language, { results, passed, brokenOff }: ExamResult): string => {
  if (brokenOff !== undefined) return labels.brokenOff[language]
  if (passed) return labels.passed[language]
  const isExamined = results.some(({ verdict }) => verdict !== "not-examined")
  return labels[isExamined ? "failed" : "nothingExamined"][language]
}

/** What the examination shortened, and what it could not compare. */
export const caveatsIn = (language: Language, { results, silence }: ExamResult): ReadonlyArray<string> => {
  const driven = results.flatMap(({ evidence }) => (evidence?.headless === true ? evidence.drives : []))
  const isMute = driven.length > 0 && driven.every(({ said }) => claimOf(said) === undefined)
  return [
    ...(silence < 180_000 ? [labels.silence[language].replace("{s}", secondsIn(language, silence))] : []),
    ...(isMute ? [labels.mute[language]] : [])
  ]
}

/** Marks a result of an earlier run. */
export const fromIn = (language: Language, file: string): string => `(${labels.from[language]} ${file})`

/** The number of scenarios with a verdict, such as "4 passed". */
export const countIn = (language: Language, verdict: Verdict, count: number): string =>
  `${count} ${language === "fr" && count > 1 ? pluralsInFrench[verdict] : verdictIn(language, verdict)}`

const pluralsInFrench: Readonly<Record<Verdict, string>> = {
  passed: "réussis",
  failed: "ÉCHECS",
  "not-examined": "non examinés"
}

export const severityIn = (language: Language, severity: Grade): string => severities[severity][language]
export const operationIn = (language: Language, operation: Charge["operation"]): string =>
  operations[operation][language]
export const needIn = (language: Language, need: Need): string => needs[need][language]

/** Seconds, formatted for people. */
export const secondsIn = (language: Language, milliseconds: number): string => {
  const seconds = (milliseconds / 1000).toFixed(milliseconds < 10_000 ? 1 : 0)
  return `${language === "fr" ? seconds.replace(".", ",") : seconds} s`
}
