/** Shared by several scenarios. */
import type { Words } from "../../Language.ts"
import type { Treatment } from "../Scenario.ts"

/** The person's instructions for one sale. */
export const sell = (amount: string): Words => ({
  en: `Sell something for exactly ${amount} and pay by card.`,
  fr: `Vendez pour ${amount.replace(".", ",")} exactement et payez par carte.`
})

/** The usual treatment: the card is approved and the answer arrives. */
export const pays: Treatment = { shows: { en: "approved", fr: "accepté" } }

/** One sale, paid once. */
export const one = [{ sale: 1, amount: "12.34" }] as const
