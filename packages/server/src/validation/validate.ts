/**
 * Whether an order goes to a terminal: by all of our rules, or as the real service evidently decides.
 *
 * `strict` refuses what the contract's schema or prose forbids. `faithful` refuses only what the service's validator refuses, by
 * the contract's schema alone, and warns of the rest; a body that passes but makes no order reaches no terminal. Evidence for
 * `faithful`: the code and words of the service's own example error, which come from openapi-request-validator with ajv 6.
 */
import * as Finding from "@hipay-pos/core/Finding"
import type { OrderRequest } from "@hipay-pos/core/Order"
import * as OrderRules from "@hipay-pos/core/OrderRules"

/** How strictly orders are validated. */
export type Validation = (typeof validations)[number]

/** All validations. */
export const validations = ["strict", "faithful"] as const

/** An order that goes to a terminal. */
export interface Accepted {
  readonly _tag: "Accepted"
  readonly request: OrderRequest
  /** The body with the contract's defaults. */
  readonly body: unknown
  readonly findings: ReadonlyArray<Finding.Finding>
}

/** An order that does not go to a terminal. */
export type Rejected =
  | { readonly _tag: "InvalidBody"; readonly findings: ReadonlyArray<Finding.Finding> }
  /** The service's validator says only where and what. */
  | { readonly _tag: "ContractFault"; readonly finding: Finding.Finding }
  /** It passes the service's validator, but no terminal could be asked to pay it. */
  | { readonly _tag: "Undeliverable"; readonly finding: Finding.Finding | undefined }

/** A content type that the contract does not know. */
export interface UnsupportedContentType {
  readonly _tag: "UnsupportedContentType"
  readonly actual: string
}

/** Further options of validation. */
export interface ValidateOptions {
  /** Errors only in the basket become warnings: the money is real, and the terminal knows no basket. */
  readonly lenientBasket?: boolean
  /** Whether an order is relayed to HiPay's own service, which may accept what strict validation refuses. */
  readonly isRelayed?: ((request: OrderRequest) => boolean) | undefined
}

/** Validates a body. Never throws. */
export const validate = (
  json: unknown,
  validation: Validation,
  { lenientBasket = false, isRelayed }: ValidateOptions = {}
): Accepted | Rejected => {
  const { request, body, findings: found } = OrderRules.read(json, { unnamedTarget: isRelayed !== undefined })
  const findings = lenientBasket ? found.map(warnOfBasket) : found
  const isElsewhere = isRelayed !== undefined && (request === undefined || isRelayed(request))
  if (validation === "strict" && !isElsewhere) {
    return request === undefined || Finding.refuses(findings)
      ? { _tag: "InvalidBody", findings }
      : { _tag: "Accepted", request, body, findings }
  }
  const fault = findings.find(({ rule }) => rule === "contract")
  if (fault !== undefined) return { _tag: "ContractFault", finding: fault }
  if (request === undefined) {
    return { _tag: "Undeliverable", finding: findings.find(({ severity }) => severity === "refused") }
  }
  return { _tag: "Accepted", request, body, findings: findings.map((finding) => ({ ...finding, severity: "warning" })) }
}

/** Refuses a content type as the service's validator evidently does. */
export const unsupportedType = (type: string | undefined): UnsupportedContentType | Rejected =>
  type === undefined || type === ""
    ? {
        _tag: "ContractFault",
        finding: {
          path: "",
          code: "required",
          severity: "refused",
          rule: "contract",
          message: "media type is not specified",
          expected: "a content type",
          actual: "none"
        }
      }
    : { _tag: "UnsupportedContentType", actual: type }

/** A basket of the wrong shape stays an error: no order can be made of it, however leniently its sums are checked. */
const warnOfBasket = (finding: Finding.Finding): Finding.Finding =>
  finding.rule === "order" && finding.code !== "shape" && finding.path.startsWith("order.basket")
    ? { ...finding, severity: "warning" }
    : finding
