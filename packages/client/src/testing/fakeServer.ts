/** A scripted server for tests of a till, to be passed as `fetch`. Nothing leaves the process. */
import type { ProblemCode, ProblemDetails } from "@hipay-pos/core/wire/Problem"
import type { Fetch } from "../Transport.ts"

/** The outcome of the next payment. */
export type Scripted =
  | "approved"
  /** Refused at the terminal. */
  | "declined"
  /** The server refuses it before it asks a terminal. */
  | "not-started"
  /** The connection breaks after the order was sent. */
  | "unknown"
  /** The server has an earlier attempt of the order whose outcome it does not know. */
  | "unsettled"
  /** The server has the order as already paid. */
  | "already-approved"
  /** The server has the order as paid, and cancelled since. */
  | "already-reversed"
  /** No answer until the deadline passes or the payment is aborted. */
  | "silent"
  | { readonly paid: number }
  /** A failed payment with an error code of the service. */
  | { readonly errorCode: string }
  /** An answer of the server. */
  | { readonly status: number; readonly body: unknown }

/** An order that the fake server received. */
export interface Asked {
  readonly orderId: string
  readonly transactionType: string
  /** Minor units. */
  readonly amount: number
  readonly currency: string
  /** The whole body. */
  readonly body: unknown
}

/** A scripted server: its `fetch`, and the orders it received. */
export interface FakeServer {
  readonly fetch: Fetch
  readonly asked: ReadonlyArray<Asked>
  /** Adds outcomes to the script. */
  readonly script: (...outcomes: ReadonlyArray<Scripted>) => void
}

/** A server whose payments follow a script, one outcome each; `approved` once the script has ended. */
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
