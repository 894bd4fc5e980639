/**
 * Finds and masks card numbers in text.
 *
 * A card number has 13 to 19 digits of any script, grouped or not, separated by spaces, dashes, points, line breaks, markup
 * or zero-width characters. Other digits beside it are kept, except for three or four that may be its CVV. The first six and
 * last four digits stay; the others become `#`, or the sign requested, so lengths do not change.
 * {@link maskWritten} is for what people and programs write: the check digit decides. {@link maskAddress} is for URLs: the
 * brand must match, too. {@link maskPrinted} is for what terminals write: the length decides. The reasons are in
 * docs/card-data.md.
 */
import { beginning, brands, SHORTEST } from "./internal/cardDigits.ts"
import { cover, type Digits, type Group, isBreak, readDigits, type Sign } from "./internal/Digits.ts"
import { type Found, printedIn, tight, writtenIn } from "./internal/findCardNumbers.ts"

export { LONGEST, passesLuhn, SHORTEST } from "./internal/cardDigits.ts"

const FIRST = 6
const LAST = 4

/** What a person or a program wrote: masks what begins like a payment card's number and has the right check digit. */
export const maskWritten = (text: string, sign: Sign = "#"): string => mask(text, writtenIn, sign)

/** What a terminal wrote where card numbers appear: masks what has the length or the grouping of one, check digit or not. */
export const maskPrinted = (text: string, sign: Sign = "#"): string =>
  onlyDigits.test(text)
    ? text.slice(0, FIRST) + sign.repeat(text.length - FIRST - LAST) + text.slice(-LAST)
    : mask(text, printedIn, sign)

/** The start of a text, masked before it is cut: a card number cut in two could no longer be recognized. */
export const maskedStart = (text: string, length: number, mask: (text: string) => string = maskWritten): string =>
  mask(text.slice(0, length + WIDEST)).slice(0, length)

/** More characters than a card number takes, even with markup between its groups. */
const WIDEST = 1_024

/** The common case among fields with that many digits. */
const onlyDigits = /^[0-9]{13,}$/

/**
 * A URL that a program wrote and that will be called: masks numbers with the prefix, length and check digit of a known
 * brand. A number that merely passes the check stays, because a masked URL is a different URL.
 */
export const maskAddress = (text: string): string =>
  mask(text, (digits) => writtenIn(digits).filter(({ from, to }) => brands.test(digits.text(from, to))), "#")

/** Whether {@link maskAddress} masked something in an address, which has one `#` at most. */
export const isMaskedAddress = (url: string): boolean => url.indexOf("#") !== url.lastIndexOf("#")

/**
 * A reference that may be an order's id: masks what has the length and the first digit of a card number, check digit or not.
 * Times in milliseconds, which are often part of an id, begin with 1.
 */
export const maskReference = (text: string): string =>
  mask(text, (digits) => printedIn(digits).filter(({ from, to }) => beginning.test(digits.text(from, to))), "#")

/**
 * Whether a field of a form or document holds a card number, by its own name or the name of a parent. Whole words count, not
 * letters within one: `payment_method[pan]`, `order_pan1` and `ns:card_number`, but not `company_siret`.
 */
export const isField = (name: string): boolean => cardField.test(name)

const cardField = /(?:^|\P{L})(?:(?:card)?pan|card[\W_]*number)(?:\P{L}|$)/iu

/** Masks a security code in a field of its own, known by the field's name, such as `cvv`, `card_cvc2` or `securityCode`. */
export const maskCode = (name: string, value: unknown, sign: Sign = "#"): unknown => {
  const text = typeof value === "string" || typeof value === "number" ? String(value) : ""
  if (!/^\d{3,4}$/.test(text) || !codeField.test(name.replace(/[a-z](?=[A-Z])/g, "$&_"))) return value
  return sign.repeat(text.length)
}

const codeField =
  /(?:^|[\W_])(?:cvv|cvc|cvn|csc|cryptogramme|(?:security|verification)[\W_]*(?:code|value|number))\d?(?:[\W_]|$)/i

/**
 * Whether UTF-8 JSON has, between two quotes, enough digits for a card number. Rules out most JSON in one pass over its
 * bytes. Returns true for `\u` escapes and exponents, which could hide one. `isOther` may tell, from the position of the last
 * digit, that thirteen digits are something else.
 */
export const mayBeInJson = (json: Uint8Array, isOther?: (json: Uint8Array, last: number) => boolean): boolean => {
  let digits = 0
  let inText = false
  for (let i = 0; i < json.length; i++) {
    const kind = kinds[json[i] as number]
    if (kind === OTHER) continue
    if (kind === QUOTE) {
      digits = 0
      inText = !inText
    } else if (kind === DIGIT) {
      if (++digits >= SHORTEST && !(digits === SHORTEST && isOther?.(json, i))) return true
      if (!inText && isExponent(json[i + 1])) return true
    } else if (json[++i] === 0x75) return true
  }
  return false
}

/** The kinds of bytes. */
const OTHER = 0
const QUOTE = 1
const DIGIT = 2
const ESCAPE = 3

/** Lead bytes of other scripts count as digits, which they may encode, and so does the `#` of an HTML entity. */
const kinds = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === 0x22) return QUOTE
  if (byte === 0x5c) return ESCAPE
  return (byte >= 0x30 && byte <= 0x39) || byte === 0x23 || byte >= 0xd9 ? DIGIT : OTHER
})

const isExponent = (byte: number | undefined): boolean => byte === 0x65 || byte === 0x45

/** A digit of another script counts as one, as does an HTML entity that could be one. */
const hasEnoughDigits = (text: string): boolean => {
  let digits = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code >= 48 ? code <= 57 || (code >= 0x660 && isForeignDigit(text, i)) : code === 38 && text[i + 1] === "#") {
      if (++digits >= SHORTEST) return true
    }
  }
  return false
}

const isForeignDigit = (text: string, at: number): boolean =>
  foreignDigit.test(String.fromCodePoint(text.codePointAt(at) ?? 0))

const foreignDigit = /\p{Nd}/u

/** More than any text needs: the digits left of a masked number may form another one with their neighbours. */
const PASSES = 4

const mask = (text: string, find: (digits: Digits) => ReadonlyArray<Found>, sign: Sign): string => {
  let masked = text
  for (let pass = 0; pass < PASSES && hasEnoughDigits(masked); pass++) {
    const before = masked
    masked = maskRead(masked, masked, find, sign)
    for (const read of [withoutParameters(before), unescaped(before)])
      if (read !== before) masked = maskRead(masked, read, find, sign)
    masked = maskStripes(masked, sign)
    if (masked === before) break
  }
  return masked
}

/** Masks the numbers found in `read`, which is `text` at the same length, perhaps with other characters between its digits. */
const maskRead = (text: string, read: string, find: (digits: Digits) => ReadonlyArray<Found>, sign: Sign): string => {
  const places = readDigits(read, SHORTEST).flatMap((digits) => {
    const numbers = find(digits)
    return numbers.length > 0 ? digits.places(coveredIn(digits, numbers)) : []
  })
  if (places.length === 0) return text
  // A number inside a tag may lie between two digits of another number.
  places.sort((one, other) => one.at - other.at)
  return cover(text, places, sign).replace(labelledCode, (code) =>
    code.replace(/\d{3,4}$/, (it) => sign.repeat(it.length))
  )
}

/** Blanks the parameters of printer commands, each a character that may be a digit, and commands that are digits themselves. */
const withoutParameters = (text: string): string =>
  text.replace(commands, (all) => all.slice(0, 2).replace(/\d/, "\0").padEnd(all.length, "\0"))

/** Common commands with any parameter, and others with a digit, apart from those that have no parameter. */
const commands =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ESC, FS and GS begin a command.
  /(?:[\x1b\x1d][!EGJMRadrt{-]|\x1b3).|(?:\x1b(?![@Lim])|[\x1c\x1d])[ -/:-~]\d|\x1b2/g

/** Reads digits and separators that URLs and forms escape, each after two characters that do not count. */
const unescaped = (text: string): string => {
  const read = text.replace(escaped, (_, hex: string) => `\0\0${String.fromCharCode(Number.parseInt(hex, 16))}`)
  return text.includes("=") ? read.replaceAll("+", " ") : read
}

const escaped = /%(3\d|2[0c-f]|5f|0[9ad])/gi

/** Masks what follows the number on a magnetic stripe: expiry date, service code, and what the issuer checks. */
const maskStripes = (text: string, sign: Sign): string =>
  text.replace(stripe, (_, before: string, digits: string) => before + sign.repeat(digits.length))

/** The end of a masked number with the separator of track 1 (and a name) or track 2, perhaps escaped, and at least seven digits. */
const stripe = /([#*]{3}[\d#*]{3}\d(?:=|%3D|D|(?:\^|%5E)[^^\r\n]{2,50}?(?:\^|%5E)))([\d#*]{7,})/gi

/** A security code with its label. */
const labelledCode =
  /\b(?:cvv|cvc|cvn|csc|cid|cryptogramme|security code|code de s[eé]curit[eé])2?\b[^\d#\n]{0,12}\d{3,4}(?!\d)/gi

/** Marks the digits to mask with 1. */
const coveredIn = (digits: Digits, numbers: ReadonlyArray<Found>): Uint8Array => {
  const covered = new Uint8Array(digits.length)
  const ends = endsOf(digits, numbers)
  for (const number of numbers) {
    const { from, to } = number
    covered.fill(1, from + FIRST, to - LAST)
    if (!digits.passLuhn(from, to)) continue
    const isSure = brands.test(digits.text(from, to))
    for (const code of codesBeside(digits, number)) {
      // It may be a part of another number.
      if (isSure || (ends[code.from] ?? 0) < code.to) covered.fill(1, code.from, code.to)
    }
  }
  return covered
}

/** For each digit, the furthest end of the numbers that begin there or before. Precomputed, because comparing all pairs would be quadratic. */
const endsOf = (digits: Digits, numbers: ReadonlyArray<Found>): ReadonlyArray<number> => {
  const ends = new Array<number>(digits.length).fill(0)
  for (const { from, to } of numbers) ends[from] = Math.max(ends[from] ?? 0, to)
  for (let at = 1; at < ends.length; at++) ends[at] = Math.max(ends[at] ?? 0, ends[at - 1] ?? 0)
  return ends
}

/** Groups of three or four digits right before and behind a number: a security code looks like that. */
const codesBeside = (digits: Digits, { from, to, first, last }: Found): ReadonlyArray<Group> => {
  const { groups, joints } = digits
  const codes: Array<Group> = []
  const add = (code: Group | undefined) => {
    const size = code === undefined ? 0 : code.to - code.from
    if (code !== undefined && (size === 3 || size === 4) && !digits.touchesLetter(code)) codes.push(code)
  }
  const end = groups[last]?.to ?? to
  if (end > to) add({ from: to, to: end })
  // A date or an amount goes on without a space.
  else if (isNear(joints[last + 1]) && !tight.test(joints[last + 2] ?? "")) add(groups[last + 1])
  if (groups[first]?.from === from && isNear(joints[first]) && !tight.test(joints[first - 1] ?? "")) {
    add(groups[first - 1])
  }
  return codes
}

const isNear = (joint = "\n"): boolean => joint.length <= 3 && !isBreak(joint)
