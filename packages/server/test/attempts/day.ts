/** A day's attempts, of each kind of end. */
import * as Money from "@hipay-pos/core/Money"
import type { PaymentOutcome } from "@hipay-pos/core/Payment"
import * as Result from "effect/Result"
import { attempt } from "./storeLaws.ts"

export const eur = (minorUnits: number) => Result.getOrThrow(Money.make(minorUnits, "EUR"))

const common = { card: { authorizationNumber: "A1" }, warnings: [] }
export const approved = { _tag: "Approved", amount: eur(1250), ...common } as const satisfies PaymentOutcome
const part: PaymentOutcome = { _tag: "ApprovedInPart", paid: eur(500), remaining: eur(750), ...common }

/** The key of an attempt that is no debit. */
export const type = (transactionType: "Credit" | "Cancel", id: string) => ({
  key: { login: "merchant", orderId: id, transactionType }
})

export const day = [
  attempt("1", { state: "approved", outcome: approved }),
  attempt("2", { state: "approved-in-part", outcome: part }),
  attempt("3", { state: "declined" }),
  attempt("4", { state: "unknown" }),
  attempt("5", { state: "approved", outcome: approved, ...type("Cancel", "1") }),
  attempt("6", { state: "approved", amount: eur(100), ...type("Credit", "6") })
]
