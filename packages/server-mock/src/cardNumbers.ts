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
  return { json: cover(json, "", paths), paths }
}

const cover = (value: unknown, path: string, paths: Array<string>): unknown => {
  if (typeof value === "string") return coverText(value, value, path, paths)
  if (typeof value === "number") return value < 1e12 ? value : coverText(value, String(value), path, paths)
  if (typeof value !== "object" || value === null) return value
  let copy: Record<string, unknown> | undefined
  for (const key in value) {
    if (spared.has(key)) continue
    const field = value[key as keyof typeof value]
    const covered = cover(field, path === "" ? key : `${path}.${key}`, paths)
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

const coverText = <A>(value: A, text: string, path: string, paths: Array<string>): A | string => {
  if (text.length < SHORTEST || !candidate.test(text)) return value
  const covered = text.replace(candidates, coverDigits)
  if (covered === text) return value
  paths.push(path)
  return covered
}

const SHORTEST = 13
const candidate = /\d(?:[ -]?\d){12}/
const candidates = /\d(?:[ -]?\d){12,}/g

const coverDigits = (found: string): string => {
  const digits = found.replace(/\D/g, "")
  if (digits.length <= 19 && !(/^[2-6]/.test(digits) && passesLuhn(digits))) return found
  let at = 0
  return found.replace(/\d/g, (digit) => (++at > 6 && at <= digits.length - 4 ? "#" : digit))
}

const passesLuhn = (digits: string): boolean => {
  let sum = 0
  for (let i = 1; i <= digits.length; i++) {
    const digit = Number(digits.at(-i))
    const doubled = i % 2 === 0 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}
