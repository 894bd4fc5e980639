/** The result of one operation at a simulated terminal; `concert/ResponseFields.ts` encodes it for Concert. */
import type * as TestCard from "../cardholder/TestCard.ts"
import type { LedgerEntry } from "./Ledger.ts"
import type * as PrintedTicket from "./PrintedTicket.ts"

/** How one operation ended. */
export type OperationResult =
  /** Money moved, or a duplicata repeats such a result. */
  | {
      readonly _tag: "Done"
      readonly entry: LedgerEntry
      readonly ticket: PrintedTicket.Ticket
      readonly card?: TestCard.TestCard | undefined
      /** A repeat of an earlier operation: fields that this request lacks come from the earlier one. */
      readonly again?: true
    }
  /** Done without moving money: identification, remote collection. */
  | { readonly _tag: "Acknowledged" }
  | NotDone

/** No money moved. */
export interface NotDone {
  readonly _tag: "NotDone"
  /** AF, two characters; absent when the terminal gives no reason. */
  readonly complement?: string
  /** Text of screen and ticket. */
  readonly text?: string
  readonly byRedKey: boolean
  readonly ticket?: PrintedTicket.Ticket
}
