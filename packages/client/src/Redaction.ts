/**
 * Takes card numbers and secrets out of what is shown, logged or handed on. Text and JSON only: decode bytes first.
 *
 * In a server's answers, length decides what is a card number, since a terminal may have written it; in what this side
 * sends, the check digit decides. An order's id stays as it is.
 */
import { CardNumber, Receipt } from "@hipay-pos/core/plain"

/** Masks text that a person or a program wrote. */
export const maskWritten = (text: string): string => CardNumber.maskWritten(text, "*")

/** How much a person reads of a server's own words, in characters. */
const LONGEST = 500

/** A server's own words for people: masked, and truncated. */
export const readable = (text: string): string => {
  const masked = maskWritten(text)
  return masked.length > LONGEST ? `${masked.slice(0, LONGEST)}…` : masked
}

/** Masks text that a terminal printed, or may have. */
export const maskPrinted = (text: string): string => CardNumber.maskPrinted(text, "*")

type Mask = typeof maskWritten

/** Names of headers and fields that hold secrets. */
const secretNames = /^(?:(?:proxy-)?authorization|(?:set-)?cookie|password|passphrase|secret|.*signature)$/i

/** Whether a header or a field of this name holds a secret. */
export const isSecretName = (name: string): boolean => secretNames.test(name)

/** Replaces a secret. */
export const REMOVED = "<redacted>"

/** Deeper than any answer; anything nested deeper is removed. */
const MAX_DEPTH = 100

/** The JSON of an answer without card numbers and secrets, receipts in base64 included. */
export const maskAnswer = (json: unknown): unknown => maskJson(json, maskPrinted, [])

/** The JSON of a request without card numbers and secrets. */
export const maskRequest = (json: unknown): unknown => maskJson(json, maskWritten, [])

const maskJson = (json: unknown, mask: Mask, path: ReadonlyArray<string>): unknown => {
  const name = path.at(-1) ?? ""
  const withoutCode = CardNumber.maskCode(name, json, "*")
  if (withoutCode !== json) return withoutCode
  if (typeof json === "string") {
    if (secretNames.test(name)) return REMOVED
    if (isOrderId(path)) return json
    return name === "receipt" ? maskReceipt(json) : mask(json)
  }
  if (typeof json === "number") return Math.abs(json) < 1e12 ? json : maskNumber(json, mask)
  if (typeof json !== "object" || json === null) return json
  if (path.length === MAX_DEPTH) return REMOVED
  if (Array.isArray(json)) return json.map((each) => maskJson(each, mask, [...path, name]))
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [maskWritten(key), maskJson(value, mask, [...path, key])])
  )
}

/** In an order, in its answer, and in an answer that a problem repeats. */
const isOrderId = (path: ReadonlyArray<string>): boolean =>
  /^(?:(?:error\.)?details\.recorded\.)?order\.order_id$/.test(path.slice(0, 5).join("."))

/** Headers without secrets and card numbers, names in lower case. */
export const maskHeaders = (headers: Iterable<readonly [string, string]>): Readonly<Record<string, string>> => {
  const masked: Record<string, string> = {}
  for (const [name, value] of headers) {
    masked[name.toLowerCase()] = secretNames.test(name) ? REMOVED : maskWritten(value)
  }
  return masked
}

const maskNumber = (number: number, mask: Mask): number | string => {
  const text = String(number)
  const masked = mask(text)
  return masked === text ? number : masked
}

/** A receipt that cannot be decoded could contain anything, so it is removed. */
const maskReceipt = (base64: string): string => {
  const text = Receipt.decodeBase64(base64)
  if (text === undefined) return REMOVED
  const masked = maskPrinted(text)
  return masked === text ? base64 : Receipt.encodeBase64(masked)
}
