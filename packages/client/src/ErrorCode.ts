/**
 * What a failed payment's `errorCode` says about the money: refused, never started, or nothing certain.
 *
 * The codes are core's, with sentences of the client's own. A code that is not in the table is unknown, because only a
 * refusal proves that nothing was paid.
 */
import { defined } from "@hipay-pos/core/Defined"
import * as Codes from "@hipay-pos/core/ErrorCode"
import type { DeclineReason } from "@hipay-pos/core/Payment"

/** What a code proves. */
export type Meaning = Codes.Meaning

/** A code and its meaning for people. */
export interface ErrorCode {
  readonly meaning: Meaning
  /** Why nothing was paid, if the code proves that. */
  readonly reason?: DeclineReason
  readonly en: string
  readonly fr: string
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** Every documented code. */
export const table: ReadonlyMap<string, ErrorCode> = new Map([
  ...Codes.all.map(
    ({ code, meaning, reason, en, fr }) =>
      [code, defined({ meaning, reason, en: sentence(en), fr: sentence(fr) })] as const
  ),
  // This code's own text would read like a success in a failed payment.
  [
    "01",
    { meaning: "unknown", en: "Authorised, and yet reported as failed", fr: "Autorisée, et pourtant déclarée en échec" }
  ]
])

/** A code whose meaning at one server differs from the table, and how that is known. */
export interface Override {
  readonly meaning: Meaning
  /** The evidence: who said so, and when. */
  readonly reason: string
}

/** Overrides by code. */
export type Overrides = Readonly<Record<string, Override>>

/** The meaning of a code; undocumented codes are unknown. */
export const get = (code: string | undefined, overrides: Overrides = {}): ErrorCode => {
  const known: ErrorCode = table.get(code ?? "") ?? {
    meaning: "unknown",
    en: `Unknown code ${code ?? "(none)"}`,
    fr: `Code inconnu ${code ?? "(aucun)"}`
  }
  const override = code !== undefined && Object.hasOwn(overrides, code) ? overrides[code] : undefined
  return override === undefined ? known : { ...known, meaning: override.meaning }
}
