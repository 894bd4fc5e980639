/**
 * The shape of an answer. `pos-api` is the contract; `cloud-api` is what its sister documents describe: `Failed`, the
 * terminal's own code at the root, `technical_pos_info`, and 502 for a terminal that cannot be reached.
 *
 * Evidence: the three public OpenAPI documents of the service. Everything in between, and what is kept, is `pos-api`.
 */
import type { Answer, Attempt } from "../attempts/Attempt.ts"

/** The shapes. */
export const dialects = ["pos-api", "cloud-api"] as const
export type Dialect = (typeof dialects)[number]

/** The answer of an attempt in a dialect. */
export const translate = (dialect: Dialect, answer: Answer, attempt: Attempt): Answer =>
  dialect === "pos-api" ? answer : toCloudApi(answer, attempt)

/** What answers of an attempt have in the contract's shape. */
interface Body {
  readonly paymentStatus?: "Success" | "Failure"
  readonly receipt?: string
  readonly error?: { readonly errorCode?: string; readonly errorDescription?: string; readonly code?: string }
  readonly order?: unknown
  readonly customer?: unknown
  readonly shipping?: unknown
  readonly pos_technical_info?: unknown
}

const toCloudApi = (answer: Answer, attempt: Attempt): Answer => {
  const { paymentStatus, receipt, error, order, customer, pos_technical_info } = answer.body as Body
  if (paymentStatus === undefined) return error?.code === UNREACHABLE ? unreachable(answer) : answer
  return {
    ...answer,
    body: {
      paymentStatus: paymentStatus === "Success" ? "Success" : "Failed",
      ...(receipt === undefined ? {} : { receipt }),
      ...(error === undefined
        ? {}
        : { errorCode: codeOf(attempt) ?? error.errorCode, errorData: { errorDescription: error.errorDescription } }),
      order,
      ...(customer === undefined ? {} : { customer }),
      technical_pos_info: pos_technical_info
    }
  }
}

const UNREACHABLE = "unavailable.terminal.bad.request"

const unreachable = (answer: Answer): Answer => {
  const { error } = answer.body as { readonly error: object }
  return { ...answer, status: 502, body: { error: { ...error, status: 502, message: "Bad Gateway" } } }
}

/** The terminal's own code for what happened (Concert's AF), where it gave one. */
const codeOf = ({ outcome }: Attempt): string | undefined =>
  outcome?._tag === "Declined" ? outcome.complement : undefined
