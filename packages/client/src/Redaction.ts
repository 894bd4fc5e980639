/**
 * Takes card numbers and secrets out of what is shown, logged or handed on.
 *
 * A run of 13 to 19 digits, spaced or not, keeps its first six and last four; the rest becomes asterisks, so that
 * lengths stay. Longer runs lose everything but their last four. The application identifiers that receipts have to show
 * (A0000000421010) are left alone: no card number begins with six zeros. Texts and JSON only: bytes are decoded before.
 */
import * as Receipt from "@hipay-pos/core/Receipt"

const runs =
  /\bA000000[\dA-F]{3,9}(?![\dA-F])|\bA0 00 00 0[\dA-F](?: [\dA-F]{2}){1,4}(?![\dA-F]| ?[\dA-F]{2})|\d(?:[ -]?\d){12,}/g

/** The text without card numbers. */
export const maskText = (text: string): string =>
  text.replace(runs, (run) => {
    if (run.startsWith("A")) return run
    const digits = run.replace(/\D/g, "").length
    const shown = digits <= 19 ? 6 : 0
    let at = 0
    return run.replace(/\d/g, (digit) => {
      at++
      return at <= shown || at > digits - 4 ? digit : "*"
    })
  })

/** Names under which secrets travel, in headers and in bodies. */
const secretNames = /^(?:(?:proxy-)?authorization|(?:set-)?cookie|password|passphrase|secret|.*signature)$/i

/** What stands where a secret was. */
export const REMOVED = "<redacted>"

/** More than an answer has; what is nested deeper is not looked into. */
const MAX_DEPTH = 100

/** The JSON without card numbers and secrets, receipts in base64 included. Keys stay as they are. */
export const maskJson = (json: unknown, name = "", depth = 0): unknown => {
  if (typeof json === "string") {
    if (secretNames.test(name)) return REMOVED
    return name === "receipt" ? maskReceipt(json) : maskText(json)
  }
  if (typeof json === "number") return Math.abs(json) < 1e12 ? json : maskNumber(json)
  if (typeof json !== "object" || json === null) return json
  if (depth === MAX_DEPTH) return REMOVED
  if (Array.isArray(json)) return json.map((each) => maskJson(each, name, depth + 1))
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, maskJson(value, key, depth + 1)]))
}

/** Headers without secrets and card numbers, names in lower case. */
export const maskHeaders = (headers: Iterable<readonly [string, string]>): Readonly<Record<string, string>> => {
  const masked: Record<string, string> = {}
  for (const [name, value] of headers) {
    masked[name.toLowerCase()] = secretNames.test(name) ? REMOVED : maskText(value)
  }
  return masked
}

const maskNumber = (number: number): number | string => {
  const text = String(number)
  const masked = maskText(text)
  return masked === text ? number : masked
}

/** A receipt that cannot be decoded could hide anything, so nothing of it is shown. */
const maskReceipt = (base64: string): string => {
  const text = Receipt.decodeBase64(base64)
  if (text === undefined) return REMOVED
  const masked = maskText(text)
  return masked === text ? base64 : Receipt.encodeBase64(masked)
}
