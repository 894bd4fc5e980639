/**
 * Card numbers that stand in an order by mistake: in a note, a name, a custom value. They are covered before anything is
 * told, kept or echoed, at the same length, first six and last four digits excepted.
 *
 * 13 to 19 digits, also in groups, count when they begin like a payment card's and their check digit is right. Ids,
 * article numbers and addresses are let alone: other systems know an order by them, and a long one can look like a card's.
 */

/** A body without card numbers, and where they stood. */
export interface Hidden {
  readonly json: unknown
  readonly paths: ReadonlyArray<string>
}

/** Covers card numbers wherever people write. Gives back the very same body where there is none. */
export const hide = (json: unknown): Hidden => {
  const paths: Array<string> = []
  return { json: typeof json === "object" && json !== null ? coverFields(json, "", paths) : json, paths }
}

/** Whether a JSON text has a card number anywhere, or could hide one behind escapes or an exponent. */
export const mayHold = (text: string): boolean => {
  if (text.includes("\\u") || /\d[eE]\+?\d/.test(text)) return true
  candidates.lastIndex = 0
  for (let found = candidates.exec(text); found !== null; found = candidates.exec(text)) {
    if (coverDigits(found[0]) !== found[0]) return true
  }
  return false
}

const coverFields = (value: object, path: string, paths: Array<string>): unknown => {
  let copy: Record<string, unknown> | undefined
  for (const key in value) {
    const field: unknown = value[key as keyof typeof value]
    // Most fields are too short, and cost no more than this.
    if (typeof field === "string" ? field.length < SHORTEST : typeof field === "number" ? !mayBeCard(field) : !field)
      continue
    if (spared.has(key)) continue
    const at = Array.isArray(value) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`
    const covered =
      typeof field === "object" && field !== null ? coverFields(field, at, paths) : coverText(field, at, paths)
    if (covered === field) continue
    // An array stays one.
    copy ??= (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>
    copy[key] = covered
  }
  return copy ?? value
}

/** Names by which others know an order and what is in it, and places on the network. */
const spared = new Set([
  "order_id",
  "customer_id",
  "product_reference",
  "european_article_numbering",
  "serial_number",
  "merchant_contract",
  "amount",
  "host",
  "url",
  "notify_url"
])

/** Of 13 to 19 digits; a longer number holds only 17 that are right. */
const mayBeCard = (number: number): boolean => number >= 1e12 && number < 1e19

const coverText = (value: unknown, path: string, paths: Array<string>): unknown => {
  const text = String(value)
  if (!candidate.test(text)) return value
  const covered = text.replace(candidates, coverDigits)
  if (covered === text) return value
  paths.push(path)
  return covered
}

const SHORTEST = 13
const candidate = /\d(?:[ -]?\d){12}/
const candidates = /(?<!\d)\d(?:[ -]?\d){12,}/g

const coverDigits = (found: string): string => {
  const digits = found.replace(/\D/g, "")
  if (digits.length <= 19 && !(/^[2-6]/.test(digits) && passesLuhn(digits))) return found
  let at = 0
  return found.replace(/\d/g, (digit) => (++at > 6 && at <= digits.length - 4 ? "#" : digit))
}

const passesLuhn = (digits: string): boolean => {
  let sum = 0
  for (let i = 1; i <= digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - i) - ZERO
    const doubled = i % 2 === 0 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

const ZERO = 0x30
