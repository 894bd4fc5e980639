/**
 * Rules of money: the order's amount, its fees, each line of the basket, and the sums that have to agree.
 *
 * Amounts that cannot be read are reported once and take no part in sums, so that one wrong decimal is one finding.
 */
import * as Result from "effect/Result"
import * as Basket from "../Basket.ts"
import * as Currency from "../Currency.ts"
import * as Money from "../Money.ts"
import type { LineAmounts, Parts } from "../wire/Conversion.ts"
import type { FindingCollector } from "./FindingCollector.ts"
import { isText, type JsonObject, list, object } from "./UntypedJson.ts"

/** What the amounts of an order come to; the amount is absent where none can be read. */
export type Amounts = Pick<Parts, "shippingFees" | "taxFees" | "lines"> & { readonly amount: Money.Money | undefined }

const none: Amounts = { amount: undefined, shippingFees: undefined, taxFees: undefined, lines: [] }

/** Reads and checks the amounts of `order`. Without a currency that is known, nothing can be said of them. */
export const readAmounts = (order: JsonObject, report: FindingCollector): Amounts => {
  const price = object(order.price)
  const currency = isText(price.currency) ? Currency.fromCode(price.currency) : undefined
  if (currency === undefined) return none
  const { code, successor } = currency
  const amount = readAmount(price.amount, code, report)
  if (code !== "EUR") {
    report.warn("currency-not-eur", "order.price.currency", "EUR, the only currency known to be handled", code)
  }
  if (successor !== undefined) {
    report.warn("currency-historic", "order.price.currency", `${successor}, which replaced it`, code)
  }
  const taxFees = readDecimal(price.tax_fees, code, "order.price", "tax_fees", report)
  const shippingFees = readDecimal(price.shipping_fees, code, "order.price", "shipping_fees", report)
  const lines = readBasket(list(order.basket), code, amount, [shippingFees, taxFees], report)
  return { amount, taxFees, shippingFees, lines }
}

const readAmount = (
  amount: unknown,
  currency: Currency.CurrencyCode,
  report: FindingCollector
): Money.Money | undefined => {
  const path = "order.price.amount"
  // The contract's schema has spoken of anything that is not a finite number from zero.
  if (typeof amount !== "number" || !Number.isFinite(amount) || amount < 0) return undefined
  const money = Money.make(amount, currency)
  if (Result.isFailure(money)) {
    if (money.failure._tag === "NotRepresentable") {
      const expected = "a whole number of minor units (1250 is 12.50 EUR)"
      report.refuse("amount-not-whole", path, expected, shown(amount))
    } else {
      report.refuse("amount-out-of-range", path, `at most ${Money.MAX_MINOR_UNITS}`, shown(amount))
    }
    return undefined
  }
  if (amount === 0) {
    report.refuse("amount-zero", path, "1 or more", "0")
    return undefined
  }
  return money.success
}

const readDecimal = (
  value: unknown,
  currency: Currency.CurrencyCode,
  parent: string,
  field: string,
  report: FindingCollector
): Money.Money | undefined => {
  if (typeof value !== "number" || !Number.isFinite(value)) return undefined
  const money = Money.fromDecimal(value, currency)
  if (Result.isSuccess(money)) return money.success
  const path = `${parent}.${field}`
  if (money.failure._tag === "NotRepresentable") {
    report.refuse("amount-not-representable", path, `${money.failure.expected} for ${currency}`, shown(value))
  } else {
    report.refuse("amount-out-of-range", path, "at most twelve digits of minor units", shown(value))
  }
  return undefined
}

/** A number as it came; where it has more digits than an amount can have, it is cut, because a card's number has them too. */
const shown = (value: number): string => {
  const text = String(value)
  return text.length > 12 ? `${value.toPrecision(6)}…` : text
}

/** Gives the lines' amounts when all of them hold and their sum is the order's amount; otherwise nothing. */
const readBasket = (
  basket: ReadonlyArray<unknown>,
  currency: Currency.CurrencyCode,
  amount: Money.Money | undefined,
  fees: ReadonlyArray<Money.Money | undefined>,
  report: FindingCollector
): ReadonlyArray<LineAmounts> => {
  const lines: Array<LineAmounts> = []
  let sum = 0
  for (let i = 0; i < basket.length; i++) {
    const line = readLine(object(basket[i]), `order.basket[${i}]`, currency, report)
    if (line === undefined) continue
    lines.push(line)
    sum += line.total.minorUnits
  }
  if (amount === undefined || lines.length < basket.length || basket.length === 0) return []
  if (sum === amount.minorUnits) return lines
  const total = Money.make(sum, currency)
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
    return lines
  }
  report.refuse("basket-sum", "order.basket", expected, actual)
  return []
}

const readLine = (
  line: JsonObject,
  path: string,
  currency: Currency.CurrencyCode,
  report: FindingCollector
): LineAmounts | undefined => {
  checkOddities(line, path, report)
  const unitPrice = readDecimal(line.unit_price, currency, path, "unit_price", report)
  const discount =
    line.discount === undefined ? Money.zero(currency) : readDecimal(line.discount, currency, path, "discount", report)
  const total = readDecimal(line.total_amount, currency, path, "total_amount", report)
  const positive = discount !== undefined && discount.minorUnits > 0
  if (positive) report.refuse("discount-positive", `${path}.discount`, "0 or less", Money.toDecimalString(discount))
  // The contract's schema has spoken of a quantity that is not whole.
  const { quantity } = line
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

/** What a line may say and hardly means. */
const checkOddities = (line: JsonObject, path: string, report: FindingCollector): void => {
  const { type, quantity, tax_rate: rate, total_amount: total, european_article_numbering: ean } = line
  if (typeof quantity === "number" && quantity < 1) {
    report.warn("quantity-not-positive", `${path}.quantity`, "1 or more", String(quantity))
  }
  if (typeof rate === "number" && !(rate >= 0 && rate <= 100)) {
    report.warn("tax-rate-odd", `${path}.tax_rate`, "0 to 100, in percent", String(rate))
  }
  if (type === "discount" && typeof total === "number" && total > 0) {
    report.warn("discount-line-positive", `${path}.total_amount`, "0 or less in a line of type discount", String(total))
  }
  if (typeof ean === "string" && !isArticleNumber(ean)) {
    const expected = "8, 12, 13 or 14 digits, the last of them the check digit"
    report.warn("ean-invalid", `${path}.european_article_numbering`, expected, `a text of ${ean.length} characters`)
  }
}

/** GTIN-8, -12, -13 and -14: weights of 3 and 1 in turn, 3 next to the check digit, add up to a multiple of ten. */
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

/** Amounts of another currency than the order's, which JSON decimals could not show any more. */
export const checkCurrencies = (
  {
    amount: { currency },
    basket,
    taxFees,
    shippingFees
  }: {
    readonly amount: Money.Money
    readonly basket: Basket.Basket
    readonly taxFees?: Money.Money
    readonly shippingFees?: Money.Money
  },
  report: FindingCollector
): void => {
  const check = (money: Money.Money | undefined, path: string) => {
    if (money !== undefined && money.currency !== currency) {
      report.refuse("currency-mismatch", path, currency, money.currency)
    }
  }
  basket.forEach((line, i) => {
    check(line.unitPrice, `order.basket[${i}].unit_price`)
    check(line.discount, `order.basket[${i}].discount`)
    check(line.total, `order.basket[${i}].total_amount`)
  })
  check(taxFees, "order.price.tax_fees")
  check(shippingFees, "order.price.shipping_fees")
}
