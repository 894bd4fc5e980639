/** The order route: answers an order once, reports the answer (or later the result), and ends its trace. */

import type * as Tracer from "effect/Tracer"
import type { Context } from "hono"
import type { Answer } from "../render/Answer.ts"
import { toProblem } from "../render/problems.ts"
import type { Listener } from "../ServerEvent.ts"
import * as OrderTrace from "../telemetry/OrderTrace.ts"
import { type Env, headerOf, type TakenOrder } from "./HonoEnv.ts"
import type { Responder } from "./RouteTools.ts"

/** The path of orders. */
export const ORDER = "/v1/connector/order"

/** What the route works with. */
export interface OrderRouteOptions {
  readonly answerOrder: (c: Context<Env>) => Promise<Answer | undefined>
  /** Reports a bug of the server and returns the answer to its caller. */
  readonly reportDefect: (requestId: string, error: unknown) => Answer
  readonly send: Responder["send"]
  readonly emit: Listener
  /** Resolves at the end of the current tick, for all of its orders together. */
  readonly batchPerTick: () => Promise<void>
  /** Aborted when the server shuts down. */
  readonly closing: AbortSignal
  readonly tracer: Tracer.Tracer | undefined
}

export const orderRoute = (options: OrderRouteOptions): ((c: Context<Env>) => Promise<Response>) => {
  const { answerOrder, reportDefect, send, emit, batchPerTick, closing, tracer } = options

  /** Reports the end of an order that was answered 202. Must not retain its request, which may have ended long before. */
  const endLater = (
    requestId: string,
    order: TakenOrder,
    later: NonNullable<TakenOrder["later"]>,
    status: Answer["status"]
  ): void => {
    const answered = later().catch((error: unknown) => reportDefect(requestId, error))
    void answered.then((answer) => {
      emit(told("OrderEnded", requestId, order, answer))
      order.trace?.end(status)
    })
  }

  /** Undefined without a tracer, or if it fails. */
  const beginTrace = (c: Context<Env>, requestId: string): OrderTrace.OrderTrace | undefined => {
    try {
      return tracer && OrderTrace.begin(tracer, { traceparent: headerOf(c, "traceparent"), requestId })
    } catch {
      return undefined
    }
  }

  return async (c) => {
    const requestId = c.get("requestId")
    const trace = beginTrace(c, requestId)
    const order: TakenOrder = { startedAt: performance.now(), trace }
    c.set("order", order)
    let answer: Answer | undefined
    try {
      answer = await answerOrder(c)
    } catch (error) {
      answer = reportDefect(requestId, error)
    }
    if (answer === undefined) return send(c, toProblem({ _tag: "Unexpected" }))
    await batchPerTick()
    emit(told("OrderAnswered", requestId, order, answer))
    if (order.later === undefined) trace?.end(answer.status)
    else endLater(requestId, order, order.later, answer.status)
    const deliver = c.get("deliver")
    return deliver === undefined ? send(c, answer) : deliver(send(c, answer), closing)
  }
}

/** The event about an order. */
const told = <Tag extends "OrderAnswered" | "OrderEnded">(
  _tag: Tag,
  requestId: string,
  { startedAt, login, orderId, attempt, asked, trace }: TakenOrder,
  answer: Answer
) => ({
  _tag,
  requestId,
  answer,
  took: performance.now() - startedAt,
  login,
  orderId,
  attempt,
  asked,
  traceId: trace?.traceId
})
