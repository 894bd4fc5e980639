/** Test cards by scheme, grouped by behaviour. Pure. */
import type { TestCard } from "../server/model.ts"

export const groups = ["approves", "refuses", "odd"] as const
export type Group = (typeof groups)[number]

const refuses: ReadonlySet<string> = new Set(["refused", "call", "stolen", "expired", "unknown-application"])
const odd: ReadonlySet<string> = new Set([
  "partial",
  "conecs-partial",
  "over-limit",
  "foreign",
  "leaky",
  "stripe",
  "entered",
  "cheque"
])

export const groupOf = ({ name }: TestCard): Group =>
  refuses.has(name) ? "refuses" : odd.has(name) ? "odd" : "approves"

const schemes: ReadonlyArray<readonly [begin: string, name: string, style: string]> = [
  ["VISA", "Visa", "visa"],
  ["MASTERCARD", "Mastercard", "mastercard"],
  ["AMEX", "American Express", "amex"],
  ["AMERICAN", "American Express", "amex"],
  ["CONECS", "Conecs", "conecs"],
  ["CHEQUE", "Cheque", "cheque"],
  ["UNIONPAY", "UnionPay", "unionpay"],
  ["JCB", "JCB", "jcb"],
  ["DINERS", "Diners Club", "diners"],
  ["PRIVATIVE", "Private label", "private"]
]

const schemeOf = ({ label }: TestCard) => schemes.find(([begin]) => label.toUpperCase().startsWith(begin))

/** The scheme's name; `schemes` has the page's words for those that are not proper names. */
export const cardName = (card: TestCard, schemes: Readonly<Record<string, string>> = {}): string => {
  const name = schemeOf(card)?.[1] ?? "CB"
  return schemes[name] ?? name
}

/** The scheme as a CSS class. */
export const schemeClass = (card: TestCard): string => `scheme-${schemeOf(card)?.[2] ?? "cb"}`
