/** How much an approved debit or credit moves, in minor units: the amount asked for, part of it, or more with a tip. */
import * as Money from "@hipay-pos/core/Money"
import type { Behaviour } from "../cardholder/Cardholder.ts"
import type { Display } from "../cardholder/Pinpad.ts"
import type { Issuer } from "../cardholder/TestCard.ts"

/** The amount moved, and the tip in it, if any. */
export interface ChargedAmount {
  readonly amount: number
  readonly tip?: number
}

/** The amount that the issuer approves, at most what Concert can express. A tip is added to debits that are approved in full. */
export const of = (
  asked: number,
  operation: Display["operation"],
  issuer: Issuer,
  behaviour: Behaviour
): ChargedAmount => {
  if (issuer._tag === "ApprovesInPart") return { amount: Math.max(1, Math.floor((asked * issuer.percent) / 100)) }
  const percent = operation === "debit" && behaviour._tag === "Pays" ? (behaviour.tip ?? 0) : 0
  const tip = Math.min(Math.floor((asked * percent) / 100), Money.MAX_MINOR_UNITS - asked)
  return tip === 0 ? { amount: asked } : { amount: asked + tip, tip }
}
