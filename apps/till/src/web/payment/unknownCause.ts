/** What the terminal's response tells about a payment whose outcome is unknown: why it is unknown, and how much may have been paid. Pure. */
import type { CardTender } from "../../sale/Sale.ts"

/** No answer arrived, only a part of one, or a complete one that does not fit the request. */
export type Cause = "no-answer" | "cut" | "contradicts"

export const causeOf = ({ said }: CardTender): Cause => {
  if (said === undefined) return "no-answer"
  return said.contradictions?.some(({ kind }) => kind !== "cut-ticket") ? "contradicts" : "cut"
}

/**
 * The terminal's amount of this order, if it gave one in the till's currency; otherwise the amount that was requested. In minor
 * units.
 */
export const paidToShow = ({ said = {}, amount: asked }: CardTender, currency: string): number => {
  const { amount = 0, contradictions = [] } = said
  const isOwn = said.currency === currency && !contradictions.some(({ kind }) => kind === "order-id")
  return isOwn && amount > 0 ? amount : asked
}
