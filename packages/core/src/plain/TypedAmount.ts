/**
 * Reads an amount as a cashier types it: `12,5`, `1 234,50`, `1.234,50`, `12.50 €`, `EUR 12`.
 *
 * The decimal mark may be a comma or a point. If the text is ambiguous, as in `1.234`, the amount is refused and never
 * guessed: a wrong guess would be off by a factor of a thousand. A till that knows its locale passes its decimal mark, and
 * then nothing is ambiguous. Nothing is rounded.
 */
import * as Data from "effect/Data"
import * as Result from "effect/Result"
import type { Problem } from "../schemas/TypedAmount.ts"
import * as Currency from "./Currency.ts"
import * as Money from "./Money.ts"

export type { Problem } from "../schemas/TypedAmount.ts"

/** How the till's locale writes amounts. */
export interface TypedAmountOptions {
  /** The mark before the decimal digits; the other one then groups thousands. Without it, each may be either. */
  readonly decimalMark?: "," | "."
}

/** Longer texts than this are not read. */
const MAX_LENGTH = 40

/** An amount of the till's currency from what was typed, or why it cannot be read. */
export const parse = <C extends Currency.CurrencyCode>(
  text: string,
  currency: C,
  { decimalMark }: TypedAmountOptions = {}
): Result.Result<Money.Money<C>, TypedAmountRefused> => {
  const refuse = (problem: Problem) => Result.fail(new TypedAmountRefused({ problem, currency }))
  const trimmed = text.replace(directionMarks, "").replace(partedFranc, "F").trim()
  if (trimmed === "") return refuse("empty")
  const match = trimmed.length > MAX_LENGTH ? null : shape.exec(trimmed)
  if (match === null) return refuse("not-an-amount")
  const [, outer, before, inner, amount = "", after] = match
  if ((before !== undefined && after !== undefined) || (outer !== undefined && inner !== undefined)) {
    return refuse("not-an-amount")
  }
  const name = before ?? after
  if (name !== undefined && !means(name, currency)) return refuse("other-currency")
  const plain = toPlain(amount.replace(/[\s'’]/g, " "), currency, decimalMark)
  if (Result.isFailure(plain)) return refuse(plain.failure)
  const sign = outer ?? inner
  const money = Money.fromDecimal((sign === "-" || sign === "−" ? "-" : "") + plain.success, currency)
  return Result.mapError(money, ({ _tag }) => {
    const problem = _tag === "AmountOutOfRange" ? "out-of-range" : "too-many-decimals"
    return new TypedAmountRefused({ problem, currency })
  })
}

/** Sign, currency, sign, digits with marks and grouping blanks, currency. Blanks are allowed between all of them. */
const shape =
  /^([+\-−])?\s*(?:([^\d\s.,'’+\-−]+)\.?)?\s*([+\-−])?\s*([\d.,](?:[\d.,\s'’]*[\d.,])?)\s*(?:([^\d\s.,'’+\-−]+)\.?)?$/

/** Invisible characters around signs and amounts in right-to-left languages. */
const directionMarks = /[\u200e\u200f\u061c]/g

/** `F CFA`, the one name of several words. */
const partedFranc = /(?<![a-z])F\s+(?=CF[AP](?![a-z]))/gi

/** Signs that people type, and the currencies they may stand for. */
const signs: Readonly<Record<string, ReadonlyArray<Currency.CurrencyCode>>> = {
  "€": ["EUR"],
  "£": ["GBP", "GIP", "FKP", "SHP", "LBP"],
  // biome-ignore format: a list
  $: [
    "USD", "CAD", "AUD", "NZD", "HKD", "SGD", "MXN", "ARS", "CLP", "COP", "TWD", "BRL", "UYU",
    "BMD", "BND", "BZD", "FJD", "NAD", "SBD", "SRD", "TTD", "WST"
  ],
  r$: ["BRL"],
  nt$: ["TWD"],
  ec$: ["XCD"],
  "¥": ["JPY", "CNY"],
  "￥": ["JPY", "CNY"],
  "₹": ["INR"],
  "₩": ["KRW", "KPW"],
  "₺": ["TRY"],
  "₽": ["RUB"],
  "₴": ["UAH"],
  "₪": ["ILS"],
  "₫": ["VND"],
  "₦": ["NGN"],
  "₱": ["PHP"],
  "฿": ["THB"],
  f: ["XPF", "XOF", "XAF", "FRF"],
  cfa: ["XOF", "XAF"],
  fcfa: ["XOF", "XAF"],
  cfp: ["XPF"],
  fcfp: ["XPF"],
  cfpf: ["XPF"],
  fr: ["CHF"],
  kr: ["SEK", "NOK", "DKK", "ISK"],
  zł: ["PLN"],
  kč: ["CZK"],
  ft: ["HUF"],
  lei: ["RON"],
  лв: ["BGN"],
  dt: ["TND"]
}

const means = (name: string, currency: Currency.CurrencyCode): boolean => {
  const [lower, code] = [name.toLowerCase(), currency.toLowerCase()]
  const isSign = (sign: string) => Object.hasOwn(signs, sign) && signs[sign]?.includes(currency) === true
  // `US$` and `$US`: the letters are a country's, which begin the currency's code.
  const [country = ""] = /^[a-z]{1,2}(?=\W)|(?<=\W)[a-z]{1,2}$/.exec(lower) ?? []
  return lower === code || isSign(lower) || (code.startsWith(country) && isSign(lower.replace(country, "")))
}

/** No number in groups begins with a zero: `0.500` with a decimal comma is a half, or a slip. */
const thousands = /^[1-9]\d{0,2}(?: \d{3})+$/

/** Groups of two digits above the thousands (lakh, crore), as rupees are written. */
const lakhs = /^[1-9]\d?(?: \d{2})* \d{3}$/

const isGrouped = (blanks: string, currency: Currency.CurrencyCode): boolean =>
  thousands.test(blanks) || (currency === "INR" && lakhs.test(blanks))

/** Digits with a point before the decimals, from digits with either mark and blanks between thousands. */
const toPlain = (
  amount: string,
  currency: Currency.CurrencyCode,
  decimalMark: "," | "." | undefined
): Result.Result<string, Problem> => {
  const mark = decimalMark ?? guessMark(amount, Currency.exponentOf(currency))
  if (mark === "ambiguous") return Result.fail(mark)
  const [whole = "", decimals, ...more] = mark === "none" ? [amount] : amount.split(mark)
  if (more.length > 0 || decimals === "" || /\D/.test(decimals ?? "")) return Result.fail("not-an-amount")
  // Thousands are grouped by one kind of mark only.
  const kinds = new Set(whole.match(/\D/g))
  if (kinds.size > 1) return Result.fail("wrong-grouping")
  const blanks = whole.replace(/\D/g, " ")
  if (kinds.size === 1 && !isGrouped(blanks, currency)) return Result.fail("wrong-grouping")
  const digits = blanks.replaceAll(" ", "") || "0"
  return Result.succeed(decimals === undefined ? digits : `${digits}.${decimals}`)
}

/** Guesses the decimal mark if the till has not given it. */
const guessMark = (amount: string, exponent: Currency.Exponent): "," | "." | "none" | "ambiguous" => {
  const [first, second] = [amount.indexOf(","), amount.indexOf(".")]
  if (first < 0 && second < 0) return "none"
  if (first >= 0 && second >= 0) return amount.lastIndexOf(",") > amount.lastIndexOf(".") ? "," : "."
  const mark = first >= 0 ? "," : "."
  if (amount.indexOf(mark) !== amount.lastIndexOf(mark)) return "none"
  // One mark with three digits after it and one to three before: thousands, or decimals.
  if (!/^[1-9]\d{0,2}[.,]\d{3}$/.test(amount)) return mark
  return exponent === 0 ? "none" : "ambiguous"
}

const words: Readonly<Record<Problem, string>> = {
  empty: "type an amount",
  "not-an-amount": "this is not an amount; type one such as 12,50",
  ambiguous: "this may be thousands or decimals; leave the thousands mark out, or type the decimal digits as well",
  "wrong-grouping": "thousands come in groups of three digits, the first of which does not begin with a zero",
  "too-many-decimals": "this has more decimal digits than the currency",
  "other-currency": "this is another currency",
  "out-of-range": "an amount has twelve digits at most, decimals among them"
}

/** The typed text is not an amount. It is not repeated here: it might be a card number in the wrong field. */
export class TypedAmountRefused extends Data.TaggedError("TypedAmountRefused")<{
  readonly problem: Problem
  readonly currency: Currency.CurrencyCode
}> {
  override get message() {
    return `${words[this.problem]} (${this.currency})`
  }
}
