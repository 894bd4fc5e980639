/**
 * A customer's phone number and e-mail address as a terminal can be given them, so that it can send a receipt.
 *
 * Exactly what the order says, or nothing: an address without its accents, or two numbers in one, would be a stranger's.
 */

/** The address as it stands; `undefined` where `BI` cannot hold it: 6 to 256 characters of ASCII, without spaces. */
export const emailOf = (email: string | undefined): string | undefined => {
  const address = email?.trim() ?? ""
  return address.length >= 6 && address.length <= 256 && oneAddress.test(address) ? address : undefined
}

/** ASCII without spaces, and one `@`, which is what two addresses do not have. */
const oneAddress = /^[!-?A-~]+@[!-?A-~]+$/

/**
 * The digits of a phone number, an international prefix as 00; `undefined` where they are not those of one number, or are
 * fewer than the eight that `BH` asks for.
 */
export const phoneOf = (phone: string | undefined): string | undefined => {
  const written = phone?.trim() ?? ""
  if (!number.test(written)) return undefined
  const dialled = written.replace(nationalZero, "$1").replace("+", "00")
  const digits = digitsOf(dialled)
  const most = digits.startsWith("00") ? LONGEST + 2 : LONGEST
  return digits.length >= 8 && digits.length <= most && !hasAnotherBehind(dialled) ? digits : undefined
}

/** Digits and what groups them. */
const number = /^\+?[\d .()-]*(?:\/[\d .()-]*)?$/

/** `(0)` behind an international prefix: it is dialled only without that prefix. */
const nationalZero = /^((?:\+|00)[\d .-]*)\(0\)/

/** A slash stands behind an area code; behind more digits than one has, another number begins. */
const hasAnotherBehind = (dialled: string): boolean => {
  const [before = "", after] = dialled.split("/")
  return after !== undefined && digitsOf(before).replace(/^00/, "").length > LONGEST_AREA
}

const digitsOf = (text: string): string => text.replace(/\D/g, "")

/** The most digits of a number, its country code included (E.164). */
const LONGEST = 15

/** The most digits of an area code, its country code included. */
const LONGEST_AREA = 6
