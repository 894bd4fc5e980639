/**
 * Exact fractions of whole numbers, and the named ways in which one is rounded to a whole number again.
 *
 * Percentages and ratios come as JavaScript numbers and mean the decimal that JavaScript prints for them: 5.5 is 55/10,
 * not the binary number next to it. Arithmetic is on `bigint`, so that nothing is lost before the one rounding.
 */
export * from "./plain/Fraction.ts"
export { Rounding } from "./schemas/Fraction.ts"
