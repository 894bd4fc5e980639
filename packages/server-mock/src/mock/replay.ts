/** Answers orders from a relay's recording, by order id, type, amount and currency; orders without a recording are simulated. */
import { object } from "@hipay-pos/core/JsonObject"
import * as JsonText from "@hipay-pos/core/JsonText"
import type { Order } from "@hipay-pos/core/Order"
import type { RecordedExchange } from "@hipay-pos/core/wire/RecordedExchange"
import { type Answer, RECORDED } from "@hipay-pos/server"
import * as Result from "effect/Result"

/** The recorded answer to an order: each is given once, in order, and then the last one again and again. */
export type Replay = (order: Pick<Order, "orderId" | "transactionType" | "amount">) => Answer | undefined

export const makeReplay = (recorded: ReadonlyArray<RecordedExchange>): Replay => {
  const answers = new Map<string, Array<Answer>>()
  for (const exchange of recorded) {
    const key = keyOf(exchange.order)
    if (key !== undefined) answers.set(key, [...(answers.get(key) ?? []), answerOf(exchange)])
  }
  return ({ orderId, transactionType, amount }) => {
    const left = answers.get(textOf(orderId, transactionType, amount.currency, amount.minorUnits))
    return left !== undefined && left.length > 1 ? left.shift() : left?.[0]
  }
}

const answerOf = ({ recorded, status, contentType, body }: RecordedExchange): Answer => ({
  status,
  headers: {
    [RECORDED]: new Date(recorded).toISOString(),
    ...(contentType === undefined ? {} : { "Content-Type": contentType })
  },
  // Parsed for the log, which reads its fields.
  body: Result.getOrElse(JsonText.parse(body), () => undefined) ?? body,
  bytes: new TextEncoder().encode(body)
})

/** Applies the contract's defaults, as reading an order does. */
const keyOf = (json: unknown): string | undefined => {
  const order = object(object(json).order)
  const { amount, currency = "EUR" } = object(order.price)
  const { order_id: orderId, transaction_type: type = "Debit" } = order
  return typeof orderId === "string" ? textOf(orderId, String(type), String(currency), Number(amount)) : undefined
}

const textOf = (orderId: string, type: string, currency: string, amount: number): string =>
  JSON.stringify([orderId, type, currency, amount])
