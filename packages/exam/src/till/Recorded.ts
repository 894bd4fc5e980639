/**
 * The record of one scenario: the till's requests and their answers, and how many orders were treated.
 * Card numbers never reach it.
 */
import type { IncomingMessage, ServerResponse } from "node:http"
import * as CardNumber from "@hipay-pos/core/CardNumber"
import type { Exchange, OrderSeen } from "./Evidence.ts"
import { type AnswerSeen, toldBy } from "./Outcome.ts"
import type { Treatment } from "./Scenario.ts"

/** The treatments of a scenario, and how orders are assigned to its sales. */
export interface Watch {
  readonly treatments: ReadonlyArray<Treatment>
  /** The sale that an order belongs to. */
  readonly saleOf: (order: OrderSeen | undefined) => number
  readonly onOrder?: ((exchange: Exchange) => void) | undefined
}

/** The record of one scenario. */
export interface Recorded {
  readonly watch: Watch
  readonly exchanges: Array<Exchange>
  /** The order ids that this scenario used first. */
  readonly ids: Set<string>
  /** How many orders got a treatment. */
  orders: number
  /** Milliseconds since it began. */
  readonly now: () => number
  /** The size of the ledger when it began. */
  readonly earlier: ReadonlySet<string>
}

export const newRecord = (watch: Watch, earlier: ReadonlySet<string>): Recorded => {
  const began = performance.now()
  return {
    watch,
    exchanges: [],
    ids: new Set(),
    orders: 0,
    // To the microsecond: a till's report and its next request must not get the same time.
    now: () => Math.round((performance.now() - began) * 1_000) / 1_000,
    earlier
  }
}

/**
 * The treatment of an order. A late one gets only an answer without a terminal: the current scenario uses the terminals. So does
 * one that the mock refuses, and one that was sent before, for which the mock says what it knows: they leave the treatment to
 * the next order that is served.
 */
export const nextTreatment = (
  record: Recorded,
  order: OrderSeen | undefined,
  isLate: boolean
): Treatment | undefined => {
  const next = record.watch.treatments[record.orders]
  if (next?.instead === undefined && (!isServed(order) || isRepeat(record, order))) return undefined
  record.orders++
  return isLate && next?.instead === undefined ? undefined : next
}

const isServed = (order: OrderSeen | undefined): order is OrderSeen => order !== undefined && order.terminal !== ""

const isRepeat = ({ exchanges }: Recorded, { orderId, transactionType }: OrderSeen): boolean =>
  exchanges.some(
    ({ order }) => isServed(order) && order.orderId === orderId && order.transactionType === transactionType
  )

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

/** Records the answer to a request, and whether the till got all of it. */
export const finish = (exchange: Exchange, ended: { answer: AnswerSeen; whole: boolean }, now: () => number) => {
  const { whole } = ended
  const answer = { ...ended.answer, body: CardNumber.maskWritten(ended.answer.body) }
  exchange.answer = { ...answer, body: answer.body.slice(0, MAX_KEPT_BODY) }
  if (answer.body.length > MAX_KEPT_BODY) exchange.told = toldBy(exchange.order, answer)
  if (exchange.ended !== "open") return
  exchange.ended = whole ? "delivered" : "cut"
  exchange.endedAt = now()
}

/** Resolves if the till hangs up before it has its answer. */
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
