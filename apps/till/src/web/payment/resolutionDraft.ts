/** Drafts about unknown payments: the key under which one is kept, and how it compares with what was recorded. Pure. */
import type { CardTender } from "../../sale/Sale.ts"
import type { Draft } from "../drafts.ts"
import { paidToShow } from "./unknownCause.ts"

/** A card tender, by its sale and its number. */
export interface TenderKey {
  readonly sale: string
  readonly tender: number
}

/** The key of its draft. */
export const draftKeyOf = ({ sale, tender }: TenderKey): string => `resolve ${sale} ${tender}`

/** The tender of a draft; `undefined` if the draft is about something else. */
export const tenderKeyOf = (key: string): TenderKey | undefined => {
  const [, sale, tender] = /^resolve (\S+) (\d+)$/.exec(key) ?? []
  return sale === undefined ? undefined : { sale, tender: Number(tender) }
}

/** The amount that was paid according to a draft, in minor units; `undefined` if it does not say. `read` reads an amount. */
export const enteredIn = (
  { seen, paid }: Draft,
  tender: CardTender,
  currency: string,
  read: (text: string) => number | undefined
): number | undefined => {
  if (seen === "declined") return 0
  if (seen !== "approved") return undefined
  return paid === undefined ? paidToShow(tender, currency) : read(paid)
}

/** The amount that was recorded as paid, in minor units; `undefined` while the outcome is unknown. */
export const recordedOf = ({ resolution }: CardTender): number | undefined =>
  resolution && resolution.paid + (resolution.extra ?? 0)
