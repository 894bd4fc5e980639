/** Reads the amounts of an order from its JSON: decimals of the major unit, which must be exact. */
import * as Result from "effect/Result"
import { type JsonObject, object } from "../JsonObject.ts"
import * as Basket from "../plain/Basket.ts"
import type * as Currency from "../plain/Currency.ts"
import * as Money from "../plain/Money.ts"
import { type AmountReader, type Amounts, checkAmounts, checkLine, shown } from "./AmountRules.ts"
import type { FindingCollector } from "./FindingCollector.ts"
import { list } from "./UntypedJson.ts"

/** Reads and checks the amounts of `order`. */
export const readAmounts = (order: JsonObject, report: FindingCollector): Amounts => {
  const { currency, amount, tax_fees: taxFees, shipping_fees: shippingFees } = object(order.price)
  const basket = list(order.basket)
  return checkAmounts({ currency, amount, taxFees, shippingFees, basket }, reader, report)
}

const readDecimal = (
  value: unknown,
  currency: Currency.CurrencyCode,
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

const reader: AmountReader<unknown, unknown> = {
  amount: readDecimal,
  details: (line) => {
    const { type, quantity, tax_rate: taxRate, total_amount: total, european_article_numbering: ean } = object(line)
    return { type, quantity, taxRate, total, ean }
  },
  line: (line, currency, path, report) => {
    const { unit_price, discount: off = 0, total_amount, quantity } = object(line)
    const unitPrice = readDecimal(unit_price, currency, `${path}.unit_price`, report)
    const discount = readDecimal(off, currency, `${path}.discount`, report)
    const total = readDecimal(total_amount, currency, `${path}.total_amount`, report)
    return checkLine({ unitPrice, discount, total, quantity }, path, report)
  },
  lineAlone: (line, path, report) => {
    const { unit_price, discount, total_amount, quantity } = object(line)
    if (typeof discount === "number" && discount > 0) {
      report.refuse("discount-positive", `${path}.discount`, "0 or less", shown(discount))
    }
    const [unitPrice, off, total] = [unit_price, discount ?? 0, total_amount].map(readFinest)
    if (!unitPrice || !off || !total || typeof quantity !== "number" || !Number.isSafeInteger(quantity)) return
    const expected = Basket.lineTotal(unitPrice, quantity, off)
    if (Result.isFailure(expected) || expected.success.minorUnits === total.minorUnits) return
    const words = `${Money.toDecimal(expected.success)} (unit_price × quantity + discount)`
    report.refuse("line-total", `${path}.total_amount`, words, String(Money.toDecimal(total)))
  }
}

/** An amount at the finest precision of any currency; undefined if it is not one. */
const readFinest = (value: unknown): Money.Money | undefined => {
  const money = typeof value === "number" && Number.isFinite(value) ? Money.fromDecimal(value, FINEST) : undefined
  return money && Result.isSuccess(money) ? money.success : undefined
}

/** Three decimals: no currency of the contract has more. */
const FINEST = "KWD"
