/** The amount paid, compared with the amount asked for. */
import * as Result from "effect/Result"
import * as Money from "./Money.ts"

/** Paid in full, which may be more than was asked for, or in part. */
export type Paid =
  | { readonly _tag: "Approved"; readonly amount: Money.Money }
  | { readonly _tag: "ApprovedInPart"; readonly paid: Money.Money; readonly remaining: Money.Money }

/** The outcome of a charge: less than asked for is approved in part. Both amounts have the same currency. */
export const ofCharged = (asked: Money.Money, charged: Money.Money): Paid =>
  charged.minorUnits < asked.minorUnits
    ? { _tag: "ApprovedInPart", paid: charged, remaining: Result.getOrThrow(Money.subtract(asked, charged)) }
    : { _tag: "Approved", amount: charged }

/** The amount charged, tip included; undefined if nothing was. */
export const chargedOf = (outcome: Paid | { readonly _tag: "Declined" }): Money.Money | undefined => {
  switch (outcome._tag) {
    case "Approved":
      return outcome.amount
    case "ApprovedInPart":
      return outcome.paid
    case "Declined":
      return undefined
  }
}
