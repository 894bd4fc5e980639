/** Checks the amounts of a domain order, which are `Money`. An untyped program may have put anything there. */
import { isObject, object } from "../JsonObject.ts"
import type { Order } from "../Order.ts"
import type { BasketItem } from "../plain/Basket.ts"
import type * as Currency from "../plain/Currency.ts"
import * as Finding from "../plain/Finding.ts"
import * as Money from "../plain/Money.ts"
import { type AmountReader, checkAmounts, checkLine, knownCurrency, shown } from "./AmountRules.ts"
import type { FindingCollector } from "./FindingCollector.ts"
import { isText, list } from "./UntypedJson.ts"

/** Checks the amounts of an order that passed {@link checkShapes}. */
export const checkOrderAmounts = ({ amount, taxFees, shippingFees, basket }: Order, report: FindingCollector): void => {
  if (amount.currency === undefined) {
    report.refuse("currency-missing", "order.price.currency", "the amount's currency, such as EUR", "nothing")
  }
  const { currency, minorUnits } = amount
  checkAmounts({ currency, amount: minorUnits, taxFees, shippingFees, basket }, reader, report)
}

/** The amount, if it is in the order's currency. */
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

const reader: AmountReader<BasketItem, Money.Money | undefined> = {
  amount: checkMoney,
  details: (line, currency) => {
    const { minorUnits, currency: own } = line.total
    const isReadable = currency === undefined ? knownCurrency(own) !== undefined : own === currency
    return { ...line, total: isReadable && minorUnits > 0 ? Money.toDecimal(line.total) : 0 }
  },
  line: (line, currency, path, report) => {
    const unitPrice = checkMoney(line.unitPrice, currency, `${path}.unit_price`, report)
    if (line.discount === undefined) {
      report.refuse("discount-missing", `${path}.discount`, "an amount, 0 where nothing is taken off", "nothing")
    }
    const discount = checkMoney(line.discount, currency, `${path}.discount`, report)
    const total = checkMoney(line.total, currency, `${path}.total_amount`, report)
    return checkLine({ unitPrice, discount, total, quantity: line.quantity }, path, report)
  },
  lineAlone: (line, path, report) => {
    const own = knownCurrency(line.total.currency)
    if (own !== undefined && line.unitPrice.currency === own && line.discount?.currency === own) {
      reader.line(line, own, path, report)
      return
    }
    const discount = line.discount?.minorUnits ?? 0
    if (discount > 0) {
      const known = knownCurrency(line.discount.currency) !== undefined
      const actual = known ? Money.toDecimalString(line.discount) : `${discount} minor units`
      report.refuse("discount-positive", `${path}.discount`, "0 or less", actual)
    }
  }
}

/**
 * Reports values of the wrong type where an amount, a line or a list belongs: an untyped program may give anything. Returns
 * whether the rules of money can be applied to the order.
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

/** Reports amounts that are not in the order's currency. */
export const checkCurrencies = (
  { amount: { currency }, basket, taxFees, shippingFees }: Order,
  report: FindingCollector
): void => {
  // Anything else has been reported.
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
