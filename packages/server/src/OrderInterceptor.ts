/** What a server does around orders beside having them paid, such as the faults that a test sets at a mock. */
import type { Order } from "@hipay-pos/core/Order"
import type { Context } from "hono"
import type { Answer } from "./render/Answer.ts"

/** Called for each order that is about to be paid; undefined changes nothing. */
export type OrderInterceptor = (c: Context, order: Order) => Interception | undefined

/** What is done about one order. */
export interface Interception {
  /** The answer instead of a payment: the order goes no further. */
  readonly instead?: Answer | undefined
  /** Called when the payment has ended, before its answer is sent. */
  readonly answered?: (() => void) | undefined
  /** The answer that is sent instead of the payment's, or of `instead`. */
  readonly change?: ((answer: Answer) => Answer) | undefined
  /** Sends the response in place of the server; `closing` is aborted when the server shuts down. */
  readonly deliver?: Deliver | undefined
}

export type Deliver = (response: Response, closing: AbortSignal) => Promise<Response>
