/**
 * Masks card numbers in what a terminal sends: in place, at the same length, before anything else sees them.
 *
 * `CardNumber` defines what counts as one; here, anything with the length or the grouping of one, whatever its check digit.
 * That also masks some other long numbers, which does less harm than a leaked card number.
 */

import * as CardNumber from "@hipay-pos/core/CardNumber"
import * as Receipt from "@hipay-pos/core/Receipt"
import { isDigit, isDigitTag } from "./internal/header.ts"
import * as Tag from "./Tag.ts"

/** The fewest digits of a card number. */
const SHORTEST = CardNumber.SHORTEST
/** The fewest characters that hold a card number as base64. */
const SHORTEST_BASE64 = 18
const FIRST = 6
const LAST = 4

/**
 * Masks the card numbers of plain text or HTML, including those in base64 among other words. Returns the same text if there is
 * none.
 */
export const text = (value: string): string => {
  const masked = CardNumber.maskPrinted(value)
  return base64Run.test(masked) ? masked.replace(base64Runs, (run) => maskRun(run, CardNumber.maskPrinted)) : masked
}

/** Matches only at the start of a run, so that it is not tried again at each character. */
const base64Run = /(?:^|[^A-Za-z0-9+/])[A-Za-z0-9+/]{18}/
const base64Runs = /[A-Za-z0-9+/]{18,}/g

/** Masks base64 among words. It may begin at any character of a run, since a word can precede it directly. */
const maskRun = (run: string, mask: (bytes: string) => string): string => {
  let masked = run
  for (let begin = 0; begin < 4; begin++) {
    const rest = masked.length - begin
    // A single last character has six bits, less than a byte.
    const bytes = Receipt.decodeBase64(masked.slice(begin, rest % 4 === 1 ? -1 : undefined)) ?? ""
    const plain = mask(bytes)
    if (plain === bytes) continue
    const encoded = btoa(plain).replaceAll("=", "")
    masked = masked.slice(0, begin) + encoded + masked.slice(begin + encoded.length)
  }
  return masked
}

/**
 * Masks the value of a card number field, whatever its length, except for the first six and last four digits; of a number too
 * short for that, only the last four stay. A number that the terminal has masked is left as it is.
 */
export const pan = (value: string): string => {
  if (isMasked.test(value) && !isTelling(value)) return value
  const digits = positions(value)
  if (digits.length >= SHORTEST) return maskRange(value, digits, FIRST, LAST)
  return maskRange(value, digits, 0, LAST)
}

/** Anything that replaces digits: more than the separators between the groups of a number. */
const isMasked = /[^\d \xa0/-]|[ \xa0/-]{4}/

/** Whether a card number field shows more than ten digits, or seven in a row. */
const isTelling = (value: string): boolean => {
  let count = 0
  let row = 0
  for (let i = 0; i < value.length; i++) {
    row = isDigit(value.charCodeAt(i)) ? row + 1 : 0
    if (row > 0) count++
    if (row > FIRST || count > FIRST + LAST) return true
  }
  return false
}

/** Masks a cheque's magnetic line, in place, except for its last four digits. */
export const cmc7 = (value: string): string => maskRange(value, positions(value), 0, LAST)

/**
 * Masks the card numbers inside base64, at the same length and keeping its line breaks. What is not base64, or contains a card
 * number in plain digits, is redacted completely, because any part might be one.
 */
export const base64 = (value: string): string => {
  const plain = holdsNumber(value) ? undefined : Receipt.decodeBase64(value)
  if (plain === undefined) return redact(value)
  const masked = maskBytes(plain)
  const shown = masked === plain ? value : spread(btoa(masked), value)
  // After a character that was lost or added, the rest reads as garbage, and is text only from another character on.
  return garbled.test(plain) ? maskBroken(shown, CardNumber.maskPrinted) : shown
}

/** Control characters, or several bytes beyond ASCII in a row: few tickets have them, but digits decoded from the wrong character on do. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: bytes of terminals may be anything.
const garbled = /[\0-\x08\x0e-\x1a\x1c-\x1f]|[\x80-\xff]{3}/

/** Masks base64 with line breaks, whatever character it begins at. */
const maskBroken = (value: string, mask: (bytes: string) => string): string =>
  // One more character completes the bits of a byte that was cut.
  spread(maskRun(`${value.replace(/[^A-Za-z0-9+/]/g, "")}A`, mask), value)

/** Puts the characters of base64 in place of others, among the same line breaks. */
const spread = (base64: string, among: string): string => {
  let at = 0
  return among.replace(/[A-Za-z0-9+/]/g, () => base64[at++] ?? "=")
}

/** Masks bytes as text, in each encoding that they may have: the encodings differ in the spaces between digits. */
const maskBytes = (bytes: string): string => {
  const masked = text(bytes)
  if (!/[\x80-\xff]/.test(bytes)) return masked
  const both = masked.includes(CP850_SPACE) ? maskSpaced(masked) : masked
  const utf8 = Receipt.decodeUtf8(both)
  return utf8 === undefined ? both : Receipt.encodeUtf8(text(utf8)).padEnd(bytes.length)
}

/** Masks numbers with CP850 spaces in them. */
const maskSpaced = (bytes: string): string => {
  const spaced = text(bytes.replaceAll(CP850_SPACE, "\xa0"))
  return Array.from(bytes, (byte, at) => (spaced[at] === "#" ? "#" : byte)).join("")
}

/** The no-break space of CP850. */
const CP850_SPACE = "\xff"

/**
 * Whether a text has a card number in plain digits. The quick test comes first, since base64 of other content rarely passes it.
 */
const holdsNumber = (value: string): boolean => mayBeNumber.test(value) && CardNumber.maskPrinted(value) !== value

const mayBeNumber = /\d(?:[\s\xa0/]{0,3}\d){12}/

/** Masks a value of unknown format: as base64 if it could be that, and as text. */
export const value = (content: string): string =>
  // Masked text is no longer base64, so a number in plain digits is masked only as text.
  text(couldBeBase64(content) && !holdsNumber(content) ? base64(content) : content)

/** A single last character would have six bits, less than a byte: such a text is words. */
const couldBeBase64 = (content: string): boolean =>
  content.length >= SHORTEST_BASE64 && looksLikeBase64.test(content) && content.replace(/[\s=]+/g, "").length % 4 !== 1

const looksLikeBase64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/

/** An application identifier is long and numeric but no card number: it begins with A0000, or like national ones. */
export const aid = (content: string): string =>
  /^(A0000|[DF]\d{4})[0-9A-Fa-f]*$/.test(content) ? content : value(content)

/**
 * Masks the value of an unconstructed field as its tag requires. If the tag is unknown or does not allow the value, a wrong
 * length may have cut it out of other fields, so parts of card numbers are masked, too.
 */
export const field = (tag: string, content: string): string => {
  // The header may itself be part of a card number.
  if (isDigitTag(tag)) return redact(content)
  if (content.length <= FIRST) return content
  const known = Tag.get(tag)
  if (known === undefined) return isNumber(content) ? value(content) : parts(withoutHead(value(content)))
  return masked(known, isOutOfPlace(known, content) ? parts(value(content)) : content)
}

/** Whether the tag does not allow the value. A number that is too long is allowed if the tag has room for one. */
const isOutOfPlace = ({ min, max, format }: Tag.Tag, content: string): boolean =>
  content.length < min || content.length > max
    ? max <= FIRST || !isNumber(content)
    : format === "digits" && !Tag.isDigits(content) && !isNumber(content)

const isNumber = (content: string): boolean => /^[\d#]*$/.test(content)

const masked = ({ code, format }: Tag.Tag, content: string): string => {
  if (code === "AA") return pan(content.length < SHORTEST_BASE64 ? content : value(content))
  if (code === "AD") return cmc7(value(content))
  if (content.length < SHORTEST) return content
  if (code === "AI") return aid(content)
  return format === "base64" ? base64(content) : value(content)
}

/** Masks leading digits that, with the three of the header before them, would make seven in a row. */
const withoutHead = (content: string): string =>
  content.replace(/^(\d{3})(\d+)/, (_, first: string, more: string) => first + redact(more))

/** Masks parts of card numbers in a value that was cut: in a row of digits, also in base64, those after the sixth. */
export const parts = (content: string): string =>
  content.length <= FIRST ? content : maskLong(content).replace(base64Parts, maskBase64Part)

/** Like {@link parts} for a value that may go on behind its end: there, digits in groups count as a row, too. */
export const cut = (content: string): string =>
  content.length <= FIRST
    ? content
    : parts(content.replace(groupsAtEnd, (groups) => maskRange(groups, positions(groups), FIRST, 0)))

const groupsAtEnd = /\d(?:[\s\xa0.,:;/\\|_-]{0,3}\d){6,}[\s\xa0.,:;/\\|_-]*$/

const maskLong = (content: string): string => content.replace(/(?<=\d{6})\d/g, "#")

/** Base64 of seven digits or more, possibly with line breaks. */
const base64Parts = /[A-Za-z0-9+/](?:\s*[A-Za-z0-9+/]){9,}/g

const maskBase64Part = (part: string): string => maskBroken(part, maskLong)

/** A digit value as it may have been before masking: a phone number can be as long as a card number. */
export const asDigits = (value: string): string => (value.length >= SHORTEST ? value.replaceAll("#", "0") : value)

/** Replaces every character, keeping the length. */
export const redact = (value: string): string => "#".repeat(value.length)

/** A preview of bytes without structure, for error reports: at most eight characters, no digits. */
export const preview = (value: string, length = value.length): string => {
  const head = value.slice(0, 8).replace(/\d/g, "#")
  return length > 8 ? `${head}… (${length} bytes)` : head
}

const positions = (value: string): Array<number> => {
  const digits: Array<number> = []
  for (let i = 0; i < value.length; i++) if (isDigit(value.charCodeAt(i))) digits.push(i)
  return digits
}

const maskRange = (value: string, digits: ReadonlyArray<number>, first: number, last: number): string => {
  const stop = digits.length - last
  let covered = ""
  let from = 0
  for (let i = first; i < stop; ) {
    const begin = digits[i] ?? 0
    let end = begin
    for (; i < stop && digits[i] === end; i++) end++
    covered += value.slice(from, begin) + "#".repeat(end - begin)
    from = end
  }
  return covered + value.slice(from)
}
