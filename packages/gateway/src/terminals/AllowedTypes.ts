/** Which transaction types a gateway takes: Debit always, the others if they are enabled. */
import type { TransactionType } from "@hipay-pos/core/TransactionType"
import { type NotServed, notServed } from "@hipay-pos/server/Terminals"
import type * as Effect from "effect/Effect"

/** What a gateway takes beside Debits. */
export interface AllowedTypes {
  /** Money back to cards; off by default. */
  readonly allowCredit?: boolean | undefined
  /** Cancelling the last sale; off by default. */
  readonly allowCancel?: boolean | undefined
}

/** Why an order of a type is refused; undefined if it is taken. */
export const refuseType = (
  type: TransactionType,
  { allowCredit = false, allowCancel = false }: AllowedTypes
): Effect.Effect<never, NotServed> | undefined => {
  if (type === "Credit" && !allowCredit) return disabled(type, "--allow-credit")
  if (type === "Cancel" && !allowCancel) return disabled(type, "--allow-cancel")
  return undefined
}

const disabled = (type: TransactionType, flag: string) =>
  notServed({
    code: "transaction.type.not.allowed",
    description: `${type} is disabled in this gateway; enable it with ${flag}.`
  })
