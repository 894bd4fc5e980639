/**
 * What to do when the amount paid differs from the amount believed, by type of transaction: who owes whom.
 *
 * Amounts are minor units.
 */
import type { CurrencyCode } from "./Currency.ts"
import * as Money from "./Money.ts"
import type { TransactionType } from "./TransactionType.ts"

/** Two different amounts of one transaction. */
export interface Discrepancy {
  readonly believed: number
  readonly paid: number
  readonly currency: CurrencyCode
}

/** What becomes of the money when a transaction succeeds: "12.50 EUR was charged". */
export const moved: Readonly<Record<TransactionType, string>> = {
  Debit: "charged",
  Credit: "given back",
  Cancel: "taken back"
}

/** What to do, as a sentence without its full stop. */
export const actionFor = (type: TransactionType, { believed, paid, currency }: Discrepancy): string => {
  const amount = Money.textOf(Math.abs(paid - believed), currency)
  return paid > believed ? tooMuch[type](amount) : tooLittle[type](amount)
}

const tooMuch: Readonly<Record<TransactionType, (amount: string) => string>> = {
  Debit: (amount) => `If the order was paid again or another way, refund ${amount} to the customer`,
  Credit: (amount) => `If the money was given back another way, collect ${amount} from the customer`,
  Cancel: (amount) => `If the sale should stand, or was refunded another way, collect ${amount} from the customer`
}

const tooLittle: Readonly<Record<TransactionType, (amount: string) => string>> = {
  Debit: (amount) => `Collect ${amount} from the customer`,
  Credit: (amount) => `Give ${amount} back to the customer`,
  Cancel: (amount) => `The sale stands: refund ${amount} to the customer`
}
