/**
 * An order that is refused before it is claimed. A till takes a refusal to mean that nothing was started and that it may take
 * another payment, so an earlier attempt that may have been paid is the answer instead.
 */
import { object } from "@hipay-pos/core/JsonObject"
import { OrderId } from "@hipay-pos/core/Order"
import { TransactionType } from "@hipay-pos/core/TransactionType"
import * as RootOrder from "@hipay-pos/core/wire/RootOrder"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Context } from "hono"
import { type AttemptKey, urlOf } from "../attempts/Attempt.ts"
import { KeptOrder } from "../attempts/KeptOrder.ts"
import type { Repeated } from "../attempts/Repeat.ts"
import type { Login } from "../http/Credentials.ts"
import { type Env, headerOf } from "../http/HonoEnv.ts"
import type { Unchecked } from "../http/passedLogin.ts"
import { readJson } from "../http/requestBody.ts"
import type { SpaceOf } from "../http/spaceOf.ts"
import { maskOrder } from "../maskCardNumbers.ts"
import { type Answer, unexpected } from "../render/Answer.ts"
import { replayed } from "../render/attemptAnswer.ts"
import { toProblem } from "../render/problems.ts"
import type { Space } from "../Space.ts"
import type { Run } from "./payOrder.ts"
import type { ReadAhead, ReadOptions } from "./readOrder.ts"

/** What orders are refused with. */
interface RefusalOptions extends Pick<ReadOptions, "mode" | "bodyLimit"> {
  readonly idempotencyKeyOf: (c: Context<Env>) => Promise<string | undefined>
  readonly spaceOf: SpaceOf
  readonly run: Run
}

/** Makes the functions that refuse orders. */
export const makeRefusals = ({ mode, bodyLimit, idempotencyKeyOf, spaceOf, run }: RefusalOptions) => {
  /** The earlier order that a refused one may repeat. If the order was not read yet, it is read only for that. */
  const repeatedIn = async (c: Context<Env>, username: string, read: ReadAhead): Promise<RefusedOrder | undefined> => {
    if (read !== undefined) return repeatedBy(read.json, username, await idempotencyKeyOf(c))
    const body = await readJson(c.req.raw, bodyLimit, (name) => headerOf(c, name))
    if (body._tag !== "Json") return undefined
    return repeatedBy(maskOrder(body.json).json, username, await idempotencyKeyOf(c))
  }

  return {
    repeatedIn,

    /** Refuses an order that is not claimed, unless an earlier attempt answers it. */
    refuse: async (
      c: Context<Env>,
      login: Login,
      order: RefusedOrder | undefined,
      refusal: Answer
    ): Promise<Answer | undefined> => {
      // A mock moves no money: the test learns what is wrong with its order.
      if (order === undefined || mode === "simulated") return refusal
      const space = await spaceOf(c, login)
      return Result.isFailure(space) ? refusal : run(answerEarlierOr(space.success, order, refusal))
    },

    /** Answers an order whose login could not be checked. */
    refuseUnchecked: async (
      c: Context<Env>,
      { username, problem }: Unchecked,
      read: ReadAhead
    ): Promise<Answer | undefined> => {
      const refusal = toProblem({ _tag: "LoginUnchecked", detail: problem, wasSentBefore: false })
      const order = await repeatedIn(c, username, read)
      const space = await spaceOf(c, { username, roles: new Set(), space: "" })
      return order === undefined || Result.isFailure(space)
        ? refusal
        : run(tellEarlierOr(space.success, order, problem))
    }
  }
}

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
const answerEarlierOr = (
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
const tellEarlierOr = (
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
