/**
 * Card numbers out of sight: 13 to 19 digits are masked in place, at the same length, before anything else sees them.
 *
 * The first six and the last four digits stay. Runs longer than 19 are masked too, since a card number may hide in one,
 * and so are the groups that card numbers are printed in, with single spaces or hyphens between them. No check digit is consulted: a
 * long number that is no card's is masked as well, which costs less than one that leaks. Linear in the text.
 */

import * as Receipt from "@hipay-pos/core/Receipt"
import * as Tag from "./Tag.ts"

/** The fewest digits that are masked. */
const SHORTEST = 13
/** The fewest characters that hold a card number as base64. */
const SHORTEST_BASE64 = 18
const FIRST = 6
const LAST = 4
/** The digits of the first group where a card number is written in groups. */
const SHORTEST_GROUP = 4

/** Masks the card numbers of plain text or HTML. Gives back the very same text where there is none. */
export const text = (value: string): string => {
  let masked = value
  let from = 0
  let digits = 0
  let inGroup = 0
  let longest = 0
  for (let i = 0; i <= value.length; i++) {
    if (isDigit(value.charCodeAt(i))) {
      if (digits++ === 0) from = i
      if (++inGroup > longest) longest = inGroup
    } else if (digits > 0) {
      const next = afterJoint(value, i)
      if (next === i) {
        // Most digits are of dates, amounts and application identifiers: too few, or in pairs.
        if (digits >= SHORTEST && longest >= SHORTEST_GROUP) masked = maskStretch(masked, from, i)
        digits = longest = inGroup = 0
      } else {
        if (!isMarkup(value.charCodeAt(i))) inGroup = 0
        i = next - 1
      }
    }
  }
  return masked
}

/** Masks a stretch of digits and of what joins them, if it is a card number or holds one. */
const maskStretch = (value: string, from: number, to: number): string => {
  let masked = value
  let group: Array<number> = []
  /** Groups of digit positions; markup does not part them. */
  const groups = [group]
  for (let i = from; i < to; i++) {
    if (isDigit(value.charCodeAt(i))) {
      group.push(i)
    } else if (isMarkup(value.charCodeAt(i))) {
      i = afterMarkup(value, i) - 1
    } else {
      group = []
      groups.push(group)
    }
  }
  if (isWrittenInGroups(groups)) return cover(masked, groups.flat(), FIRST, LAST)
  for (const digits of groups) {
    if (digits.length >= SHORTEST && !isIdentifier(value, digits)) masked = cover(masked, digits, FIRST, LAST)
  }
  return masked
}

/** The most digits of an application identifier behind its letter, as tickets have to show it (A0000000421010). */
const LONGEST_IDENTIFIER = 15

/** No card number begins with six zeros, and behind them there is no room for one. */
const isIdentifier = (value: string, digits: ReadonlyArray<number>): boolean => {
  const [from = 0] = digits
  return (
    digits.length <= LONGEST_IDENTIFIER && value.charAt(from - 1) === "A" && value.slice(from, from + 6) === "000000"
  )
}

/** Whether card numbers are printed like this: 4-4-4 and more, or 4-6-5 and 4-6-4, anywhere among the groups. */
const isWrittenInGroups = (groups: ReadonlyArray<ReadonlyArray<number>>): boolean =>
  groups.some((group, i) => {
    const sizes = [group.length, groups[i + 1]?.length, groups[i + 2]?.length, groups[i + 3]?.length ?? 0]
    const [first, second, third, fourth = 0] = sizes
    // Other digits may stand right before the number.
    if (first === undefined || first < 4) return false
    return (second === 4 && third === 4 && fourth > 0) || (first === 4 && second === 6 && (third === 4 || third === 5))
  })

/** Masks the value of a card number field, whatever its length: what a cut or odd number shows is no more than ten digits. */
export const pan = (value: string): string => {
  if (!isTelling(value)) return value
  const digits = positions(value)
  if (digits.length >= SHORTEST) return cover(value, digits, FIRST, LAST)
  return cover(value, digits, 0, LAST)
}

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

/** Shortens the magnetic line of a cheque to its last four digits, in place. */
export const cmc7 = (value: string): string => cover(value, positions(value), 0, LAST)

/**
 * Masks the card numbers inside base64, at the same length and with its line breaks. What is not base64, or holds a card
 * number as it stands, is blotted out whole, because parts of it might be.
 */
export const base64 = (value: string): string => {
  const isPlain = mayBePlain.test(value) && text(value) !== value
  const plain = isPlain ? undefined : Receipt.decodeBase64(value)
  if (plain === undefined) return blot(value)
  const masked = text(plain)
  if (masked === plain) return value
  const encoded = btoa(masked)
  let at = 0
  return value.replace(/[A-Za-z0-9+/]/g, () => encoded[at++] ?? "=")
}

/** What a card number in digits looks like somewhere; in base64 that is rare. */
const mayBePlain = /\d{13}|\d{4}[ \xa0]\d/

/** Masks any value of a field whose tag promises nothing: as text, and as base64 where it could be that. */
export const value = (content: string): string => {
  const masked = text(content)
  // Base64 has no mask in it.
  return masked === content && couldBeBase64(content) ? base64(content) : masked
}

/** A last lone character would hold six bits, which is no byte: such a text is words. */
const couldBeBase64 = (content: string): boolean =>
  content.length >= SHORTEST_BASE64 && looksLikeBase64.test(content) && content.replace(/[\s=]+/g, "").length % 4 !== 1

const looksLikeBase64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/

/** An application identifier is long and numeric, yet no card number: it begins with A0000, or as national ones do. */
export const aid = (content: string): string =>
  /^(A0000|[DF]\d{4})[0-9A-Fa-f]*$/.test(content) ? content : value(content)

/** Masks the value of a field that is not made of fields, as its tag asks for. What is left of a card number is short. */
export const field = (tag: string, content: string): string => {
  if (tag === "AA") return content.length < SHORTEST_BASE64 && !isTelling(content) ? content : pan(value(content))
  if (tag === "AD") return cmc7(value(content))
  // No source knows a tag of two digits: this may be a card number where a field should stand.
  if (isDigit(tag.charCodeAt(0)) && isDigit(tag.charCodeAt(1))) return content.replace(/\d/g, "#")
  if (content.length < SHORTEST) return content
  if (tag === "AI") return aid(content)
  return Tag.get(tag)?.format === "base64" ? base64(content) : value(content)
}

/** The same length, nothing of the content. */
export const blot = (value: string): string => "#".repeat(value.length)

/** A glimpse of bytes without structure, for error reports: at most eight characters, no digits. */
export const glimpse = (value: string): string => {
  const head = value.slice(0, 8).replace(/\d/g, "#")
  return value.length > 8 ? `${head}… (${value.length} bytes)` : head
}

const LESS_THAN = 60
const AMPERSAND = 38

const isDigit = (code: number): boolean => code >= 48 && code <= 57

/** Space, hyphen, no-break space. */
const isJoint = (code: number): boolean => code === 32 || code === 45 || code === 160

const isMarkup = (code: number): boolean => code === LESS_THAN || code === AMPERSAND

/** Where a number may go on behind markup, or behind a joint with a digit after it; `at` itself where neither stands. */
const afterJoint = (value: string, at: number): number => {
  const code = value.charCodeAt(at)
  if (isMarkup(code)) return afterMarkup(value, at)
  return isJoint(code) && isDigit(value.charCodeAt(at + 1)) ? at + 1 : at
}

/** Where the text goes on after a short tag or a space written as an entity; `at` itself when there is none. */
const afterMarkup = (value: string, at: number): number => {
  const markup = /^(?:<[^<>]{0,60}>|&nbsp;|&#160;)/.exec(value.slice(at, at + 64))
  return markup === null ? at : at + markup[0].length
}

const positions = (value: string): Array<number> => {
  const digits: Array<number> = []
  for (let i = 0; i < value.length; i++) if (isDigit(value.charCodeAt(i))) digits.push(i)
  return digits
}

const cover = (value: string, digits: ReadonlyArray<number>, first: number, last: number): string => {
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
