/**
 * Makes the request that carries an order to a terminal: the only function a till needs of the rules.
 *
 * It checks every rule and gives either a request that strict validation accepts, or all findings at once. The rules
 * themselves are `OrderRules`.
 */
import type * as Result from "effect/Result"
import { defined } from "./Defined.ts"
import type { Order, OrderId, OrderRequest } from "./Order.ts"
import * as OrderRules from "./plain/OrderRules.ts"
import type { PushTo, TerminalTarget } from "./TerminalTarget.ts"

/** What a till gives for an order; everything left out, or undefined, has the contract's default. */
export type OrderOptions = Pick<Order, "amount"> & {
  readonly orderId: string
} & {
  readonly [K in Exclude<keyof Order, "amount" | "orderId">]?: Order[K] | undefined
}

/** How an order is to be served, beside the terminal; everything left out, or undefined, has the contract's default. */
export interface RequestOptions {
  readonly forceAuthorization?: boolean | undefined
  readonly pushTo?: PushTo | undefined
  readonly notifyUrl?: string | undefined
}

/**
 * A request that strict validation accepts, or `OrderRefused` with every finding.
 *
 * @example
 * ```ts
 * import { Money, OrderRequest, TerminalTarget } from "@hipay-pos/core"
 * import * as Result from "effect/Result"
 *
 * const target = TerminalTarget.concert({ host: "192.168.1.20", contracts: [{ merchantContract: "1234567" }] })
 * const request = OrderRequest.make({ orderId: "ORDER_1", amount: Money.of("12.50", "EUR") }, target)
 * console.log(Result.isSuccess(request)) // true
 *
 * const refused = OrderRequest.make({ orderId: "", amount: Money.of(0, "EUR") }, target)
 * if (Result.isFailure(refused)) console.log(refused.failure.findings.map(({ code }) => code).join(", ")) // order-id-empty, amount-zero
 * ```
 */
export const make = (
  options: OrderOptions,
  target: TerminalTarget,
  request: RequestOptions = {}
): Result.Result<OrderRequest, OrderRules.OrderRefused> =>
  OrderRules.accept({
    order: defined({
      ...options,
      // Copied, so that later changes by the caller cannot bypass the checks.
      amount: { ...options.amount },
      orderId: options.orderId as OrderId,
      transactionType: options.transactionType ?? "Debit",
      basket: options.basket ?? [],
      description: options.description ?? "POS payment",
      initializePaymentTerminal: options.initializePaymentTerminal ?? true
    }),
    ...defined({
      target,
      forceAuthorization: request.forceAuthorization ?? false,
      pushTo: request.pushTo ?? "POS",
      notifyUrl: request.notifyUrl
    })
  })
