/**
 * Every rule of an order, applied to the JSON that carries it: all findings at once, and the request it becomes.
 *
 * The contract's schema is one source of findings; the others are what its words forbid (mandatory fields by protocol,
 * amounts that are not whole minor units, sums that do not add up, a positive discount) and what is known to surprise.
 * Rules read JSON that may be wrong anywhere, so that one wrong field never hides another one's fault.
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Finding from "./Finding.ts"
import { checkCurrencies, readAmounts } from "./internal/AmountRules.ts"
import { FindingCollector } from "./internal/FindingCollector.ts"
import { readTarget } from "./internal/TerminalRules.ts"
import { checkCustomData, checkOrderId, checkPeople } from "./internal/TextRules.ts"
import { type JsonObject, object } from "./internal/UntypedJson.ts"
import type { OrderRequest } from "./Order.ts"
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

/** Reads a request body: any JSON value. Never throws. */
export const read = (json: unknown): Reading => {
  const body = RootOrder.fillDefaults(json)
  const report = new FindingCollector()
  const { findings } = report
  const sound = RootOrder.isExact(body) || checkContract(body, report)
  const parts = applyRules(object(body), report)
  return sound && parts !== undefined
    ? { body, findings, request: Conversion.toRequest(body, parts) }
    : { body, findings }
}

/** Reports violations of the contract's schema, and unknown names; without a violation the body is a `RootOrder`. */
const checkContract = (body: unknown, report: FindingCollector): body is RootOrder.RootOrder => {
  let sound = true
  RootOrder.check(body, "", ({ path, keyword, message, expected, value }) => {
    sound = false
    const actual = Finding.describe(value, path)
    report.add(
      keyword === "shape"
        ? Finding.make("refused", keyword, path, expected, actual)
        : { path, code: keyword, severity: "refused", rule: "contract", message, expected, actual }
    )
  })
  RootOrder.checkNames(body, "", ({ path, names }) => {
    report.warn("field-unknown", path, `a field of the contract: ${names.join(", ")}`, "a field that nobody reads")
  })
  return sound
}

/** The request as it stands, or every finding when strict validation would refuse it. */
export const accept = (request: OrderRequest): Result.Result<OrderRequest, InvalidOrder> => {
  const foreign = new FindingCollector()
  checkCurrencies(request.order, foreign)
  const { findings, request: accepted } = read(Conversion.fromRequest(request))
  const all = [...foreign.findings, ...findings]
  return accepted === undefined || Finding.refuses(all)
    ? Result.fail(new InvalidOrder({ findings: all }))
    : Result.succeed(accepted)
}

/** Applies our own rules; the parts are there when an order can be made at all. */
const applyRules = (root: JsonObject, report: FindingCollector): Conversion.Parts | undefined => {
  const order = object(root.order)
  const named = checkOrderId(order.order_id, report)
  const { amount, shippingFees, taxFees, lines } = readAmounts(order, report)
  checkCustomData(object(order.custom_data), report)
  checkPeople(root, report)
  const target = readTarget(object(root.pos_technical_info), order.transaction_type, report)
  return named && amount && target ? { amount, target, shippingFees, taxFees, lines } : undefined
}

/** An order that strict validation refuses, with everything that is wrong or odd about it. */
export class InvalidOrder extends Schema.TaggedError<InvalidOrder>()("InvalidOrder", {
  findings: Schema.Array(Finding.Finding)
}) {
  override get message() {
    return this.findings
      .filter((finding) => finding.severity === "refused")
      .map(Finding.toText)
      .join("; ")
  }
}
