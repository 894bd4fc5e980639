/**
 * Strict validation of an order while it is typed, each finding with its line. Pure.
 *
 * A finding about a missing field is on the line of its object.
 */
import type { Finding } from "@hipay-pos/core/Finding"
import * as Wording from "@hipay-pos/core/Finding"
import * as JsonText from "@hipay-pos/core/JsonText"
import * as OrderRules from "@hipay-pos/core/OrderRules"
import { type DocumentNode, parse, type ValueNode } from "@humanwhocodes/momoa"
import * as Result from "effect/Result"

/** A finding, and its line from 1. */
export interface LocatedFinding extends Pick<Finding, "path" | "severity" | "expected" | "actual"> {
  readonly line: number
}

export interface CheckedOrder {
  readonly findings: ReadonlyArray<LocatedFinding>
  /** Whether the API would wake a terminal. */
  readonly accepted: boolean
  /** The line, from 1, where the text stops being JSON. */
  readonly notJson?: { readonly line: number; readonly problem: string }
  readonly json?: unknown
  readonly orderId?: string
  /** The API's name of the terminal, `HOST:PORT`. */
  readonly terminal?: string
  readonly amount?: { readonly minorUnits: number; readonly currency: string }
}

export const checkOrder = (text: string): CheckedOrder => {
  const read = JsonText.parse(text)
  if (Result.isFailure(read)) {
    const line = Number(/line (\d+)/.exec(read.failure)?.[1] ?? 1)
    return { findings: [], accepted: false, notJson: { line, problem: read.failure } }
  }
  const json = read.success
  const { request, findings } = OrderRules.read(json)
  const document = parse(text, { mode: "json" })
  return {
    json,
    findings: findings
      .map(({ path, severity, expected, actual }) => ({
        path,
        severity,
        expected,
        actual,
        line: lineOf(document, path)
      }))
      .sort((a, b) => a.line - b.line),
    accepted: request !== undefined && !Wording.refuses(findings),
    ...(request === undefined ? {} : { orderId: request.order.orderId, amount: request.order.amount }),
    ...(request?.target._tag === "Concert" ? { terminal: `${request.target.host}:${request.target.port}` } : {})
  }
}

/** The line of a path such as `order.basket[0].name`, or of its deepest existing part. */
const lineOf = (document: DocumentNode, path: string): number => {
  let node: ValueNode = document.body
  let { line } = node.loc.start
  for (const step of path.split(/[.[\]]+/).filter((each) => each !== "")) {
    if (node.type === "Object") {
      const member = node.members.find(({ name }) => (name.type === "String" ? name.value : name.name) === step)
      if (member === undefined) break
      node = member.value
      line = member.loc.start.line
    } else if (node.type === "Array") {
      const element = node.elements[Number(step)]
      if (element === undefined) break
      node = element.value
      line = node.loc.start.line
    } else break
  }
  return line
}
