/**
 * Finds past sales by what people know of them: the ticket's number, an amount as they write it (19.18 or 19,18), the last
 * four digits of a card, an order id, an article.
 */
import type { CurrencyCode } from "@hipay-pos/core/Currency"
import * as TypedAmount from "@hipay-pos/core/TypedAmount"
import * as Result from "effect/Result"
import * as Bill from "./Bill.ts"
import { plainText } from "./plainText.ts"
import type { CardTender, Sale } from "./Sale.ts"

/** Whether a sale matches a search. */
export type Match = (sale: Sale) => boolean

/** Parses a search; `undefined` for an empty one. */
export const matchOf = (text: string, currency: CurrencyCode): Match | undefined => {
  const wanted = text.trim()
  if (wanted === "") return undefined
  const plain = plainText(wanted)
  const ticket = /^(?:n°|#)?\s*0*(\d{1,9})$/i.exec(wanted)?.[1]
  const last4 = /^\d{4}$/.test(wanted) ? wanted : undefined
  const amounts = amountsOf(wanted, currency)
  return (sale) =>
    (ticket !== undefined && sale.ticket === Number(ticket)) ||
    sale.tenders.some(
      (tender) =>
        amounts.has(tender.amount) ||
        (tender.means === "card" &&
          (amounts.has(tender.paid + (tender.extra ?? 0)) ||
            saidAmounts(tender, currency).some((said) => amounts.has(said)) ||
            (last4 !== undefined && (tender.card?.last4 ?? tender.said?.card)?.endsWith(last4)) ||
            (plain.length > 5 && plainText(tender.orderId).includes(plain))))
    ) ||
    (amounts.size > 0 && amounts.has(totalOf(sale))) ||
    (plain.length > 5 && plainText(sale.id).includes(plain)) ||
    (/\p{L}{2}/u.test(plain) && sale.lines.some(({ name }) => plainText(name).includes(plain)))
}

/** What the terminal said of a payment with an unknown outcome, as its receipt does. */
const saidAmounts = ({ said }: CardTender, currency: CurrencyCode): ReadonlyArray<number> =>
  said?.currency === currency && said.amount !== undefined ? [said.amount] : []

/** `1.250` may be one and a quarter or one thousand two hundred and fifty: both are searched for. */
const amountsOf = (text: string, currency: CurrencyCode): ReadonlySet<number> =>
  new Set(
    ([",", "."] as const).flatMap((decimalMark) => {
      const typed = TypedAmount.parse(text, currency, { decimalMark })
      return Result.isSuccess(typed) && typed.success.minorUnits > 0 ? [typed.success.minorUnits as number] : []
    })
  )

const totalOf = (sale: Sale): number => Result.getOrThrow(Bill.make(sale)).total.minorUnits
