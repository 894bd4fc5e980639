/**
 * A customer's phone number and e-mail address as a terminal can be given them, so that it can send a receipt.
 *
 * Exactly what the order says, or nothing: an address without its accents, or two numbers in one, would be a stranger's.
 */

/** The address as it stands; `undefined` where it is not one alone, or `BI` cannot hold it: 6 to 256 characters of ASCII. */
export const emailOf = (email: string | undefined): string | undefined => {
  const address = email?.trim() ?? ""
  return address.length >= 6 && address.length <= 256 && oneAddress.test(address) ? address : undefined
}

/** Without what separates addresses or encloses one: blanks, `,;:<>()[]"`. */
const oneAddress = /^[\w!#$%&'*+/=?^`{|}~.-]+@[A-Za-z0-9.-]+$/

/**
 * The digits of a phone number, an international prefix as 00; `undefined` where they are not those of one number, or are
 * fewer than the eight that `BH` asks for.
 */
export const phoneOf = (phone: string | undefined): string | undefined => {
  const written = (phone?.trim() ?? "").replace(blank, " ").replace(hyphen, "-").replace(enclosedPrefix, "$1 ")
  if (!number.test(written)) return undefined
  const dialled = written.replace(nationalZero, "$1").replace("+", "00")
  const digits = digitsOf(dialled)
  const most = digits.startsWith("00") ? LONGEST + 2 : LONGEST
  return digits.length >= 8 && digits.length <= most && isOneNumber(dialled) ? digits : undefined
}

/** Blanks of every width. A line break is none: it stands between two numbers. */
const blank = /[^\S\r\n]/g

/** Hyphens of text that is set: U+2010, and U+2011, which does not break. */
const hyphen = /[\u2010\u2011]/g

/** An international prefix in brackets. */
const enclosedPrefix = /^\( *((?:\+|00)[\d ]+)\)/

/** Digits and what groups them. */
const number = /^\+?[\d ./()-]*$/

/** `(0)` behind an international prefix: it is dialled only without that prefix. */
const nationalZero = /^((?:\+|00)[\d .()-]*)\( *0 *\)/

/**
 * Whether slashes only group digits. Behind an area code stands the rest, or short groups with the same slash between them;
 * any other slash stands between two numbers.
 */
const isOneNumber = (dialled: string): boolean => {
  const [first = "", ...others] = dialled.split("/").map(digitsOf)
  if (others.length === 0) return true
  if (!areaCode.test(first) || new Set(dialled.match(/ *\/ */g)).size > 1) return false
  return others.length === 1 || others.every(({ length }) => length <= LONGEST_GROUP)
}

/** With an international prefix, with the zero that is dialled in front of it, or without either. */
const areaCode = /^(?:00\d{1,6}|0\d{1,5}|\d{1,4})$/

const digitsOf = (text: string): string => text.replace(/\D/g, "")

/** The most digits of a number, its country code included (E.164). */
const LONGEST = 15

/** The most digits between two slashes of one number. */
const LONGEST_GROUP = 4
