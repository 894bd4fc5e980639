/**
 * Every public code of a failed payment: what it proves about the money, and its text for people.
 *
 * Two families share the field `errorCode`: four digits of HiPay's connectors, and the two characters of a Concert
 * terminal's complement (`AF`). More codes exist than are public: one that is not listed here proves nothing.
 */
import type { DeclineReason } from "./Payment.ts"

/** What a code proves: the payment was refused, it never started, or nothing certain. */
export type Meaning = "declined" | "not-started" | "unknown"

/** Where a code is public: in the service's OpenAPI documents, or on its pages and in its documents for developers. */
export type Source = "SPEC" | "DOC"

/** A code of a failed payment. */
export interface ErrorCode {
  readonly code: string
  readonly meaning: Meaning
  /** Why nothing was paid, if the code proves that. */
  readonly reason: DeclineReason | undefined
  /** Fits into a sentence: only names begin with a capital. */
  readonly en: string
  readonly fr: string
  readonly source: Source
}

type Row = readonly [
  code: string,
  proves: Exclude<Meaning, "declined"> | DeclineReason,
  en: string,
  fr: string,
  source?: Source
]

const rows: ReadonlyArray<Row> = [
  ["1000", "unknown", "unknown error", "erreur inconnue"],
  ["1001", "unknown", "the terminal did not answer in time", "le terminal n'a pas répondu à temps"],
  ["1002", "not-started", "HiPay rejected the credentials", "HiPay a refusé les identifiants"],
  ["1003", "unknown", "the network is unavailable", "le réseau est indisponible", "SPEC"],
  ["1004", "not-started", "the terminal is not connected", "le terminal n'est pas connecté"],
  ["1005", "unknown", "the terminal's status could not be read", "l'état renvoyé par le terminal est illisible"],
  ["1006", "not-performed", "cancelled or refused at the terminal", "annulé ou refusé sur le terminal"],
  ["1007", "unknown", "the terminal's answer could not be read", "la réponse du terminal est illisible"],
  [
    "1008",
    "unknown",
    "the request to the terminal could not be made",
    "la demande au terminal n'a pas pu être construite"
  ],
  ["1009", "unknown", "the merchant contract is unknown", "le contrat commerçant est inconnu"],
  ["00", "not-performed", "unknown reason", "motif inconnu"],
  ["01", "unknown", "authorised", "transaction autorisée"],
  ["02", "refused", "call for authorisation", "appel pour autorisation"],
  ["03", "not-performed", "forcing asked for", "forçage demandé"],
  ["04", "refused", "refused", "refusée"],
  ["05", "refused", "card barred", "carte interdite"],
  ["06", "cancelled", "abandoned by the customer", "abandon du client"],
  ["07", "not-performed", "not completed", "non aboutie"],
  ["08", "timed-out", "not performed: no input in time", "non effectuée : délai de saisie dépassé"],
  ["09", "not-performed", "not performed: format error", "non effectuée : erreur de format"],
  // The sandbox sends this code, too; whether with this meaning is not known.
  ["10", "not-performed", "not performed: selection error", "non effectuée : erreur de sélection", "SPEC"],
  // HiPay's own table says "abandoned by the acquirer"; every other source, and the red key of a terminal, says this.
  ["11", "cancelled", "not performed: abandoned by the operator", "non effectuée : abandon de l'opérateur"],
  ["12", "not-performed", "not performed: unknown action", "non effectuée : action inconnue"],
  ["13", "not-performed", "not performed: currency not supported", "non effectuée : devise non acceptée"]
]

/** Every public code, HiPay's first. */
export const all: ReadonlyArray<ErrorCode> = rows.map(([code, proves, en, fr, source = "DOC"]) =>
  proves === "not-started" || proves === "unknown"
    ? { code, meaning: proves, reason: undefined, en, fr, source }
    : { code, meaning: "declined", reason: proves, en, fr, source }
)

/** Whether a code is a terminal's complement. */
export const isComplement = ({ code }: ErrorCode): boolean => code.length === 2
