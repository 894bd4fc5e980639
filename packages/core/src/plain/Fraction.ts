/**
 * Exact fractions, and the named ways to round one to a whole number.
 *
 * A percentage or ratio is a JavaScript number and means the decimal that JavaScript prints for it: 5.5 is 55/10, not the
 * nearest binary number. Arithmetic is on `bigint`, so that nothing is lost before the one rounding.
 */
import type { Rounding } from "../schemas/Fraction.ts"

export type { Rounding } from "../schemas/Fraction.ts"

/** `numerator / denominator`; the denominator is above zero. */
export interface Fraction {
  readonly numerator: bigint
  readonly denominator: bigint
}

const decimalText = /^(-?\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/

/** The decimal that JavaScript prints for a number; `undefined` if it is not finite. */
export const fromNumber = (number: number): Fraction | undefined => {
  const match = decimalText.exec(String(number))
  if (match === null) return undefined
  const [, whole = "", fraction = "", power = "0"] = match
  const shift = Number(power) - fraction.length
  const digits = BigInt(whole + fraction)
  return shift >= 0
    ? { numerator: digits * 10n ** BigInt(shift), denominator: 1n }
    : { numerator: digits, denominator: 10n ** BigInt(-shift) }
}

/** The whole number that a fraction is rounded to. */
export const round = ({ numerator, denominator }: Fraction, rounding: Rounding): bigint => {
  const whole = numerator / denominator
  const rest = magnitude(numerator % denominator)
  if (rest === 0n) return whole
  const away = numerator < 0n ? whole - 1n : whole + 1n
  switch (rounding) {
    case "down":
      return whole
    case "up":
      return away
    case "half-up":
      return rest * 2n >= denominator ? away : whole
    case "half-even":
      return rest * 2n > denominator || (rest * 2n === denominator && whole % 2n !== 0n) ? away : whole
  }
}

/** The same ratios in whole numbers; `undefined` if one is negative or not finite, or all are zero. */
export const toWholeRatios = (ratios: ReadonlyArray<number>): ReadonlyArray<bigint> | undefined => {
  const fractions: Array<Fraction> = []
  let common = 1n
  let positive = false
  for (const ratio of ratios) {
    const fraction = fromNumber(ratio)
    if (fraction === undefined || fraction.numerator < 0n) return undefined
    // Denominators are powers of ten: the largest is a multiple of all.
    if (fraction.denominator > common) common = fraction.denominator
    if (fraction.numerator > 0n) positive = true
    fractions.push(fraction)
  }
  return positive ? fractions.map(({ numerator, denominator }) => numerator * (common / denominator)) : undefined
}

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value)
