/**
 * Every rule of an order, applied to the domain's request directly: all findings at once. A request from an untyped program
 * may be wrong anywhere; one wrong field never hides another one's fault.
 */
import * as Data from "effect/Data"
import * as Result from "effect/Result"
import { FindingCollector } from "../internal/FindingCollector.ts"
import { checkCurrencies, checkOrderAmounts, checkShapes } from "../internal/OrderAmounts.ts"
import { reportFaults } from "../internal/reportFaults.ts"
import { checkTarget } from "../internal/TerminalRules.ts"
import { checkCustomData, checkCustomer, checkOrderId, checkShipping } from "../internal/TextRules.ts"
import { isObject } from "../JsonObject.ts"
import type { OrderRequest } from "../Order.ts"
import * as Conversion from "../wire/Conversion.ts"
import * as Finding from "./Finding.ts"

/** Everything wrong or odd about a request, as `OrderRules.read` finds it in the JSON that carries the request. */
export const check = (request: OrderRequest): ReadonlyArray<Finding.Finding> => {
  const { order } = request
  const report = new FindingCollector()
  const hasShape = checkShapes(order, report)
  if (hasShape) {
    checkCurrencies(order, report)
    reportFaults((found) => Conversion.checkRequest(request, "", found), report)
  }
  checkOrderId(order.orderId, report)
  if (hasShape) checkOrderAmounts(order, report)
  checkCustomData(order.customData ?? {}, report)
  const { customer, shipping } = order
  if (isObject(customer)) checkCustomer(customer, customer.address?.country, report)
  if (isObject(shipping)) checkShipping(shipping, shipping.address?.country, report)
  checkTarget(request, report)
  return report.findings
}

/** What we require of an order id that a program makes up. */
export const PLAIN_ORDER_ID = "no blanks around it and no control characters"

/** Whether an order id cannot be mistaken for another one: one more blank or line break is invisible, and the order could be paid twice. */
export const isPlainOrderId = (id: string): boolean => !/\p{Cc}|^\s+\S|\S\s+$/u.test(id)

/**
 * The request as it stands, or every finding if strict validation would refuse it or its order id is not plain. A
 * cancellation has the id of its sale, which may come from another program.
 */
export const accept = (request: OrderRequest): Result.Result<OrderRequest, OrderRefused> => {
  const { orderId: id, transactionType } = request.order
  const path = "order.order_id"
  const findings =
    transactionType === "Cancel" || isPlainOrderId(id)
      ? check(request)
      : [
          Finding.make("refused", "order-id-characters", path, PLAIN_ORDER_ID, Finding.describe(id, path)),
          ...check(request)
        ]
  return Finding.refuses(findings) ? Result.fail(new OrderRefused({ findings })) : Result.succeed(request)
}

/** An order that strict validation refuses, with everything that is wrong or odd about it. */
export class OrderRefused extends Data.TaggedError("OrderRefused")<{
  readonly findings: ReadonlyArray<Finding.Finding>
}> {
  override get message() {
    return this.findings
      .filter((finding) => finding.severity === "refused")
      .map(Finding.toText)
      .join("; ")
  }
}
