/**
 * Keeps personal data out of errors and findings. People mix up fields, so any input may hold an e-mail address, a phone
 * number or a card number: a short text is repeated only if it cannot be one of those.
 */

/** Phone numbers begin at nine digits of any script, however they are spaced. */
const DIGITS = 9
const LENGTH = 40

/** Whether a text from outside may be repeated in an error or a finding. */
export const mayRepeat = (text: string): boolean =>
  text.length <= LENGTH && !text.includes("@") && text.replace(/\P{Nd}/gu, "").length < DIGITS

/** Masks a path or a message that contains names or numbers from outside. */
export const masked = (text: string): string =>
  withoutAddress(text).replace(/\p{Nd}(?:[ ()./-]{0,2}\p{Nd}){12,}/gu, (digits) => "#".repeat(digits.length))

/** The path up to the segment that contains an `@`. */
const withoutAddress = (text: string): string => {
  const at = text.indexOf("@")
  return at < 0 ? text : `${text.slice(0, text.lastIndexOf(".", at) + 1)}…`
}
