/** What a terminal's words say of a payment whose outcome is unknown: why it is, and how much may have been paid. Pure. */
import type { CardTender } from "../../sale/Sale.ts"

/** No answer came; one that was cut off; or a whole one that does not fit what was asked for. */
export type Cause = "no-answer" | "cut" | "contradicts"

export const causeOf = ({ said }: CardTender): Cause => {
  if (said === undefined) return "no-answer"
  return said.contradictions?.some(({ kind }) => kind !== "cut-ticket") ? "contradicts" : "cut"
}

/** What the terminal said, where it said an amount of the till's currency; else what was asked for. In minor units. */
export const paidToShow = ({ said, amount }: CardTender, currency: string): number =>
  said?.currency === currency && said.amount !== undefined && said.amount > 0 ? said.amount : amount
