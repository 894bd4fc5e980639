/** What an order does with money. */
import * as Schema from "effect/Schema"

/** `Debit` takes money, `Credit` gives it back, `Cancel` reverses the terminal's last approved debit. */
export const TransactionType = Schema.Literals(["Debit", "Credit", "Cancel"])
export type TransactionType = typeof TransactionType.Type
