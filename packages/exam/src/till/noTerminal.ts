/**
 * Sales that never reach a terminal, so that nothing is charged and there is nothing to examine: a field of their orders
 * keeps them from it, which the examination refuses; the server refuses all of them; or none came at all.
 */
import type { ProblemCode } from "@hipay-pos/core/wire/Problem"
import { error } from "@hipay-pos/server/http"
import { debitsOf, type Evidence, type Exchange, givesBack, type NoTerminalField, type Sent } from "./Evidence.ts"
import type { Finding } from "./Finding.ts"
import { found } from "./findings.ts"
import { refusalIn } from "./Outcome.ts"
import { isOrderRequest } from "./readOrder.ts"
import type { Treatment } from "./Scenario.ts"
import { sentAs } from "./sentAs.ts"

/** The answer to an order with such a field: a gateway's refusal, with what to change. */
export const refusing = (field: NoTerminalField): Treatment => {
  const { code, change } = refusals[field]
  const description = `An examination counts what terminals charge, and this order wakes none. ${change}`
  return {
    shows: { en: "refused: it wakes no terminal", fr: "refusée : elle ne réveille aucun terminal" },
    instead: sentAs(error(400, code, description, { path: field }))
  }
}

const refusals: Readonly<Record<NoTerminalField, { readonly code: ProblemCode; readonly change: string }>> = {
  sandbox_code: { code: "sandbox.code.unknown", change: "Leave out sandbox_code." },
  initialize_payment_terminal: {
    code: "unsupported.terminal.bad.request",
    change: "Leave out initialize_payment_terminal, or set it to true."
  }
}

/** The first order that reached no terminal because of such a field. */
export const unexamined = (evidence: Evidence): ReadonlyArray<Finding> => {
  for (const exchange of evidence.exchanges) {
    const { order, answer } = exchange
    if (order?.noTerminalBy !== undefined) {
      return [found("no-terminal", [exchange], { field: order.noTerminalBy })]
    }
    const refusal = order === undefined || givesBack(order) ? undefined : answer && refusalIn(answer)
    if (refusal === undefined || !wereRefused(debitsOf(evidence, exchange.sale))) continue
    return [found("order-refused", [exchange], { refusal })]
  }
  return []
}

/** Whether the server refused orders, and no other order reached a terminal or may have. */
export const wereRefused = (orders: ReadonlyArray<Sent>): boolean =>
  orders.some(({ answer }) => answer !== undefined && refusalIn(answer) !== undefined) &&
  orders.every(({ answer }) => answer !== undefined && (answer.status === 401 || refusalIn(answer) !== undefined))

/** A sale without an order, or without one under the examination's login. */
export const missingOrder = (evidence: Evidence, sale: number): ReadonlyArray<Finding> => {
  if (debitsOf(evidence, sale).length > 0) return []
  const refused = refusedLogin(evidence, sale)
  return [refused === undefined ? found("no-order", [], { sale }) : found("wrong-login", [refused])]
}

/** An order that did not count as the till's, because of its login. With a person, its sale is not known. */
const refusedLogin = ({ exchanges }: Evidence, sale: number): Exchange | undefined => {
  const refused = exchanges.filter(
    ({ method, path, order, answer }) => order === undefined && isOrderRequest(method, path) && answer?.status === 401
  )
  const isAll = exchanges.every(({ order }) => order === undefined)
  return refused.find((each) => isAll || each.sale === sale)
}
