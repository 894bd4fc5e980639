/** A card as people know it: its scheme, derived from the application, and its last four digits. Pure. */
import type { Card } from "@hipay-pos/core/Card"

/** Registered application providers, by prefix of the application identifier. */
const providers: ReadonlyArray<readonly [begin: string, scheme: string]> = [
  ["A000000042", "CB"],
  ["A000000003", "Visa"],
  ["A000000004", "Mastercard"],
  ["A000000025", "Amex"],
  ["A000000333", "UnionPay"],
  ["A000000065", "JCB"],
  ["A000000152", "Diners"]
]

/** By the code of the payment application, if it identifies a scheme: a conversion (00F) may be any. */
const applications: Readonly<Record<string, string>> = {
  "001": "CB",
  "00B": "CB",
  "002": "Amex",
  "00D": "Amex",
  "006": "Diners",
  "009": "JCB",
  "00C": "Cheque",
  "00E": "Conecs",
  "10E": "Conecs",
  "00U": "UnionPay",
  "101": "CB"
}

/** The scheme; empty if it is not known. */
export const schemeOf = ({ aid, paymentApplication }: Card): string => {
  const provider = aid === undefined ? undefined : providers.find(([begin]) => aid.toUpperCase().startsWith(begin))
  return provider?.[1] ?? applications[paymentApplication ?? ""] ?? ""
}

/** Such as `CB ••0014`; empty if nothing is known. `schemes` has the page's words for schemes that are not proper names. */
export const cardText = (card: Card | undefined, schemes: Readonly<Record<string, string>> = {}): string => {
  if (card === undefined) return ""
  const scheme = schemeOf(card)
  return [schemes[scheme] ?? scheme, card.pan === undefined ? "" : `••${card.pan.slice(-4)}`]
    .filter((each) => each !== "")
    .join(" ")
}
