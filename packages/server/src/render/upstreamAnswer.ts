/**
 * Answers to orders that were relayed to HiPay's service: its own answer if that proves something, otherwise this server's
 * explanation why nothing was started or why the outcome is unknown.
 */
import * as JsonText from "@hipay-pos/core/JsonText"
import type { NotStarted, OutcomeUnknown } from "@hipay-pos/core/Terminal"
import type { ReceivedAnswer } from "@hipay-pos/core/wire/Attempt"
import type { ProblemCode } from "@hipay-pos/core/wire/Problem"
import * as Result from "effect/Result"
import { type Attempt, urlOf } from "../attempts/Attempt.ts"
import { type Answer, error, outcomeUnknown } from "./Answer.ts"

/** Whether the service's answer is the end of an attempt, so that the caller gets it as received. */
export const proves = ({ state, outcome, error }: Attempt): boolean =>
  state === "not-started" ? error.kind === "Rejected" || error.kind === "Reported" : outcome !== undefined

/** The service's recorded answer, with this server's headers. */
export const answered = (received: ReceivedAnswer, headers: Readonly<Record<string, string>>): Answer => ({
  status: received.status,
  headers: { ...received.headers, ...headers },
  body: jsonOf(received),
  bytes: new TextEncoder().encode(received.body)
})

/** Nothing was started: the service could not be reached, or it refused this server rather than the order. */
export const notStarted = (attempt: Attempt, { kind, detail }: NotStarted): Answer => {
  const { upstream = "" } = attempt
  const service = nameOf(upstream)
  const { status, code, description } = refusalOf(kind, service, detail)
  return error(status, code, description, { attempt: urlOf(attempt), kind, detail, upstream })
}

interface Refusal {
  readonly status: number
  readonly code: ProblemCode
  readonly description: string
}

const refusalOf = (kind: NotStarted["kind"], service: string, detail: string): Refusal => {
  switch (kind) {
    case "LoginRefused":
      return {
        status: 403,
        code: "relay.login.refused",
        description: `${service} refused the login of this relay, not the till's (${detail}). Nothing was started. Give the relay a login that ${service} accepts, then send the order again.`
      }
    case "Blocked":
      return {
        status: 403,
        code: "relay.blocked",
        description: `Something before ${service} refused this relay (${detail}), such as a firewall or a list of addresses. Nothing was started. Have the relay let through, then send the order again.`
      }
    case "ProxyLogin":
      return {
        status: 400,
        code: "relay.proxy.refused",
        description: `The proxy between this relay and ${service} asks for a login. Nothing was started. Put the login into HTTPS_PROXY, then send the order again.`
      }
    case "Untrusted":
      return {
        status: 400,
        code: "relay.certificate.refused",
        description: `The certificate of ${service} is not trusted (${detail}). Nothing was started. Check the relay's clock, its --relay address and its --ca file, then send the order again.`
      }
    case "HostUnknown":
      return {
        status: 400,
        code: "relay.host.unknown",
        description: `The name of ${service} cannot be resolved (${detail}). Nothing was started. Check the relay's DNS and its --relay address, then send the order again.`
      }
    default:
      return {
        status: 400,
        code: "relay.upstream.unreachable",
        description: `${service} cannot be reached (${detail}). Nothing was started. Check the relay's network, then send the order again.`
      }
  }
}

/** It may have moved money; the details include what the service said, if anything. */
export const unknown = (attempt: Attempt, { kind, detail }: OutcomeUnknown): Answer => {
  const { upstream = "", received } = attempt
  const said = received === undefined ? {} : { status: received.status, answer: jsonOf(received) }
  return outcomeUnknown(attempt.key.transactionType, nameOf(upstream), `: ${detail}`, {
    attempt: urlOf(attempt),
    kind,
    detail,
    upstream,
    ...said
  })
}

const jsonOf = ({ body }: ReceivedAnswer): unknown => Result.getOrElse(JsonText.parse(body), () => body)

const nameOf = (upstream: string): string =>
  upstream === "stage" || upstream === "production" ? `HiPay's service (${upstream})` : upstream
