/**
 * What the terminal reports: the action status `AE` and its complement `AF`.
 *
 * Only the first two characters of `AF` decide. Under EMV it has 29; `Extended` names the others. Codes that no public table
 * lists are kept and get a general label.
 */
import * as ErrorCode from "@hipay-pos/core/ErrorCode"
import type { DeclineReason } from "@hipay-pos/core/Payment"
import * as Schema from "effect/Schema"
import { printable } from "./internal/printable.ts"

/** `AE`: 10, 01, 11; any other value is kept as received. */
export type Status = "done" | "not-done" | "taken-into-account" | (string & {})

const statuses: ReadonlyMap<string, Status> = new Map([
  ["10", "done"],
  ["01", "not-done"],
  ["11", "taken-into-account"]
])

const statusCodes: ReadonlyMap<string, string> = new Map([...statuses].map(([code, status]) => [status, code]))

/** The name of an `AE` value; an unknown value is its own name, quoted if it equals a known name. */
export const fromCode = (code: string): Status => statuses.get(code) ?? (statusCodes.has(code) ? `"${code}"` : code)

/** The `AE` value of a status. */
export const toCode = (status: Status): string => statusCodes.get(status) ?? status

/** Languages of labels. */
export type Language = "en" | "fr"

/** A complement of core's table. */
export interface Complement {
  readonly code: string
  readonly en: string
  readonly fr: string
  /** What a "not done" answer with it means. */
  readonly reason: DeclineReason
}

/** Every complement that public tables list. */
export const complements: ReadonlyArray<Complement> = ErrorCode.all
  .filter(ErrorCode.isComplement)
  .map(({ code, en, fr, reason = "not-performed" }) => ({ code, en, fr, reason }))

const byCode = new Map(complements.map((complement) => [complement.code, complement]))

/** A complement's meaning, for people. Unknown codes are named; blank ones give an empty text. */
export const label = (complement = "", language: Language = "en"): string => {
  const code = complement.slice(0, 2).trim()
  if (code === "") return language === "en" ? "no reason given" : "aucun motif donné"
  const known = byCode.get(code)
  if (known !== undefined) return known[language]
  return language === "en" ? `unknown reason ${printable(code)}` : `motif inconnu ${printable(code)}`
}

/** What a refusal with this complement means; without one, or with an unknown one, `not-performed`. */
export const reasonOf = (complement: string | undefined): DeclineReason =>
  (complement === undefined ? undefined : byCode.get(complement.slice(0, 2))?.reason) ?? "not-performed"

/** The parts after the first two characters of a long complement; blank parts are absent. */
export const Extended = Schema.Struct({
  /** The authorization network's response code (CB2A field 39). */
  field39: Schema.optionalKey(Schema.String),
  /** Its text, at most 21 characters (field 44 BC). */
  text: Schema.optionalKey(Schema.String),
  /** Field 55, DF70. */
  field55: Schema.optionalKey(Schema.String),
  /** Field 58, FF50. */
  field58: Schema.optionalKey(Schema.String),
  /** Anything beyond 29 characters. */
  rest: Schema.optionalKey(Schema.String)
})
export type Extended = typeof Extended.Type

const columns = [
  ["field39", 2, 4],
  ["text", 4, 25],
  ["field55", 25, 27],
  ["field58", 27, 29],
  ["rest", 29, 50]
] as const

/** The parts of a complete `AF` value, or `undefined` if nothing follows its code. */
export const extended = (value: string): Extended | undefined => {
  if (value.length <= 2) return undefined
  const parts: { -readonly [Key in keyof Extended]: Extended[Key] } = {}
  let some = false
  for (const [key, from, to] of columns) {
    const part = value.slice(from, to).trimEnd()
    if (part === "") continue
    parts[key] = part
    some = true
  }
  return some ? parts : undefined
}

/** The part that does not fit its place in `AF`, where it would shift the following ones; undefined if all fit. */
export const violation = (complement: string, parts: Extended = {}): string | undefined => {
  if (complement.length !== 2) return `the complement: expected 2 characters, got ${complement.length}`
  for (const [key, from, to] of columns) {
    const { length } = parts[key] ?? ""
    if (length > to - from) return `${key}: expected at most ${to - from} characters, got ${length}`
  }
  return undefined
}

/** The `AF` value of a code and its parts: two characters, or 29 and more with blanks where parts are absent. */
export const complementValue = (complement: string, parts: Extended | undefined): string => {
  if (parts === undefined) return complement
  let value = complement
  for (const [key, from, to] of columns) {
    if (key === "rest") value += parts.rest ?? ""
    else value += (parts[key] ?? "").padEnd(to - from)
  }
  return value
}

/** Whether an action moves money, so that its answer must say how much. */
export const isPayment = (action: string): boolean => action === "debit" || action === "credit" || action === "cancel"
