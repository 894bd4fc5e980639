/**
 * What may be repeated of a text that came from outside. Fields get mixed up, so that an e-mail address, a phone number or
 * a card number may stand anywhere: short texts are repeated unless they could be one of those.
 */

/** Phone numbers begin at nine digits, however they are spaced. */
const DIGITS = 9
const LENGTH = 40

/** Whether a text can be repeated in an error or a finding. */
export const isHarmless = (text: string): boolean =>
  text.length <= LENGTH && !text.includes("@") && text.replace(/\D/g, "").length < DIGITS

/** A path or a value of ours that holds a name or a number from outside, with what could be personal left out. */
export const masked = (text: string): string =>
  withoutAddress(text).replace(/\d(?:[ ()./-]{0,2}\d){12,}/g, (digits) => "#".repeat(digits.length))

/** Cut off at the name that holds an `@`. */
const withoutAddress = (text: string): string => {
  const at = text.indexOf("@")
  return at < 0 ? text : `${text.slice(0, text.lastIndexOf(".", at) + 1)}…`
}
