/**
 * Contradictions in a terminal's answer, in French, for a shop's screens. The English text is the contradiction's own
 * message. Amounts are written with a comma, other values as they came.
 */
import type { ContradictionKind } from "./TerminalEvidence.ts"

/** By kind: what the terminal said, and what was asked. */
export const contradictions: Readonly<Record<ContradictionKind, (told: string, asked: string) => string>> = {
  amount: (told, asked) =>
    asked === ""
      ? `montant annoncé : ${withComma(told)}`
      : `montant annoncé : ${withComma(told)}, demandé : ${withComma(asked)}`,
  "amount-missing": () => "la réponse ne donne pas de montant",
  currency: (told, asked) => `devise annoncée : ${withComma(told)}, demandée : ${withComma(asked)}`,
  action: (told, asked) => `opération annoncée : ${actionOf(told)}, demandée : ${actionOf(asked)}`,
  complement: (told) =>
    told === AUTHORISED
      ? "non effectué, mais avec le motif 01 (transaction autorisée)"
      : `effectué, mais avec le motif ${told}, qui dit le contraire`,
  register: (told, asked) => `réponse pour la caisse ${told}, demandée par la caisse ${asked}`,
  "order-id": (told) => `la réponse porte un autre numéro de commande : ${told}`,
  "repeated-field": () => "un champ est arrivé deux fois, avec des valeurs différentes",
  "second-answer": () => "deux réponses différentes sont arrivées",
  "signs-of-a-sale": () => "pas d’état « effectué », mais un numéro d’autorisation ou un ticket",
  "cut-ticket": () => "le ticket annoncé n’est arrivé qu’en partie"
}

const withComma = (amount: string): string => amount.replace(/(\d)\.(\d)/, "$1,$2")

/** The reason that goes with a sale. */
const AUTHORISED = "01"

const actionOf = (name: string): string => actions.get(name) ?? name

const actions = new Map([
  ["debit", "débit"],
  ["credit", "crédit"],
  ["cancel", "annulation"],
  ["duplicata", "duplicata"],
  ["identification", "identification"],
  ["print", "impression"]
])
