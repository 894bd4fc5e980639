/**
 * Exact fractions, and the named ways to round one to a whole number.
 *
 * A percentage or ratio is a JavaScript number and means the decimal that JavaScript prints for it: 5.5 is 55/10, not the
 * nearest binary number. Arithmetic is on `bigint`, so that nothing is lost before the one rounding.
 */
export * from "./plain/Fraction.ts"
export { Rounding } from "./schemas/Fraction.ts"
