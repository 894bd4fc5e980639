/**
 * Rules of money: the order's amount, its fees, each line of the basket, and the sums that have to agree.
 *
 * A wrong amount is reported once and left out of sums, so that one wrong decimal is one finding.
 */
import * as Result from "effect/Result"
import * as Basket from "../plain/Basket.ts"
import type * as Currency from "../plain/Currency.ts"
import { isCode, successorOf } from "../plain/CurrencyCode.ts"
import * as Money from "../plain/Money.ts"
import type { LineAmounts, Parts } from "../wire/Conversion.ts"
import type { FindingCollector } from "./FindingCollector.ts"
import { isText } from "./UntypedJson.ts"

/** The amounts of an order, before they are read. */
export interface UnreadAmounts<Line, Value> {
  readonly currency: unknown
  readonly amount: unknown
  readonly taxFees: Value
  readonly shippingFees: Value
  readonly basket: ReadonlyArray<Line>
}

/** Reads the amounts of an order, which are decimals in its JSON and `Money` in the domain. */
export interface AmountReader<Line, Value> {
  /** An amount of the order's currency; reports anything else and returns undefined. */
  readonly amount: (
    value: Value,
    currency: Currency.CurrencyCode,
    path: string,
    report: FindingCollector
  ) => Money.Money | undefined
  /** A line's fields other than amounts; called without a currency if the order's is unknown. */
  readonly details: (line: Line, currency?: Currency.CurrencyCode) => LineDetails
  /** Checks the amounts of a line in the order's currency; returns them if they are valid. */
  readonly line: (
    line: Line,
    currency: Currency.CurrencyCode,
    path: string,
    report: FindingCollector
  ) => LineAmounts | undefined
  /** The checks of a line's amounts that do not need the order's currency. */
  readonly lineAlone: (line: Line, path: string, report: FindingCollector) => void
}

/** A line's fields other than amounts. `total` is in major units. */
export interface LineDetails {
  readonly type: unknown
  readonly quantity: unknown
  readonly taxRate: unknown
  readonly total: unknown
  readonly ean?: unknown
}

/** The checked amounts of an order; the amount is absent if it cannot be read. */
export type Amounts = Pick<Parts, "shippingFees" | "taxFees" | "lines"> & { readonly amount: Money.Money | undefined }

const none: Amounts = { amount: undefined, shippingFees: undefined, taxFees: undefined, lines: [] }

/** The currency code, or `undefined` if it is not one of the contract's, which the schema check has reported. */
export const knownCurrency = (code: unknown): Currency.CurrencyCode | undefined =>
  isText(code) && isCode(code) ? code : undefined

/** Reads and checks the amounts of an order. If the currency is unknown, the checks that do not need it still run. */
export const checkAmounts = <Line, Value>(
  order: UnreadAmounts<Line, Value>,
  reader: AmountReader<Line, Value>,
  report: FindingCollector
): Amounts => {
  const currency = knownCurrency(order.currency)
  const minorUnits = checkAmount(order.amount, report)
  if (currency === undefined) {
    order.basket.forEach((line, i) => {
      const path = `order.basket[${i}]`
      checkOddities(reader.details(line), path, report)
      reader.lineAlone(line, path, report)
    })
    return none
  }
  const amount = minorUnits === undefined ? undefined : Result.getOrThrow(Money.make(minorUnits, currency))
  checkCurrency(currency, report)
  const taxFees = reader.amount(order.taxFees, currency, "order.price.tax_fees", report)
  const shippingFees = reader.amount(order.shippingFees, currency, "order.price.shipping_fees", report)
  const lines = order.basket.map((line, i) => {
    const path = `order.basket[${i}]`
    checkOddities(reader.details(line, currency), path, report)
    return reader.line(line, currency, path, report)
  })
  const holds = checkBasketSum(lines, amount, [shippingFees, taxFees], report)
  return { amount, taxFees, shippingFees, lines: holds ? lines.filter((line) => line !== undefined) : [] }
}

/** The order's amount in minor units, if it is a whole number from one on. */
const checkAmount = (amount: unknown, report: FindingCollector): number | undefined => {
  const path = "order.price.amount"
  // The contract's schema reports anything that is not a finite number from zero.
  if (typeof amount !== "number" || !Number.isFinite(amount) || amount < 0) return undefined
  if (!Number.isInteger(amount)) {
    const expected = "a whole number of minor units (1250 is 12.50 EUR)"
    report.refuse("amount-not-whole", path, expected, shown(amount))
  } else if (amount > Money.MAX_MINOR_UNITS) {
    report.refuse("amount-out-of-range", path, `at most ${Money.MAX_MINOR_UNITS}`, shown(amount))
  } else if (amount === 0) {
    report.refuse("amount-zero", path, "1 or more", "0")
  } else return amount
  return undefined
}

/** Warns about a currency that may not be handled, or that was replaced. */
const checkCurrency = (code: Currency.CurrencyCode, report: FindingCollector): void => {
  if (code !== "EUR") {
    report.warn("currency-not-eur", "order.price.currency", "EUR, the only currency known to be handled", code)
  }
  const successor = successorOf(code)
  if (successor !== undefined) {
    report.warn("currency-historic", "order.price.currency", `${successor}, which replaced it`, code)
  }
}

/**
 * A number as it came. If it has more digits than an amount can have, it is cut without rounding and ends with "…", because
 * it may be a card number. Of a number that a double cannot hold exactly, nothing is shown.
 */
export const shown = (value: number): string => {
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) return "a number of more than 15 digits"
  const text = String(value)
  return text.length > 12 ? `${/^\D*(?:\d\D*?){6}/.exec(text)?.[0] ?? ""}…` : text
}

/**
 * Whether the lines can be kept: all are valid, and they add up to the order's amount. The sum is not checked if a line is
 * invalid.
 */
const checkBasketSum = (
  lines: ReadonlyArray<LineAmounts | undefined>,
  amount: Money.Money | undefined,
  fees: ReadonlyArray<Money.Money | undefined>,
  report: FindingCollector
): boolean => {
  if (amount === undefined || lines.length === 0) return false
  let sum = 0
  for (const line of lines) {
    if (line === undefined) return false
    sum += line.total.minorUnits
  }
  if (sum === amount.minorUnits) return true
  const total = Money.make(sum, amount.currency)
  const withFees = fees.reduce((all, fee) => all + (fee?.minorUnits ?? 0), sum)
  const expected = `a sum of ${Money.toText(amount)} (${amount.minorUnits} minor units)`
  const actual = Result.isSuccess(total) ? `${Money.toText(total.success)} (${sum} minor units)` : `${sum} minor units`
  if (withFees === amount.minorUnits) {
    report.warn(
      "basket-sum-without-fees",
      "order.basket",
      `${expected}, fees being lines of type fee`,
      `${actual}, which fits after adding shipping_fees and tax_fees; HiPay may drop the basket`
    )
    return true
  }
  report.refuse("basket-sum", "order.basket", expected, actual)
  return false
}

/** The line's amounts, if they are valid. */
export const checkLine = (
  {
    unitPrice,
    discount,
    total,
    quantity
  }: { readonly [K in keyof LineAmounts]: Money.Money | undefined } & { readonly quantity: unknown },
  path: string,
  report: FindingCollector
): LineAmounts | undefined => {
  const positive = discount !== undefined && discount.minorUnits > 0
  if (positive) report.refuse("discount-positive", `${path}.discount`, "0 or less", Money.toDecimalString(discount))
  // The contract's schema reports a quantity that is not whole.
  if (!unitPrice || !discount || !total || typeof quantity !== "number" || !Number.isSafeInteger(quantity))
    return undefined
  const expected = Basket.lineTotal(unitPrice, quantity, discount)
  if (Result.isFailure(expected)) {
    const limit = "unit_price × quantity + discount within twelve digits of minor units"
    report.refuse("line-out-of-range", `${path}.total_amount`, limit, Money.toDecimalString(total))
    return undefined
  }
  if (expected.success.minorUnits !== total.minorUnits) {
    const words = `${Money.toDecimalString(expected.success)} (unit_price × quantity + discount)`
    report.refuse("line-total", `${path}.total_amount`, words, Money.toDecimalString(total))
    return undefined
  }
  return positive ? undefined : { unitPrice, discount, total }
}

/** Warns about values that are allowed and probably a mistake. */
const checkOddities = (
  { type, quantity, taxRate, total, ean }: LineDetails,
  path: string,
  report: FindingCollector
): void => {
  if (typeof quantity === "number" && quantity < 1) {
    report.warn("quantity-not-positive", `${path}.quantity`, "1 or more", String(quantity))
  }
  if (typeof taxRate === "number" && !(taxRate >= 0 && taxRate <= 100)) {
    report.warn("tax-rate-odd", `${path}.tax_rate`, "0 to 100, in percent", String(taxRate))
  }
  if (type === "discount" && typeof total === "number" && total > 0) {
    report.warn("discount-line-positive", `${path}.total_amount`, "0 or less in a line of type discount", String(total))
  }
  if (typeof ean === "string" && !isArticleNumber(ean)) {
    const expected = "8, 12, 13 or 14 digits, the last of them the check digit"
    report.warn("ean-invalid", `${path}.european_article_numbering`, expected, `a text of ${ean.length} characters`)
  }
}

/** GTIN-8, -12, -13 and -14: the sum with alternating weights 3 and 1, 3 next to the check digit, is a multiple of ten. */
const isArticleNumber = (text: string): boolean => {
  const { length } = text
  if (length !== 8 && (length < 12 || length > 14)) return false
  let sum = 0
  for (let i = 0; i < length; i++) {
    const digit = text.charCodeAt(i) - 48
    if (!(digit >= 0 && digit <= 9)) return false
    sum += digit * ((length - i) % 2 === 0 ? 3 : 1)
  }
  return sum % 10 === 0
}
