/** A field's header: a tag of two characters, and three digits for the number of bytes that follow. */
import * as Tag from "../Tag.ts"

/** The bytes of a header. */
export const HEADER = 5

const lengths: ReadonlyArray<string> = Array.from({ length: 1000 }, (_, length) => String(length).padStart(3, "0"))

/** A length as three digits. */
export const lengthText = (length: number): string => {
  const text = lengths[length]
  if (text === undefined) throw new RangeError(`a value of ${length} bytes has no length of three digits`)
  return text
}

/** A field as text, one character per byte. */
export const fieldText = (tag: string, value: string): string => tag + lengthText(value.length) + value

/** Whether a tag is two digits: no source has such a tag, so it may be the middle of a card number. */
export const isDigitTag = (tag: string): boolean => isDigit(tag.charCodeAt(0)) && isDigit(tag.charCodeAt(1))

/** Fields as text that may be shown: a header with a tag of two digits is redacted with its value. */
export const shownText = (fields: ReadonlyArray<{ readonly tag: string; readonly value: string }>): string =>
  fields.map(({ tag, value }) => (isDigitTag(tag) ? "#".repeat(HEADER + value.length) : fieldText(tag, value))).join("")

export const NOT_A_HEADER = -1

/** The length announced by the header at `at`, or `NOT_A_HEADER`. Five characters must be there. */
export const lengthAt = (text: string, at: number): number => {
  if (!isTagCharacter(text.charCodeAt(at)) || !isTagCharacter(text.charCodeAt(at + 1))) return NOT_A_HEADER
  const hundreds = text.charCodeAt(at + 2) - 48
  const tens = text.charCodeAt(at + 3) - 48
  const units = text.charCodeAt(at + 4) - 48
  if (hundreds < 0 || hundreds > 9 || tens < 0 || tens > 9 || units < 0 || units > 9) return NOT_A_HEADER
  return hundreds * 100 + tens * 10 + units
}

/** Whether the header of a known tag is at `at`. */
export const isKnownHeader = (text: string, at: number): boolean =>
  text.length >= at + HEADER && lengthAt(text, at) !== NOT_A_HEADER && Tag.get(tagAt(text, at)) !== undefined

/** Whether the characters from `at` on, even fewer than five, may be a header or the beginning of one. */
export const couldBeHeader = (text: string, at: number): boolean => {
  const end = Math.min(text.length, at + HEADER)
  for (let i = at; i < end; i++) {
    const code = text.charCodeAt(i)
    if (i < at + 2 ? !isTagCharacter(code) : code < 48 || code > 57) return false
  }
  return true
}

/** CR, LF, NUL, space: what may stand between fields. */
export const isFiller = (code: number): boolean => code === 13 || code === 10 || code === 0 || code === 32

/** The marks of the serial variant: the end of a message, which a checksum follows, and of a transmission. */
export const ETX = 3
export const EOT = 4

export const isDigit = (code: number): boolean => code >= 48 && code <= 57

export const isTagCharacter = (code: number): boolean => (code >= 65 && code <= 90) || (code >= 48 && code <= 57)

/** Every two-letter tag, built once: looking one up is cheaper than slicing it out of the frame. */
const tags: ReadonlyArray<string> = Array.from(
  { length: 43 * 43 },
  (_, index) => String.fromCharCode(48 + Math.floor(index / 43)) + String.fromCharCode(48 + (index % 43))
)

export const tagAt = (text: string, at: number): string =>
  tags[(text.charCodeAt(at) - 48) * 43 + text.charCodeAt(at + 1) - 48] ?? text.slice(at, at + 2)

/** Where and why a text is not Concert. */
export interface Failure {
  readonly offset: number
  readonly tag: string | undefined
  readonly problem: string
}

/** Why there is no header at `at`, which is the offset `offset` of the whole text. */
export const headerFailure = (text: string, at: number, offset: number): Failure => {
  const readable = isTagCharacter(text.charCodeAt(at)) && isTagCharacter(text.charCodeAt(at + 1))
  return readable
    ? { offset, tag: text.slice(at, at + 2), problem: "the length is not three digits" }
    : { offset, tag: undefined, problem: "no field begins here" }
}
