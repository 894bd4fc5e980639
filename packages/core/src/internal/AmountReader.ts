/** Reads the amounts of an order out of its JSON: decimals of the major unit, each to be exact. The rules are `AmountRules`. */
import * as Result from "effect/Result"
import { type JsonObject, object } from "../JsonObject.ts"
import * as Basket from "../plain/Basket.ts"
import * as Money from "../plain/Money.ts"
import type { LineAmounts, Parts } from "../wire/Conversion.ts"
import {
  checkAmount,
  checkBasketSum,
  checkCurrency,
  checkLine,
  checkOddities,
  knownCurrency,
  shown
} from "./AmountRules.ts"
import type { FindingCollector } from "./FindingCollector.ts"
import { list } from "./UntypedJson.ts"

/** What the amounts of an order come to; the amount is absent where none can be read. */
export type Amounts = Pick<Parts, "shippingFees" | "taxFees" | "lines"> & { readonly amount: Money.Money | undefined }

const none: Amounts = { amount: undefined, shippingFees: undefined, taxFees: undefined, lines: [] }

/** Reads and checks the amounts of `order`. Without a currency that is known, what needs none is checked all the same. */
export const readAmounts = (order: JsonObject, report: FindingCollector): Amounts => {
  const price = object(order.price)
  const currency = knownCurrency(price.currency)
  if (currency === undefined) {
    checkAmount(price.amount, NO_CURRENCY, report)
    for (const [i, line] of list(order.basket).entries()) checkLineAlone(object(line), `order.basket[${i}]`, report)
    return none
  }
  const { code } = currency
  const amount = checkAmount(price.amount, code, report)
  checkCurrency(currency, report)
  const taxFees = readDecimal(price.tax_fees, code, "order.price.tax_fees", report)
  const shippingFees = readDecimal(price.shipping_fees, code, "order.price.shipping_fees", report)
  const basket = list(order.basket)
  const lines = basket.map((line, i) => readLine(object(line), `order.basket[${i}]`, code, report))
  const holds = checkBasketSum(lines, amount, [shippingFees, taxFees], report)
  return { amount, taxFees, shippingFees, lines: holds ? lines.filter((line) => line !== undefined) : [] }
}

/** Stands where the currency is not known: how many minor units an order may ask for does not depend on it. */
const NO_CURRENCY = "EUR"

/** What is odd about a line in any currency. */
const checkLineAlone = (line: JsonObject, path: string, report: FindingCollector): void => {
  const { type, quantity, discount } = line
  checkOddities(
    { type, quantity, taxRate: line.tax_rate, total: line.total_amount, ean: line.european_article_numbering },
    path,
    report
  )
  if (typeof discount === "number" && discount > 0) {
    report.refuse("discount-positive", `${path}.discount`, "0 or less", shown(discount))
  }
  const [unitPrice, off, total] = [line.unit_price, discount ?? 0, line.total_amount].map(readFinest)
  if (!unitPrice || !off || !total || typeof quantity !== "number" || !Number.isSafeInteger(quantity)) return
  const expected = Basket.lineTotal(unitPrice, quantity, off)
  if (Result.isFailure(expected) || expected.success.minorUnits === total.minorUnits) return
  const words = `${Money.toDecimal(expected.success)} (unit_price × quantity + discount)`
  report.refuse("line-total", `${path}.total_amount`, words, String(Money.toDecimal(total)))
}

/** An amount in the smallest parts that any currency has; undefined where it is none. */
const readFinest = (value: unknown): Money.Money | undefined => {
  const money = typeof value === "number" && Number.isFinite(value) ? Money.fromDecimal(value, FINEST) : undefined
  return money && Result.isSuccess(money) ? money.success : undefined
}

/** Three decimals: no currency of the contract has more. */
const FINEST = "KWD"

const readDecimal = (
  value: unknown,
  currency: Money.Money["currency"],
  path: string,
  report: FindingCollector
): Money.Money | undefined => {
  if (typeof value !== "number" || !Number.isFinite(value)) return undefined
  const money = Money.fromDecimal(value, currency)
  if (Result.isSuccess(money)) return money.success
  if (money.failure._tag === "NotRepresentable") {
    report.refuse("amount-not-representable", path, `${money.failure.expected} for ${currency}`, shown(value))
  } else {
    report.refuse("amount-out-of-range", path, "at most twelve digits of minor units", shown(value))
  }
  return undefined
}

const readLine = (
  line: JsonObject,
  path: string,
  currency: Money.Money["currency"],
  report: FindingCollector
): LineAmounts | undefined => {
  const { type, quantity, total_amount } = line
  checkOddities(
    { type, quantity, taxRate: line.tax_rate, total: total_amount, ean: line.european_article_numbering },
    path,
    report
  )
  const unitPrice = readDecimal(line.unit_price, currency, `${path}.unit_price`, report)
  const discount =
    line.discount === undefined
      ? Money.zero(currency)
      : readDecimal(line.discount, currency, `${path}.discount`, report)
  const total = readDecimal(total_amount, currency, `${path}.total_amount`, report)
  return checkLine({ unitPrice, discount, total, quantity }, path, report)
}
