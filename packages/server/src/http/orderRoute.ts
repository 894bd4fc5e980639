/** Takes an order: answers it once, reports the answer, or later what it came to, and ends its trace. */

import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import type * as Tracer from "effect/Tracer"
import type { Context, Handler } from "hono"
import type { Answer } from "../render/Answer.ts"
import { toProblem } from "../render/problems.ts"
import type { Listener } from "../ServerEvent.ts"
import * as OrderTrace from "../telemetry/OrderTrace.ts"
import { type Env, headerOf, type TakenOrder } from "./HonoEnv.ts"
import type { Responder } from "./RouteTools.ts"

/** Where orders are sent. */
export const ORDER = "/v1/connector/order"

/** What the route works with. */
export interface OrderRouteOptions {
  readonly answerOrder: (c: Context<Env>) => Promise<Answer | undefined>
  /** Reports a bug of the server; the answer to its caller. */
  readonly reportDefect: (c: Context<Env>, error: unknown) => Answer
  readonly send: Responder["send"]
  readonly emit: Listener
  /** Resolves at the end of the current tick, together for all orders of that tick. */
  readonly batchPerTick: () => Promise<void>
  /** Aborted when the server shuts down. */
  readonly closing: AbortSignal
  readonly tracer: Tracer.Tracer | undefined
}

export const orderRoute =
  ({ answerOrder, reportDefect, send, emit, batchPerTick, closing, tracer }: OrderRouteOptions): Handler<Env> =>
  async (c) => {
    const requestId = c.get("requestId")
    const trace = tracer && OrderTrace.begin(tracer, { traceparent: headerOf(c, "traceparent"), requestId })
    const order: TakenOrder = { startedAt: performance.now(), trace }
    c.set("order", order)
    const answer = await answerOrder(c).catch((error: unknown) => reportDefect(c, error))
    if (answer === undefined) return send(c, toProblem({ _tag: "Unexpected" }))
    await batchPerTick()
    const report = (_tag: "OrderAnswered" | "OrderEnded", answer: Answer) => {
      const { startedAt, login, orderId, attempt } = order
      const took = performance.now() - startedAt
      emit({ _tag, requestId, answer, took, login, orderId, attempt, traceId: trace?.traceId })
    }
    report("OrderAnswered", answer)
    if (order.later === undefined) trace?.end(answer.status)
    else {
      void order.later.then((exit) => {
        report("OrderEnded", Exit.isSuccess(exit) ? exit.value : reportDefect(c, Cause.squash(exit.cause)))
        trace?.end(answer.status)
      })
    }
    const deliver = c.get("deliver")
    return deliver === undefined ? send(c, answer) : deliver(send(c, answer), closing)
  }
