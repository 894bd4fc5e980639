/**
 * Every rule of an order, applied to the JSON that carries it or to the domain's request: all findings at once.
 *
 * The contract's schema is one source of findings; the others are what its words forbid (mandatory fields by protocol,
 * amounts that are not whole minor units, sums that do not add up, a positive discount) and what is known to surprise.
 * JSON may be wrong anywhere, and so may a request from a program without types: one wrong field never hides another
 * one's fault. A request is checked as it is, without writing it as JSON.
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Finding from "./Finding.ts"
import { readAmounts } from "./internal/AmountReader.ts"
import { checkAmounts, checkCurrencies } from "./internal/AmountRules.ts"
import { FindingCollector } from "./internal/FindingCollector.ts"
import { checkTarget, readTarget } from "./internal/TerminalRules.ts"
import { checkCustomData, checkCustomer, checkOrderId, checkShipping } from "./internal/TextRules.ts"
import { isObject, type JsonObject, object } from "./internal/UntypedJson.ts"
import type { OrderRequest } from "./Order.ts"
import * as TerminalTarget from "./TerminalTarget.ts"
import type { Fault } from "./wire/Contract.ts"
import * as Conversion from "./wire/Conversion.ts"
import * as RootOrder from "./wire/RootOrder.ts"

/** What reading an order came to. */
export interface Reading {
  /** The body with the contract's defaults filled in: what an answer echoes. */
  readonly body: unknown
  /**
   * Everything wrong or odd: the contract's faults first, then ours, each in the order of the contract's fields; the first
   * 1000 that refuse, and as many that warn.
   */
  readonly findings: ReadonlyArray<Finding.Finding>
  /**
   * The request, whenever one can be made of the body. It can be there although a finding refuses the order: a basket
   * that does not add up is then dropped, as HiPay drops it.
   */
  readonly request?: OrderRequest
}

/** How an order is read. */
export interface ReadOptions {
  /** Makes a request, too, of an order that names no terminal completely. */
  readonly unnamedTarget?: boolean
}

/** Reads a request body: any JSON value. Never throws. */
export const read = (json: unknown, { unnamedTarget = false }: ReadOptions = {}): Reading => {
  const body = RootOrder.fillDefaults(json)
  const report = new FindingCollector()
  const { findings } = report
  const sound = RootOrder.isExact(body) || checkContract(body, report)
  const parts = applyRules(object(body), report, unnamedTarget)
  return sound && parts !== undefined
    ? { body, findings, request: Conversion.toRequest(body, parts) }
    : { body, findings }
}

/** Reports violations of the contract's schema, and unknown names; without a violation the body is a `RootOrder`. */
const checkContract = (body: unknown, report: FindingCollector): body is RootOrder.RootOrder => {
  let sound = true
  RootOrder.check(body, "", (fault) => {
    sound = false
    reportFault(fault, report)
  })
  RootOrder.checkNames(body, "", ({ path, names }) => {
    report.warn("field-unknown", path, `a field of the contract: ${names.join(", ")}`, "a field that is ignored")
  })
  return sound
}

const reportFault = ({ path, keyword, message, expected, value }: Fault, report: FindingCollector): void => {
  const actual = Finding.describe(value, path)
  report.add(
    keyword === "shape"
      ? Finding.make("refused", keyword, path, expected, actual)
      : { path, code: keyword, severity: "refused", rule: "contract", message, expected, actual }
  )
}

/** Everything wrong or odd about a request, as {@link read} finds it in the JSON that carries the request. */
export const check = (request: OrderRequest): ReadonlyArray<Finding.Finding> => {
  const { order } = request
  const report = new FindingCollector()
  checkCurrencies(order, report)
  Conversion.checkRequest(request, "", (fault) => reportFault(fault, report))
  checkOrderId(order.orderId, report)
  checkAmounts(order, report)
  checkCustomData(order.customData ?? {}, report)
  const { customer, shipping } = order
  if (customer !== undefined) checkCustomer(customer, customer.address?.country, report)
  if (shipping !== undefined) checkShipping(shipping, shipping.address?.country, report)
  checkTarget(request, report)
  return report.findings
}

/** The request as it stands, or every finding when strict validation would refuse it. */
export const accept = (request: OrderRequest): Result.Result<OrderRequest, OrderRefused> => {
  const findings = check(request)
  return Finding.refuses(findings) ? Result.fail(new OrderRefused({ findings })) : Result.succeed(request)
}

/** Applies our own rules; the parts are there when an order can be made at all. */
const applyRules = (
  root: JsonObject,
  report: FindingCollector,
  unnamedTarget: boolean
): Conversion.Parts | undefined => {
  const order = object(root.order)
  const named = checkOrderId(order.order_id, report)
  const { amount, shippingFees, taxFees, lines } = readAmounts(order, report)
  checkCustomData(object(order.custom_data), report)
  if (isObject(root.customer)) {
    const { birthdate, email, customer_location } = root.customer
    checkCustomer({ birthdate, email }, object(customer_location).country, report)
  }
  if (isObject(root.shipping)) {
    const { delivery_date: deliveryDate, delivery_address } = root.shipping
    checkShipping({ deliveryDate }, object(delivery_address).country, report)
  }
  const complete = readTarget(object(root.pos_technical_info), order.transaction_type, report)
  const target = complete ?? (unnamedTarget ? TerminalTarget.unnamed : undefined)
  return named && amount && target ? { amount, target, shippingFees, taxFees, lines } : undefined
}

/** An order that strict validation refuses, with everything that is wrong or odd about it. */
export class OrderRefused extends Schema.TaggedError<OrderRefused>()("OrderRefused", {
  findings: Schema.Array(Finding.Finding)
}) {
  override get message() {
    return this.findings
      .filter((finding) => finding.severity === "refused")
      .map(Finding.toText)
      .join("; ")
  }
}
