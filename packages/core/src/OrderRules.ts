/**
 * Every rule of an order, applied to the JSON that carries it or to the domain's request: all findings at once.
 *
 * Findings come from the contract's schema, from what its prose forbids (missing fields of a protocol, amounts that are not
 * whole minor units, sums that do not add up, a positive discount), and from what is known to surprise. One wrong field never
 * hides another one's fault. `plain/OrderRules` checks requests of the domain without writing them as JSON.
 */
import * as Finding from "./Finding.ts"
import { FindingCollector } from "./internal/FindingCollector.ts"
import { readAmounts } from "./internal/JsonAmounts.ts"
import { reportFaults } from "./internal/reportFaults.ts"
import { readTarget } from "./internal/TerminalRules.ts"
import { checkCustomData, checkCustomer, checkOrderId, checkShipping } from "./internal/TextRules.ts"
import { isObject, type JsonObject, object } from "./JsonObject.ts"
import type { OrderRequest } from "./Order.ts"
import * as TerminalTarget from "./TerminalTarget.ts"
import * as Conversion from "./wire/Conversion.ts"
import * as RootOrder from "./wire/RootOrder.ts"

export * from "./plain/OrderRules.ts"

/** The result of reading an order. */
export interface Reading {
  /** The body with the contract's defaults filled in: what an answer echoes. */
  readonly body: unknown
  /**
   * Everything wrong or odd: the contract's faults first, then ours, each in the order of the contract's fields; at most 1000
   * refusals and 1000 warnings.
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
  const sound = reportFaults((found) => RootOrder.check(body, "", found), report)
  const { transaction_type } = object(object(body).order)
  RootOrder.checkNames(body, "", ({ path, value, names }) => {
    if (transactionType.test(path) && value !== null && !isSameType(value, transaction_type)) {
      const expected = "a type of transaction in order.transaction_type only: here it is ignored"
      return report.refuse("transaction-type-misplaced", path, expected, Finding.describe(value, path))
    }
    report.warn("field-unknown", path, `a field of the contract: ${names.join(", ")}`, "a field that is ignored")
  })
  return sound
}

/** A path that ends with the name of the type, in any spelling: a refund that is taken for a sale charges the cardholder. */
const transactionType = /(^|\.)transaction[-_ ]?type$/i

const isSameType = (one: unknown, other: unknown): boolean =>
  typeof one === "string" && typeof other === "string" && one.toLowerCase() === other.toLowerCase()

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
