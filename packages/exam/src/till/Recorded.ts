/**
 * What is recorded of one scenario: the till's requests and their answers, and how many orders were treated.
 * Card numbers never reach it.
 */
import type { IncomingMessage, ServerResponse } from "node:http"
import * as CardNumber from "@hipay-pos/core/CardNumber"
import type { Exchange, OrderSeen } from "./Evidence.ts"
import { type AnswerSeen, toldBy } from "./Outcome.ts"
import type { Treatment } from "./Scenario.ts"

/** What is to happen in a scenario, and whose order is whose. */
export interface Watch {
  readonly treatments: ReadonlyArray<Treatment>
  /** The sale that an order belongs to. */
  readonly saleOf: (order: OrderSeen | undefined) => number
  readonly onOrder?: ((exchange: Exchange) => void) | undefined
}

/** What is kept of one scenario. */
export interface Recorded {
  readonly watch: Watch
  readonly exchanges: Array<Exchange>
  /** The order ids that it used before any other did. */
  readonly ids: Set<string>
  /** Orders that took a treatment. */
  orders: number
  /** Milliseconds since it began. */
  readonly now: () => number
  /** What was in the ledger before it. */
  readonly earlier: ReadonlySet<string>
}

export const newRecord = (watch: Watch, earlier: ReadonlySet<string>): Recorded => {
  const began = performance.now()
  return {
    watch,
    exchanges: [],
    ids: new Set(),
    orders: 0,
    // To the microsecond: what a till says and what it then sends must not fall on one moment.
    now: () => Math.round((performance.now() - began) * 1_000) / 1_000,
    earlier
  }
}

/** What is to happen to an order. The terminal is the running scenario's: a late order takes what keeps away from it. */
export const nextTreatment = (record: Recorded, isLate: boolean): Treatment | undefined => {
  const next = record.watch.treatments[record.orders++]
  return isLate && next?.instead === undefined ? undefined : next
}

/** The most of a body that is kept as evidence. */
const MAX_KEPT_BODY = 20_000

/** Records a request as it arrives. */
export const open = (
  { watch, exchanges, ids, now }: Recorded,
  incoming: IncomingMessage,
  body: Buffer,
  treatment?: Treatment,
  order?: OrderSeen
): Exchange => {
  const exchange: Exchange = {
    id: exchanges.length + 1,
    at: now(),
    method: incoming.method ?? "GET",
    path: CardNumber.maskAddress(incoming.url ?? "/"),
    body: CardNumber.maskedStart(body.toString("utf8"), MAX_KEPT_BODY),
    order,
    sale: watch.saleOf(order),
    ended: "open",
    treatment: treatment?.shows
  }
  exchanges.push(exchange)
  if (order !== undefined && order.orderId !== "") ids.add(order.orderId)
  return exchange
}

/** Records the answer to a request, and whether the till got the whole of it. */
export const finish = (exchange: Exchange, ended: { answer: AnswerSeen; whole: boolean }, now: () => number) => {
  const { whole } = ended
  const answer = { ...ended.answer, body: CardNumber.maskWritten(ended.answer.body) }
  exchange.answer = { ...answer, body: answer.body.slice(0, MAX_KEPT_BODY) }
  if (answer.body.length > MAX_KEPT_BODY) exchange.told = toldBy(exchange.order, answer)
  if (exchange.ended !== "open") return
  exchange.ended = whole ? "delivered" : "cut"
  exchange.endedAt = now()
}

/** Resolves when the till hangs up before it has its answer. */
export const hungUp = (outgoing: ServerResponse, exchange: Exchange, now: () => number): Promise<void> =>
  new Promise((resolve) => {
    outgoing.once("close", () => {
      if (exchange.ended === "open" && !outgoing.writableEnded) {
        exchange.ended = "hung-up"
        exchange.endedAt = now()
      }
      resolve()
    })
  })
