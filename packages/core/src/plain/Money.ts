/**
 * Exact money: a whole number of minor units (1250 = 12.50 EUR, 1250 = 1250 JPY) and its currency.
 *
 * Nothing here rounds unless its name says so, and only {@link of} throws: whatever else can fail returns a `Result`.
 * Amounts are signed and reach ±999 999 999 999 minor units, the twelve digits of the wire format. Decimal numbers are taken
 * as the digits that JavaScript prints for them, which are the digits that the JSON had.
 */
import * as Data from "effect/Data"
import * as Result from "effect/Result"
import { MAX_MINOR_UNITS } from "../internal/limits.ts"
import { mayRepeat } from "../internal/PersonalData.ts"
import type { Money, SignedMinorUnits } from "../schemas/Money.ts"
import type * as Currency from "./Currency.ts"
import { exponentOf, isCode } from "./CurrencyCode.ts"
import * as Fraction from "./Fraction.ts"

export type { MinorUnits, Money, SignedMinorUnits } from "../schemas/Money.ts"
export { MAX_MINOR_UNITS }

/** An amount from whole minor units. */
export const make = <C extends Currency.CurrencyCode>(
  minorUnits: number,
  currency: C
): Result.Result<Money<C>, NotRepresentable | AmountOutOfRange> => {
  if (!Number.isInteger(minorUnits)) return refuse(String(minorUnits), currency, "whole minor units")
  return inRange(minorUnits, currency)
}

/** No money, in the given currency. */
export const zero = <C extends Currency.CurrencyCode>(currency: C): Money<C> => unsafe(0, currency)

const decimalText = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/

/**
 * An amount from a decimal of the currency's major unit: `8.99`, `"8.99"`, `1e2`. Exact: more digits than the currency
 * has (`0.1 + 0.2`, `8.999`) is {@link NotRepresentable}, never rounded.
 */
export const fromDecimal = <C extends Currency.CurrencyCode>(
  decimal: number | string,
  currency: C
): Result.Result<Money<C>, NotRepresentable | AmountOutOfRange> => {
  const exponent = exponentOf(currency)
  if (typeof decimal === "number") {
    // Up to twelve digits, the number means exactly this decimal if dividing back gives the same number.
    const minorUnits = Math.round(decimal * 10 ** exponent)
    if (Math.abs(minorUnits) <= MAX_MINOR_UNITS && minorUnits / 10 ** exponent === decimal) {
      return Result.succeed(unsafe(minorUnits, currency))
    }
  }
  const match = decimalText.exec(String(decimal))
  if (match === null) return refuse(shown(decimal), currency, "a decimal number such as 12.50")
  const [, sign, whole = "", fraction = "", power = "0"] = match
  const digits = whole + fraction
  // The digits mean digits × 10^(power − fraction length) major units: shift by the exponent to get minor units.
  const shift = Number(power) - fraction.length + exponent
  // Twenty zeros more put any digit far out of range.
  const minorDigits = shift >= 0 ? digits + "0".repeat(Math.min(shift, 20)) : dropZeros(digits, -shift)
  if (minorDigits === undefined) {
    const expected = exponent === 0 ? "no decimal digits" : `at most ${exponent} decimal digits`
    return refuse(shown(decimal), currency, expected)
  }
  return inRange(Number(sign === "-" ? `-${minorDigits}` : minorDigits), currency)
}

/**
 * An amount that is known to be valid, such as a literal: `Money.of("12.50", "EUR")`. Throws what {@link fromDecimal} fails
 * with; use that for input from outside.
 *
 * @example
 * ```ts
 * import { Money } from "@hipay-pos/core"
 * import * as Result from "effect/Result"
 *
 * const price = Money.of("12.50", "EUR")
 * console.log(price.minorUnits) // 1250
 * console.log(Money.toText(price)) // 12.50 EUR
 * console.log(Result.isFailure(Money.fromDecimal("12.505", "EUR"))) // true
 * ```
 */
export const of = <C extends Currency.CurrencyCode>(decimal: number | string, currency: C): Money<C> =>
  Result.getOrThrow(fromDecimal(decimal, currency))

/** The input, unless it could be personal: people type card and phone numbers into the wrong field. */
const shown = (decimal: number | string): string =>
  typeof decimal === "string" && !mayRepeat(decimal) ? `a text of ${decimal.length} characters` : String(decimal)

/** Cuts `count` digits from the end if all are zeros; otherwise minor units cannot express the value. */
const dropZeros = (digits: string, count: number): string | undefined => {
  const kept = digits.slice(0, Math.max(0, digits.length - count))
  return /^0*$/.test(digits.slice(kept.length)) ? kept || "0" : undefined
}

/** The amount as a decimal text with exactly the currency's digits: "12.50", "1250", "-0.007". */
export const toDecimalString = (money: Money): string => {
  const exponent = exponentOf(money.currency)
  const digits = String(Math.abs(money.minorUnits)).padStart(exponent + 1, "0")
  const sign = money.minorUnits < 0 ? "-" : ""
  return exponent === 0 ? sign + digits : `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`
}

/** The amount as a JSON number of the major unit (12.5). Twelve digits always survive the way there and back. */
export const toDecimal = (money: Money): number => Number(toDecimalString(money))

/** `a + b`. Adding euros to dollars does not compile; if the compiler cannot see it, it fails with {@link CurrencyMismatch}. */
export const add = <C extends Currency.CurrencyCode>(
  a: Money<C>,
  b: Money<NoInfer<C>>
): Result.Result<Money<C>, CurrencyMismatch | AmountOutOfRange> =>
  a.currency === b.currency
    ? inRange(a.minorUnits + b.minorUnits, a.currency)
    : Result.fail(new CurrencyMismatch({ expected: a.currency, actual: b.currency }))

/** `a − b`. */
export const subtract = <C extends Currency.CurrencyCode>(
  a: Money<C>,
  b: Money<NoInfer<C>>
): Result.Result<Money<C>, CurrencyMismatch | AmountOutOfRange> => add(a, negate(b))

/** `−a`. */
export const negate = <C extends Currency.CurrencyCode>(a: Money<C>): Money<C> => unsafe(-a.minorUnits, a.currency)

/** `a × count`, for a whole count. */
export const multiply = <C extends Currency.CurrencyCode>(
  a: Money<C>,
  count: number
): Result.Result<Money<C>, NotRepresentable | AmountOutOfRange> =>
  Number.isInteger(count)
    ? inRange(a.minorUnits * count, a.currency)
    : refuse(String(count), a.currency, "a whole count")

/** The sum of amounts in one currency; zero for none. Also out of range if an intermediate sum exceeds 2^53. */
export const sum = <C extends Currency.CurrencyCode>(
  amounts: Iterable<Money<NoInfer<C>>>,
  currency: C
): Result.Result<Money<C>, CurrencyMismatch | AmountOutOfRange> => {
  let total = 0
  for (const amount of amounts) {
    if (amount.currency !== currency) {
      return Result.fail(new CurrencyMismatch({ expected: currency, actual: amount.currency }))
    }
    total += amount.minorUnits
    // A larger sum would be rounded, and could fall back into range.
    if (!Number.isSafeInteger(total)) break
  }
  return inRange(total, currency)
}

/** What becomes of a fraction of a minor unit: `half-up`, `half-even`, `down` (towards zero) or `up` (away from it). */
export type Rounding = Fraction.Rounding

/** `percent` per cent of the amount, rounded once as `rounding` says: 5.5 % of 9.99 EUR, half-up, is 0.55 EUR. */
export const percentage = <C extends Currency.CurrencyCode>(
  a: Money<C>,
  percent: number,
  rounding: Rounding
): Result.Result<Money<C>, NotRepresentable | AmountOutOfRange> => {
  const fraction = Fraction.fromNumber(percent)
  if (fraction === undefined) return refuse(String(percent), a.currency, "a finite percentage")
  const numerator = BigInt(a.minorUnits) * fraction.numerator
  const units = Fraction.round({ numerator, denominator: fraction.denominator * 100n }, rounding)
  return inRange(Number(units), a.currency)
}

/**
 * Shares of the amount in the given ratios, which may be any decimals from zero. Nothing is lost: the shares add up to
 * the amount. Each share is first truncated towards zero; the minor units left over go, one each, to the shares that lost
 * most, the earlier one first if two lost the same. A ratio of zero gets nothing.
 */
export const allocate = <C extends Currency.CurrencyCode>(
  a: Money<C>,
  ratios: ReadonlyArray<number>
): Result.Result<ReadonlyArray<Money<C>>, NotRepresentable> => {
  const weights = Fraction.toWholeRatios(ratios)
  if (weights === undefined)
    return refuse(`${ratios.length} ratios`, a.currency, "ratios from zero, one of them above it")
  const total = weights.reduce((sum, weight) => sum + weight, 0n)
  const units = BigInt(Math.abs(a.minorUnits))
  const shares = weights.map((weight) => ({
    units: Number((units * weight) / total),
    lost: (units * weight) % total
  }))
  const left = Math.abs(a.minorUnits) - shares.reduce((sum, share) => sum + share.units, 0)
  // The sort is stable: shares that lost the same keep their order.
  const byLoss = [...shares].sort((x, y) => Number(y.lost - x.lost))
  for (const share of byLoss.slice(0, left)) share.units++
  const sign = a.minorUnits < 0 ? -1 : 1
  return Result.succeed(shares.map((share) => unsafe(sign * share.units, a.currency)))
}

/** The most shares that an amount can be split into. */
export const MAX_SHARES = 10_000

/** Equal shares, one to {@link MAX_SHARES}; minor units left over go, one each, to the first ones. */
export const split = <C extends Currency.CurrencyCode>(
  a: Money<C>,
  shares: number
): Result.Result<ReadonlyArray<Money<C>>, NotRepresentable> =>
  Number.isInteger(shares) && shares >= 1 && shares <= MAX_SHARES
    ? allocate(a, new Array<number>(shares).fill(1))
    : refuse(String(shares), a.currency, `1 to ${MAX_SHARES} shares`)

/** −1, 0 or 1 as `a` is less than, equal to or more than `b`. */
export const compare = <C extends Currency.CurrencyCode>(
  a: Money<C>,
  b: Money<NoInfer<C>>
): Result.Result<-1 | 0 | 1, CurrencyMismatch> =>
  a.currency === b.currency
    ? Result.succeed(a.minorUnits < b.minorUnits ? -1 : a.minorUnits > b.minorUnits ? 1 : 0)
    : Result.fail(new CurrencyMismatch({ expected: a.currency, actual: b.currency }))

/** Whether two amounts are the same amount of the same currency. */
export const equals = (a: Money, b: Money): boolean => a.currency === b.currency && a.minorUnits === b.minorUnits

/** The amount as `12.50 EUR`, for logs and terminals. Not localised. */
export const toText = (money: Money): string => `${toDecimalString(money)} ${money.currency}`

/** Minor units as {@link toText} writes an amount; `12.5 minor units of EUR` if they are not a valid amount. */
export const textOf = (minorUnits: number, currency: string): string =>
  isCode(currency) && Number.isSafeInteger(minorUnits)
    ? toText({ minorUnits, currency } as Money)
    : `${minorUnits} minor units of ${currency}`

/**
 * The amount as a locale writes it: `12,50 €` for `fr-FR`. Decimal digits follow ISO 4217, never `Intl`.
 * For display only. An unknown locale gives {@link toText}.
 */
export const format = (money: Money, locale: string): string => {
  const digits = exponentOf(money.currency)
  try {
    const formatter = new Intl.NumberFormat(locale, {
      style: "currency",
      currency: money.currency,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits
    })
    // Twelve digits are exact as a number, and Intl prints a number by its shortest decimal.
    return formatter.format(toDecimal(money))
  } catch {
    return toText(money)
  }
}

const refuse = (
  value: string,
  currency: Currency.CurrencyCode,
  expected: string
): Result.Result<never, NotRepresentable> => Result.fail(new NotRepresentable({ value, currency, expected }))

const inRange = <C extends Currency.CurrencyCode>(
  minorUnits: number,
  currency: C
): Result.Result<Money<C>, AmountOutOfRange> =>
  Math.abs(minorUnits) <= MAX_MINOR_UNITS
    ? Result.succeed(unsafe(minorUnits, currency))
    : Result.fail(new AmountOutOfRange({ currency, maximum: MAX_MINOR_UNITS }))

/** `+ 0` turns −0 into 0, which JSON and equality would otherwise tell apart. */
const unsafe = <C extends Currency.CurrencyCode>(minorUnits: number, currency: C): Money<C> => ({
  currency,
  minorUnits: (minorUnits + 0) as SignedMinorUnits
})

/** Two amounts of different currencies met. */
export class CurrencyMismatch extends Data.TaggedError("CurrencyMismatch")<{
  readonly expected: Currency.CurrencyCode
  readonly actual: Currency.CurrencyCode
}> {
  override get message() {
    return `expected ${this.expected}, got ${this.actual}`
  }
}

/** A value that the currency's minor units cannot express exactly. */
export class NotRepresentable extends Data.TaggedError("NotRepresentable")<{
  readonly value: string
  readonly currency: Currency.CurrencyCode
  readonly expected: string
}> {
  override get message() {
    return `expected ${this.expected} for ${this.currency}, got ${this.value}`
  }
}

/** An amount beyond ±999 999 999 999 minor units. */
export class AmountOutOfRange extends Data.TaggedError("AmountOutOfRange")<{
  readonly currency: Currency.CurrencyCode
  readonly maximum: number
}> {
  override get message() {
    return `expected at most ${this.maximum} minor units of ${this.currency}`
  }
}

/** Why there is no such amount. */
export type MoneyError = CurrencyMismatch | NotRepresentable | AmountOutOfRange
