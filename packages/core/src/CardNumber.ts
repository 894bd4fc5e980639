/**
 * Card numbers in texts: where they stand, and the text without them.
 *
 * A card number has 13 to 19 digits of any script, in groups or not, with spaces, dashes, points, line breaks, markup or
 * characters of no width between them. Other digits may stand beside it and are kept, except for three or four that may be
 * its CVV. First six and last four digits stay, the others become `#`, or the sign that is asked for: lengths stay the same.
 * {@link maskWritten} is for what people and programs write, where the check digit decides, {@link maskAddress} for the
 * addresses among that, where the brand does, too; {@link maskPrinted} for what terminals write, where the length does. The
 * reasons are in docs/card-data.md.
 */
import { beginning, brands, SHORTEST } from "./internal/cardDigits.ts"
import { cover, type Digits, type Group, isBreak, readDigits, type Sign } from "./internal/Digits.ts"
import { type Found, printedIn, tight, writtenIn } from "./internal/findCardNumbers.ts"

export { LONGEST, passesLuhn, SHORTEST } from "./internal/cardDigits.ts"

const FIRST = 6
const LAST = 4

/** What a person or a program wrote: masks what begins like a payment card's number and has the right check digit. */
export const maskWritten = (text: string, sign: Sign = "#"): string => mask(text, writtenIn, sign)

/** What a terminal wrote where card numbers stand: masks what has the length or the groups of one, check digit or not. */
export const maskPrinted = (text: string, sign: Sign = "#"): string =>
  onlyDigits.test(text)
    ? text.slice(0, FIRST) + sign.repeat(text.length - FIRST - LAST) + text.slice(-LAST)
    : mask(text, printedIn, sign)

/** The start of a text, masked before it is cut: what the cut leaves of a card number could no longer be recognized. */
export const maskedStart = (text: string, length: number, mask: (text: string) => string = maskWritten): string =>
  mask(text.slice(0, length + WIDEST)).slice(0, length)

/** More characters than a card number takes, even with markup between its groups. */
const WIDEST = 1_024

/** What most fields are that hold a number at all. */
const onlyDigits = /^[0-9]{13,}$/

/**
 * An address that a program wrote and that is called: masks what has the beginning, the length and the check digit of a
 * known brand. Another number that merely passes the check stays, because an address with a mask is another address.
 */
export const maskAddress = (text: string): string =>
  mask(text, (digits) => writtenIn(digits).filter(({ from, to }) => brands.test(digits.text(from, to))), "#")

/** Whether {@link maskAddress} masked something in an address, which has one `#` at most. */
export const isMaskedAddress = (url: string): boolean => url.indexOf("#") !== url.lastIndexOf("#")

/**
 * A reference that may be an order's id: masks what has the length and the beginning of a card number, check digit or not.
 * Times in milliseconds, which ids are often made of, begin with 1.
 */
export const maskReference = (text: string): string =>
  mask(text, (digits) => printedIn(digits).filter(({ from, to }) => beginning.test(digits.text(from, to))), "#")

/**
 * Whether a form's or a document's field is one for a card number, by its own name or by one around it, and not by letters
 * within a word: `payment_method[pan]`, `order_pan1` and `ns:card_number`, not `company_siret`.
 */
export const isField = (name: string): boolean => cardField.test(name)

const cardField = /(?:^|\P{L})(?:(?:card)?pan|card[\W_]*number)(?:\P{L}|$)/iu

/**
 * Whether one text between quotes has enough digits for a card number, by the bytes of JSON in UTF-8: false for most of it, at
 * the cost of one look at each byte. What is escaped or has an exponent could hide one. `isOther` may know, by the place of
 * the last one, that thirteen digits are another number.
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

/** What a byte of JSON may be. */
const OTHER = 0
const QUOTE = 1
const DIGIT = 2
const ESCAPE = 3

/** A byte of another script's letter counts as a digit, which it may be, as does the sign that an HTML entity has. */
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

/** More than any text needs: what is left of one number may make another with its neighbours. */
const PASSES = 4

const mask = (text: string, find: (digits: Digits) => ReadonlyArray<Found>, sign: Sign): string => {
  let masked = text
  for (let pass = 0; pass < PASSES && hasEnoughDigits(masked); pass++) {
    const before = masked
    masked = maskRead(masked, masked, find, sign)
    const printed = withoutParameters(masked)
    if (printed !== masked) masked = maskRead(masked, printed, find, sign)
    if (masked === before) break
  }
  return masked
}

/** Masks the numbers in a text as it is read: the same length, perhaps without what does not show. */
const maskRead = (text: string, read: string, find: (digits: Digits) => ReadonlyArray<Found>, sign: Sign): string => {
  const places = readDigits(read, SHORTEST).flatMap((digits) => {
    const numbers = find(digits)
    return numbers.length > 0 ? digits.places(coveredIn(digits, numbers)) : []
  })
  if (places.length === 0) return text
  // What stands inside a tag may stand between two digits of another number.
  places.sort((one, other) => one.at - other.at)
  return cover(text, places, sign).replace(labelledCode, (code) =>
    code.replace(/\d{3,4}$/, (it) => sign.repeat(it.length))
  )
}

/** A text without the parameters of a printer's commands, each a character that may be a digit. */
const withoutParameters = (text: string): string => text.replace(commands, "$1\0")

// biome-ignore lint/suspicious/noControlCharactersInRegex: ESC and GS begin a command.
const commands = /([\x1b\x1d][!EGJMRadrt{-])./g

/** A security code that is called one. */
const labelledCode =
  /\b(?:cvv|cvc|cvn|csc|cid|cryptogramme|security code|code de s[eé]curit[eé])2?\b[^\d#\n]{0,12}\d{3,4}(?!\d)/gi

/** The digits that are masked, marked with 1. */
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

/** For each digit, where the longest number ends that begins there or before: to look at all numbers for each one would be quadratic. */
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
