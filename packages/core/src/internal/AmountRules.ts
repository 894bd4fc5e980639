/**
 * Rules of money: the order's amount, its fees, each line of the basket, and the sums that have to agree.
 *
 * Amounts that are wrong are reported once and take no part in sums, so that one wrong decimal is one finding.
 */
import * as Result from "effect/Result"
import { isObject, object } from "../JsonObject.ts"
import type { Order } from "../Order.ts"
import * as Basket from "../plain/Basket.ts"
import * as Currency from "../plain/Currency.ts"
import * as Finding from "../plain/Finding.ts"
import * as Money from "../plain/Money.ts"
import type { LineAmounts } from "../wire/Conversion.ts"
import type { FindingCollector } from "./FindingCollector.ts"
import { isText, list } from "./UntypedJson.ts"

/** The currency of any value, or `undefined` where it is not one of the contract's: its schema has reported that. */
export const knownCurrency = (code: unknown): Currency.Currency | undefined =>
  isText(code) ? Currency.fromCode(code) : undefined

/** Checks the amounts of an order that is made of `Money`. Without a currency that is known, what needs none is checked all the same. */
export const checkAmounts = (order: Order, report: FindingCollector): void => {
  if (order.amount.currency === undefined) {
    report.refuse("currency-missing", "order.price.currency", "the amount's currency, such as EUR", "nothing")
  }
  const currency = knownCurrency(order.amount.currency)
  if (currency === undefined) {
    checkAmount(order.amount.minorUnits, "EUR", report)
    order.basket.forEach((line, i) => {
      const path = `order.basket[${i}]`
      const total = line.total.minorUnits
      checkOddities(
        { ...line, total: total > 0 && knownCurrency(line.total.currency) ? Money.toDecimal(line.total) : 0 },
        path,
        report
      )
      const own = knownCurrency(line.total.currency)?.code
      if (own !== undefined && line.unitPrice.currency === own && line.discount?.currency === own) {
        const within = (money: Money.Money, field: string) => checkMoney(money, own, `${path}.${field}`, report)
        const amounts = {
          unitPrice: within(line.unitPrice, "unit_price"),
          discount: within(line.discount, "discount"),
          total: within(line.total, "total_amount")
        }
        checkLine({ ...amounts, quantity: line.quantity }, path, report)
        return
      }
      const discount = line.discount?.minorUnits ?? 0
      if (discount > 0) {
        const known = knownCurrency(line.discount.currency) !== undefined
        const actual = known ? Money.toDecimalString(line.discount) : `${discount} minor units`
        report.refuse("discount-positive", `${path}.discount`, "0 or less", actual)
      }
    })
    return
  }
  const { code } = currency
  const amount = checkAmount(order.amount.minorUnits, code, report)
  checkCurrency(currency, report)
  const within = (money: Money.Money | undefined, path: string) => checkMoney(money, code, path, report)
  const taxFees = within(order.taxFees, "order.price.tax_fees")
  const shippingFees = within(order.shippingFees, "order.price.shipping_fees")
  const lines = order.basket.map((line, i) => {
    const path = `order.basket[${i}]`
    const { minorUnits, currency: own } = line.total
    checkOddities({ ...line, total: own === code && minorUnits > 0 ? Money.toDecimal(line.total) : 0 }, path, report)
    const unitPrice = within(line.unitPrice, `${path}.unit_price`)
    // As a program without types may leave it.
    if (line.discount === undefined) {
      report.refuse("discount-missing", `${path}.discount`, "an amount, 0 where nothing is taken off", "nothing")
    }
    const discount = within(line.discount, `${path}.discount`)
    const total = within(line.total, `${path}.total_amount`)
    return checkLine({ unitPrice, discount, total, quantity: line.quantity }, path, report)
  })
  checkBasketSum(lines, amount, [shippingFees, taxFees], report)
}

/** The order's amount, when it is one: whole minor units above zero. */
export const checkAmount = (
  amount: unknown,
  currency: Currency.CurrencyCode,
  report: FindingCollector
): Money.Money | undefined => {
  const path = "order.price.amount"
  // The contract's schema reports anything that is not a finite number from zero.
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

/** Warns of a currency that is not known to be handled, or that was replaced. */
export const checkCurrency = ({ code, successor }: Currency.Currency, report: FindingCollector): void => {
  if (code !== "EUR") {
    report.warn("currency-not-eur", "order.price.currency", "EUR, the only currency known to be handled", code)
  }
  if (successor !== undefined) {
    report.warn("currency-historic", "order.price.currency", `${successor}, which replaced it`, code)
  }
}

/** The amount, when it is one of the order's currency. */
const checkMoney = (
  money: Money.Money | undefined,
  currency: Currency.CurrencyCode,
  path: string,
  report: FindingCollector
): Money.Money | undefined => {
  // Another currency has been reported.
  if (money === undefined || money.currency !== currency) return undefined
  if (!Number.isInteger(money.minorUnits)) {
    report.refuse("amount-not-whole", path, "a whole number of minor units", typeof money.minorUnits)
    return undefined
  }
  if (Math.abs(money.minorUnits) <= Money.MAX_MINOR_UNITS) return money
  report.refuse("amount-out-of-range", path, "at most twelve digits of minor units", shown(Money.toDecimal(money)))
  return undefined
}

/**
 * A number as it came; where it has more digits than an amount can have, it is cut, because a card's number has them too.
 * What stands before "…" is how it began: nothing is rounded, and of a number that JSON's numbers do not hold exactly,
 * nothing is shown.
 */
export const shown = (value: number): string => {
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) return "a number of more than 15 digits"
  const text = String(value)
  return text.length > 12 ? `${/^\D*(?:\d\D*?){6}/.exec(text)?.[0] ?? ""}…` : text
}

/**
 * Whether the lines can be kept: all of them hold, and their sum is the order's amount. Nothing can be said of a sum with
 * a line that does not hold.
 */
export const checkBasketSum = (
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

/** The line's amounts, when they hold. */
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

/** What a line may say and hardly means. `total` is in major units. */
export const checkOddities = (
  {
    type,
    quantity,
    taxRate,
    total,
    ean
  }: {
    readonly type: unknown
    readonly quantity: unknown
    readonly taxRate: unknown
    readonly total: unknown
    readonly ean?: unknown
  },
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

/**
 * Reports what a program without types left as no amount, no line or no list: whether every rule of money can look at the
 * order.
 */
export const checkShapes = ({ amount, taxFees, shippingFees, basket }: Order, report: FindingCollector): boolean => {
  const before = report.findings.length
  const refuse = (path: string, expected: string, value: unknown) =>
    report.refuse("shape", path, expected, Finding.describe(value, path))
  const check = (value: unknown, path: string) => {
    const { minorUnits, currency } = object(value)
    if (typeof minorUnits !== "number") refuse(path, "an amount: its minor units and its currency", value)
    else if (!isText(currency)) refuse(path, "the amount's currency, such as EUR", currency)
  }
  if (!isObject(amount)) refuse("order.price.amount", "an amount: its minor units and its currency", amount)
  if (taxFees !== undefined) check(taxFees, "order.price.tax_fees")
  if (shippingFees !== undefined) check(shippingFees, "order.price.shipping_fees")
  if (!Array.isArray(basket)) refuse("order.basket", "a list of lines", basket)
  list(basket).forEach((line, i) => {
    const { unitPrice, discount, total } = object(line)
    check(unitPrice, `order.basket[${i}].unit_price`)
    if (discount !== undefined) check(discount, `order.basket[${i}].discount`)
    check(total, `order.basket[${i}].total_amount`)
  })
  return report.findings.length === before
}

/** Reports amounts of another currency than the order's. */
export const checkCurrencies = (
  { amount: { currency }, basket, taxFees, shippingFees }: Order,
  report: FindingCollector
): void => {
  // One that is none has been reported.
  if (!isText(currency)) return
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
