/** A server for tests of a till, in the place of `fetch`. Nothing leaves the process. */
import type { ProblemCode, ProblemDetails } from "@hipay-pos/core/wire/Problem"
import type { Fetch } from "../Transport.ts"

/** What the next payment comes to. */
export type Scripted =
  | "approved"
  /** Refused at the terminal. */
  | "declined"
  /** The server refuses it before it asks a terminal. */
  | "not-started"
  /** The line is cut after the order left. */
  | "unknown"
  /** The server has an earlier attempt of the order whose outcome it does not know. */
  | "unsettled"
  /** The server has the order as paid before. */
  | "already-approved"
  /** The server has the order as paid before, and cancelled since. */
  | "already-reversed"
  /** No answer until the deadline or until it is aborted. */
  | "silent"
  | { readonly paid: number }
  /** A failed payment with a code of the service's. */
  | { readonly errorCode: string }
  /** An answer as a server gives it. */
  | { readonly status: number; readonly body: unknown }

/** An order that the fake was asked to have paid. */
export interface Asked {
  readonly orderId: string
  readonly transactionType: string
  /** Minor units. */
  readonly amount: number
  readonly currency: string
  /** The whole body. */
  readonly body: unknown
}

/** A simulated server of your words: what its `fetch` answers, and what it was asked for. */
export interface FakeServer {
  readonly fetch: Fetch
  readonly asked: ReadonlyArray<Asked>
  /** Adds to what comes next. */
  readonly script: (...outcomes: ReadonlyArray<Scripted>) => void
}

/** A server whose payments come to what the script says, one after the other; `approved` when it has ended. */
export const makeFakeServer = (script: ReadonlyArray<Scripted> = []): FakeServer => {
  const outcomes = [...script]
  const asked: Array<Asked> = []
  const fetch: Fetch = async (_, { method, body, signal }) => {
    if (method === "GET") return new Response("up", { headers: simulated })
    const json = JSON.parse(String(body)) as WireOrder
    const { order_id, transaction_type, price } = json.order
    asked.push({
      orderId: order_id,
      transactionType: transaction_type,
      amount: price.amount,
      currency: price.currency,
      body: json
    })
    return answer(outcomes.shift() ?? "approved", json, signal)
  }
  return { fetch, asked, script: (...more) => void outcomes.push(...more) }
}

interface WireOrder {
  readonly order: {
    readonly order_id: string
    readonly transaction_type: string
    readonly price: { readonly amount: number; readonly currency: string }
  }
}

const answer = async (
  outcome: Scripted,
  body: WireOrder,
  signal: AbortSignal | null | undefined
): Promise<Response> => {
  if (typeof outcome === "object") {
    if ("status" in outcome) return Response.json(outcome.body, { status: outcome.status })
    if ("errorCode" in outcome) return failure(outcome.errorCode)
    const { price } = body.order
    return success({ ...body, order: { ...body.order, price: { ...price, amount: outcome.paid } } })
  }
  switch (outcome) {
    case "approved":
      return success(body)
    case "declined":
      return failure("1006")
    case "not-started":
      return problem(400, "unavailable.terminal.bad.request")
    case "unsettled":
      return problem(409, "attempt.unresolved", { attempt: "/attempts/1", state: "unknown" })
    case "already-approved": {
      const recorded = { paymentStatus: "Success", order: body.order }
      return problem(409, "attempt.already.approved", { attempt: "/attempts/1", state: "approved", recorded })
    }
    case "already-reversed":
      return problem(409, "attempt.reversed", { attempt: "/attempts/2", state: "approved" })
    case "unknown":
      throw new TypeError("fetch failed", { cause: { code: "ECONNRESET" } })
    case "silent":
      return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)))
  }
}

const simulated = { "x-hipay-pos-mode": "simulated" }

const success = (echo: WireOrder): Response =>
  Response.json(
    { paymentStatus: "Success", order: echo.order },
    { headers: { ...simulated, "x-hipay-pos-attempt": "/attempts/1" } }
  )

const problem = (status: number, code: ProblemCode, details: ProblemDetails = {}): Response =>
  Response.json({ error: { status, code, details } }, { status, headers: simulated })

const failure = (errorCode: string): Response =>
  Response.json({ paymentStatus: "Failure", error: { errorCode } }, { headers: simulated })
