/**
 * An order that is refused before it is claimed. A till takes a refusal to mean that nothing was started and that it may take
 * another payment, so an earlier attempt that may have been paid is the answer instead.
 */
import { object } from "@hipay-pos/core/JsonObject"
import { OrderId } from "@hipay-pos/core/Order"
import { TransactionType } from "@hipay-pos/core/TransactionType"
import * as RootOrder from "@hipay-pos/core/wire/RootOrder"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type AttemptKey, urlOf } from "../attempts/Attempt.ts"
import { KeptOrder } from "../attempts/KeptOrder.ts"
import type { Repeated } from "../attempts/Repeat.ts"
import { type Answer, unexpected } from "../render/Answer.ts"
import { replayed } from "../render/attemptAnswer.ts"
import { toProblem } from "../render/problems.ts"
import type { Space } from "../Space.ts"

/** As much of a refused order as shows what it repeats. */
export interface RefusedOrder extends Repeated {
  readonly key: AttemptKey
}

/** What JSON, even of an invalid order, would repeat; undefined if it has no id. */
export const repeatedBy = (json: unknown, login: string, idempotencyKey?: string): RefusedOrder | undefined => {
  const body = RootOrder.fillDefaults(json)
  const { order_id: orderId, transaction_type: transactionType } = object(object(body).order)
  if (!isOrderId(orderId) || !isTransactionType(transactionType)) return undefined
  return { key: { login, orderId, transactionType }, order: new KeptOrder(body), idempotencyKey }
}

const isOrderId = Schema.is(OrderId)
const isTransactionType = Schema.is(TransactionType)

/** The earlier attempt's answer or, without one, the refusal. */
export const answerEarlierOr = (
  { attempts, answerTo }: Space,
  { key, ...repeated }: RefusedOrder,
  refusal: Answer
): Effect.Effect<Answer> =>
  Effect.match(attempts.earlier(key, repeated), {
    onSuccess: (earlier) =>
      earlier === undefined ? refusal : replayed(answerTo(earlier) ?? unexpected({ attempt: urlOf(earlier) }), earlier),
    onFailure: (problem) => toProblem(problem, answerTo)
  })

/**
 * {@link answerEarlierOr} for a caller whose login could not be checked: says only whether the order was sent before, not what it
 * came to.
 */
export const tellEarlierOr = (
  { attempts }: Space,
  { key, ...repeated }: RefusedOrder,
  detail: string
): Effect.Effect<Answer> =>
  Effect.match(attempts.earlier(key, repeated), {
    onSuccess: (earlier) => toProblem({ _tag: "LoginUnchecked", detail, wasSentBefore: earlier !== undefined }),
    onFailure: (problem) =>
      toProblem(
        problem._tag === "AttemptStoreFailed" && problem.reason._tag === "EarlierUnknown"
          ? problem
          : { _tag: "LoginUnchecked", detail, wasSentBefore: true }
      )
  })
