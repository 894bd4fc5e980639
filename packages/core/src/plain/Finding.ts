/**
 * Something wrong, or odd, about an order: where, what was expected, what came.
 *
 * A finding never repeats personal data. It shows a received value only if the value is short, is not a field of the
 * customer or the recipient, and cannot be an e-mail address, phone number or card number.
 */

import { masked, mayRepeat } from "../internal/PersonalData.ts"
import type { Finding, Severity } from "../schemas/Finding.ts"

export type { Finding, Severity } from "../schemas/Finding.ts"

/** A finding of our own rules; the message combines what was expected and what came. */
export const make = (severity: Severity, code: string, path: string, expected: string, actual: string): Finding => {
  const [field, came] = [masked(path), masked(actual)]
  return {
    path: field,
    code,
    severity,
    rule: "order",
    message: `expected ${expected}, got ${came}`,
    expected,
    actual: came
  }
}

/** Whether strict validation refuses an order with these findings. */
export const refuses = (findings: ReadonlyArray<Finding>): boolean =>
  findings.some((finding) => finding.severity === "refused")

/** A finding as one line of text: `order.price.amount: expected a whole number, got 12.5`. */
export const toText = (finding: Finding): string =>
  `${finding.path === "" ? "body" : finding.path}: expected ${finding.expected}, got ${finding.actual}`

/** Describes a received value without revealing personal data. */
export const describe = (value: unknown, path: string): string => {
  const personal = /^(customer|shipping)\b/.test(path)
  switch (typeof value) {
    case "undefined":
      return "nothing"
    case "string":
      return personal || !mayRepeat(value) ? `a text of ${value.length} characters` : JSON.stringify(value)
    case "number":
      return personal || !mayRepeat(String(value)) ? "a number" : String(value)
    case "boolean":
      return String(value)
    case "object":
      return value === null ? "null" : Array.isArray(value) ? "an array" : "an object"
    default:
      return `a ${typeof value}`
  }
}
