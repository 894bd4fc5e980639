/** Orders that follow a sale: its refund, and its cancellation at the terminal. Pure. */
import type { Attempt } from "@hipay-pos/core/wire/Attempt"
import { refundOrderId } from "./orderId.ts"

type Body = { readonly order?: Readonly<Record<string, unknown>> } | null

/** A credit of what was paid, under its own order id. Without the basket, whose lines belong to the sale. */
export const refundOf = ({ order, orderId, paid, amount, currency }: Attempt): unknown => {
  const { basket: _, ...rest } = (order as Body)?.order ?? {}
  return {
    ...(order as object),
    order: {
      ...rest,
      order_id: refundOrderId(orderId),
      transaction_type: "Credit",
      price: { amount: paid ?? amount, currency }
    }
  }
}

/** Cancels the terminal's last sale, which the order id identifies. */
export const cancelOf = ({ order, paid, amount, currency }: Attempt): unknown => {
  const { basket: _, ...rest } = (order as Body)?.order ?? {}
  return {
    ...(order as object),
    order: { ...rest, transaction_type: "Cancel", price: { amount: paid ?? amount, currency } }
  }
}
