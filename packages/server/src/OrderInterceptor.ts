/** Intervenes in orders, such as with the faults that a test sets in a mock. */
import type { Order } from "@hipay-pos/core/Order"
import type { Context } from "hono"
import type { Answer } from "./render/Answer.ts"

/** Called for each order about to be paid; undefined changes nothing. */
export type OrderInterceptor = (c: Context, order: Order) => Interception | undefined

/** An intervention in one order. */
export interface Interception {
  /** The answer instead of a payment: the order goes no further. */
  readonly instead?: Answer | undefined
  /** Called once the payment has ended, before its answer is sent. */
  readonly answered?: (() => void) | undefined
  /** Changes the answer of the payment, or `instead`. */
  readonly change?: ((answer: Answer) => Answer) | undefined
  /** Sends the response in the server's place; `closing` is aborted when the server shuts down. */
  readonly deliver?: Deliver | undefined
}

export type Deliver = (response: Response, closing: AbortSignal) => Promise<Response>
