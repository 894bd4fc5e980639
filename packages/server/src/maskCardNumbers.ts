/**
 * Card numbers in JSON that people and programs send: in a note, a name, a custom value, a key, a person's evidence. All but
 * the first six and last four digits are masked, at the same length, before anything is logged, stored or echoed.
 *
 * The order's id is the only text left alone, because the order is known by it everywhere. The `notify_url` has to keep working,
 * so only numbers that also match a card brand are masked in it.
 */
import * as CardNumber from "@hipay-pos/core/CardNumber"

/** JSON without card numbers, and the paths that had them. */
export interface Masked {
  readonly json: unknown
  readonly paths: ReadonlyArray<string>
}

/**
 * Whether JSON, as its bytes, may hold anything to mask. Article numbers, which fill many baskets, do not count.
 */
export const mayHoldCards = (json: Uint8Array): boolean => CardNumber.mayBeInJson(json, endsArticleNumber)

/** Masks the card numbers of an order. Returns the same body if there is none. */
export const maskOrder = (json: unknown): Masked => maskAll(json, rulesOf(json))

/** Masks the card numbers of any other JSON. */
export const maskTexts = (json: unknown): unknown => maskAll(json).json

/** How the texts at some paths are masked, in place of the general rule. */
type Rules = ReadonlyMap<string, (text: string) => string>

const rulesOf = (json: unknown): Rules =>
  new Map([
    ["order.order_id", (id) => id],
    ["pos_technical_info.notify_url", (url) => maskNotifyUrl(url, json)]
  ])

/** If the URL contains the order's id, that stays unmasked as everywhere else. */
const maskNotifyUrl = (url: string, json: unknown): string => {
  const { order } = json as { readonly order?: { readonly order_id?: unknown } | null }
  const id = order?.order_id
  return typeof id === "string" && id.length >= CardNumber.SHORTEST
    ? url.split(id).map(CardNumber.maskAddress).join(id)
    : CardNumber.maskAddress(url)
}

const maskAll = (json: unknown, rules: Rules = new Map()): Masked => {
  if (!holdsCards(json, "")) return { json, paths: [] }
  const paths: Array<string> = []
  return { json: mask(json, "", "", { rules, paths }), paths }
}

/** Whether anything would be masked. Nearly always not, so this builds no paths. */
const holdsCards = (value: unknown, key: string): boolean => {
  if (typeof value !== "object" || value === null) return maskValue(value, key) !== value
  for (const key in value) {
    if (key.length >= CardNumber.SHORTEST && CardNumber.maskWritten(key) !== key) return true
    if (holdsCards(value[key as keyof typeof value], key)) return true
  }
  return false
}

interface Walk {
  readonly rules: Rules
  readonly paths: Array<string>
}

const mask = (value: unknown, key: string, path: string, walk: Walk): unknown => {
  if (typeof value === "object" && value !== null) return maskFields(value, path, walk)
  const usual = CardNumber.maskCode(key, maskValue(value, key))
  if (usual === value) return value
  // A key with a dot could look like a path.
  const rule = key.includes(".") ? undefined : walk.rules.get(path)
  const masked = rule === undefined || typeof value !== "string" ? usual : rule(value)
  if (masked === value) return value
  walk.paths.push(path)
  return masked
}

const maskValue = (value: unknown, key: string): unknown => {
  if (typeof value === "number") return maskNumber(value)
  // Most values are too short: this check is all they cost.
  if (typeof value !== "string" || value.length < CardNumber.SHORTEST) return value
  return key === ARTICLE_NUMBER && value.length === 13 && isArticleNumber((at) => value.charCodeAt(at))
    ? value
    : CardNumber.maskWritten(value)
}

/** A number with more digits than JSON numbers keep has lost its check digit, so its length decides. */
const maskNumber = (number: number): unknown => {
  const size = Math.abs(number)
  if (!(size >= 1e12 && size < 1e19)) return number
  const text = String(number)
  const masked = size <= Number.MAX_SAFE_INTEGER ? CardNumber.maskWritten(text) : CardNumber.maskPrinted(text)
  return masked === text ? number : masked
}

const ARTICLE_NUMBER = "european_article_numbering"

/** Whether thirteen digits in JSON, with the last at this position, are the whole of an article number's field. */
const endsArticleNumber = (json: Uint8Array, last: number): boolean => {
  const first = last - 12
  if (json[last + 1] !== QUOTE || json[first - 1] !== QUOTE) return false
  const begin = first - articleField.length - (json[first - 2] === SPACE ? 2 : 1)
  return articleField.every((byte, i) => json[begin + i] === byte) && isArticleNumber((at) => json[first + at])
}

const QUOTE = 0x22
const SPACE = 0x20
const articleField = new TextEncoder().encode(`"${ARTICLE_NUMBER}":`)

/** Whether thirteen characters, or bytes, are digits with an article number's check digit. */
const isArticleNumber = (codeAt: (at: number) => number | undefined): boolean => {
  let sum = 0
  for (let at = 0; at < 13; at++) {
    const digit = (codeAt(at) ?? 0) - 48
    if (digit < 0 || digit > 9) return false
    sum += digit * (at % 2 === 0 ? 1 : 3)
  }
  return sum % 10 === 0
}

const maskFields = (value: object, path: string, walk: Walk): unknown => {
  let copy: Record<string, unknown> | undefined
  let hasMaskedKey = false
  for (const key in value) {
    const field: unknown = value[key as keyof typeof value]
    const name = key.length < CardNumber.SHORTEST ? key : CardNumber.maskWritten(key)
    const at = Array.isArray(value) ? `${path}[${key}]` : path === "" ? name : `${path}.${name}`
    if (name !== key) {
      hasMaskedKey = true
      walk.paths.push(at)
    }
    const masked = mask(field, key, at, walk)
    if (masked === field) continue
    // An array stays an array.
    copy ??= (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>
    copy[key] = masked
  }
  return hasMaskedKey ? withMaskedKeys(copy ?? (value as Record<string, unknown>)) : (copy ?? value)
}

/** Numbers keys that masking makes equal. */
const withMaskedKeys = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const named: Record<string, unknown> = {}
  for (const [key, field] of Object.entries(fields)) {
    const masked = CardNumber.maskWritten(key)
    let name = masked
    for (let count = 2; Object.hasOwn(named, name); count++) name = `${masked} (${count})`
    named[name] = field
  }
  return named
}
