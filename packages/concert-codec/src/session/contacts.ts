/**
 * A customer's phone number and e-mail address in the form that a terminal takes, so that it can send a receipt.
 *
 * Exactly what the order says, or nothing: an address without its accents, or a number made of two, would be a stranger's.
 */

/** The address unchanged; `undefined` if it is not a single one, or does not fit `BI`: 6 to 256 characters of ASCII. */
export const emailOf = (email: string | undefined): string | undefined => {
  const address = email?.trim() ?? ""
  return address.length >= 6 && address.length <= 256 && oneAddress.test(address) ? address : undefined
}

/** Excludes what separates or encloses addresses: blanks, `,;:<>()[]"`. */
const oneAddress = /^[\w!#$%&'*+/=?^`{|}~.-]+@[A-Za-z0-9.-]+$/

/**
 * A phone number's digits, with an international prefix as 00; `undefined` if they are not those of a single number, or fewer
 * than the eight that `BH` needs.
 */
export const phoneOf = (phone: string | undefined): string | undefined => {
  const written = (phone?.trim() ?? "").replace(blank, " ").replace(hyphen, "-").replace(enclosedPrefix, "$1 ")
  if (!number.test(written)) return undefined
  const dialled = written.replace(nationalZero, "$1").replace("+", "00")
  const digits = digitsOf(dialled)
  const most = digits.startsWith("00") ? LONGEST + 2 : LONGEST
  return digits.length >= 8 && digits.length <= most && isOneNumber(dialled) ? digits : undefined
}

/** Blanks of every width, but not line breaks, which separate two numbers. */
const blank = /[^\S\r\n]/g

/** Typographic hyphens: U+2010, and U+2011, which does not break. */
const hyphen = /[\u2010\u2011]/g

/** An international prefix in brackets. */
const enclosedPrefix = /^\( *((?:\+|00)[\d ]+)\)/

/** Digits and their separators. */
const number = /^\+?[\d ./()-]*$/

/** `(0)` after an international prefix: it is dialled only without that prefix. */
const nationalZero = /^((?:\+|00)[\d .()-]*)\( *0 *\)/

/**
 * Whether slashes only group digits. After an area code come the rest, or short groups separated by the same slash; any other
 * slash separates two numbers.
 */
const isOneNumber = (dialled: string): boolean => {
  const [first = "", ...others] = dialled.split("/").map(digitsOf)
  if (others.length === 0) return true
  if (!areaCode.test(first) || new Set(dialled.match(/ *\/ */g)).size > 1) return false
  return others.length === 1 || others.every(({ length }) => length <= LONGEST_GROUP)
}

/** An area code with an international prefix, with the leading zero of national calls, or with neither. */
const areaCode = /^(?:00\d{1,6}|0\d{1,5}|\d{1,4})$/

const digitsOf = (text: string): string => text.replace(/\D/g, "")

/** The most digits of a number, including its country code (E.164). */
const LONGEST = 15

/** The most digits between two slashes of one number. */
const LONGEST_GROUP = 4
