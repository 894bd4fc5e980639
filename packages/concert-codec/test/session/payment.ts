/** A payment, and answers to it. */
import * as Money from "@hipay-pos/core/Money"
import * as Order from "@hipay-pos/core/Order"
import type { PaymentRequest } from "@hipay-pos/core/Payment"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import * as Result from "effect/Result"

export const payment: PaymentRequest = {
  orderId: Order.OrderId.make("ORDER_1"),
  transactionType: "Debit",
  amount: Result.getOrThrow(Money.make(1245, "EUR")),
  target: TerminalTarget.concert({ host: "10.0.0.7", contracts: [] }),
  forceAuthorization: false
}

export const head = "CZ0040320CJ012012345678901CA00201CB0041245CD0010CE003978"
export const approved = `${head}AE00210CC003001CI0011AC006983628AA016497010######7890AB0042711AI014A0000000421010CG0071234567`
export const refused = `${head}AE00201AF00204`
