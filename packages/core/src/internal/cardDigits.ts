/** The digits of a card number: how many, how they begin, and the check digit. */

/** The fewest digits of a card number. */
export const SHORTEST = 13
/** The most digits of a card number. */
export const LONGEST = 19

/** Whether digits end with the check digit of ISO/IEC 7812 (Luhn). */
export const passesLuhn = (digits: string): boolean => {
  let sum = 0
  for (let i = 1; i <= digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - i) - 48
    sum += i % 2 === 0 ? luhnDoubled(digit) : digit
  }
  return sum % 10 === 0
}

/** The value of every second digit in Luhn's sum. */
export const luhnDoubled = (digit: number): number => (digit > 4 ? digit * 2 - 9 : digit * 2)

/** The first digit of every brand that terminals take. */
export const beginning = /^[2-6]/

/** Prefixes and lengths of the brands that terminals take. */
export const brands =
  /^(?:(?:4\d{3}|5[0-8]\d\d|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)|35(?:2[89]|[3-8]\d)|6\d{3})\d{12}|3[47]\d{13}|3(?:0[0-59]|[689]\d)\d{11})$/

/** The lengths of all brands' numbers, by first digits. */
export const lengths =
  /^(?:4(?:\d{12}|\d{15}|\d{18})|2\d{15,18}|3[47]\d{13}|3[05689]\d{12,17}|5[1-5]\d{14}|(?:5[06-9]|6\d)\d{11,17})$/
