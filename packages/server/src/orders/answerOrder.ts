/**
 * Answers an order: reads it, checks its login, and has it paid. No terminal is contacted before the whole order is valid.
 *
 * Makes answers but sends none. This is the hot path: headers are read as Node parsed them, and nothing is built that the order
 * does not need.
 */
import { defined } from "@hipay-pos/core/Defined"
import * as Finding from "@hipay-pos/core/Finding"
import * as Cause from "effect/Cause"
import type * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import type { Context } from "hono"
import type { Submission } from "../attempts/Attempts.ts"
import { digest as webDigest } from "../attempts/digest.ts"
import { KeptOrder } from "../attempts/KeptOrder.ts"
import type { Authentication } from "../http/authentication.ts"
import type { Login } from "../http/Credentials.ts"
import { type Env, headerOf } from "../http/HonoEnv.ts"
import type { SpaceOf } from "../http/spaceOf.ts"
import type { Answer } from "../render/Answer.ts"
import { toProblem } from "../render/problems.ts"
import type { Listener } from "../ServerEvent.ts"
import { isTraceparent } from "../telemetry/OrderTrace.ts"
import type { ReceivedOrder } from "../terminals/Terminals.ts"
import { makePayOrder } from "./payOrder.ts"
import { makeReadOrder, type ReadAhead, type ReadOptions, type ReadOrder } from "./readOrder.ts"
import { makeRefusals } from "./refusedOrder.ts"

/** What orders are answered with. */
export interface OrderOptions
  extends ReadOptions,
    Pick<Authentication, "beforeLogin" | "callerOf" | "reportLogin" | "passedLoginOf" | "refuseLogin"> {
  /** Aborted when the server shuts down. */
  readonly closing: AbortSignal
  /** Resolves at the end of the current tick, for all of its orders together. */
  readonly batchPerTick: () => Promise<void>
  /** The digest of an idempotency key, as {@link webDigest} makes it by default. */
  readonly digest?: ((text: string) => string | Promise<string>) | undefined
  readonly emit: Listener
  readonly spaceOf: SpaceOf
  readonly run: (effect: Effect.Effect<Answer>) => Promise<Exit.Exit<Answer>>
}

/**
 * Makes the answer to an order. Undefined when the caller has disconnected while the server closes; the payment goes on.
 */
export const makeAnswerOrder = (options: OrderOptions): ((c: Context<Env>) => Promise<Answer | undefined>) => {
  const {
    mode,
    validation,
    closing,
    batchPerTick,
    digest = webDigest,
    sandbox,
    relay,
    emit,
    beforeLogin,
    callerOf,
    reportLogin,
    passedLoginOf,
    refuseLogin,
    spaceOf,
    run
  } = options

  const idempotencyKeyOf = async (c: Context<Env>): Promise<string | undefined> => {
    const given = headerOf(c, "idempotency-key")
    // An empty key counts as none.
    return given ? digest(given) : undefined
  }

  const runAnswer = async (effect: Effect.Effect<Answer>) => answerIn(await run(effect))
  const { readOrder, readAhead } = makeReadOrder(options)
  const { repeatedIn, refuse, refuseUnchecked } = makeRefusals({ ...options, idempotencyKeyOf, run: runAnswer })
  const payOrder = makePayOrder(runAnswer)

  const submissionOf = async (c: Context<Env>, login: Login, read: ReadOrder): Promise<Submission> => {
    const { order, body, paths } = read
    const { trace } = c.get("order")
    const idempotencyKey = await idempotencyKeyOf(c)
    return {
      login: login.username,
      terminals: login.terminals,
      request: order.request,
      // If the text may hold cards, one may be in a number that parsing has rounded: do not keep the text.
      order: new KeptOrder(order.body, order.body === body.json && !body.mayHoldCards ? body.text : undefined),
      findings: [...order.findings, ...paths.map(cardNumberAt)],
      payAgain: validation === "faithful" && mode === "simulated",
      requestId: c.get("requestId"),
      ...defined({ trace, received: relay && receivedOrder(c, login, body.text), idempotencyKey })
    }
  }

  /**
   * Reports a valid login. Connections without one are closed first when there are too many. That must not tell a guesser
   * anything, so a login that has to wait counts as shown once its order has an attempt, or its wait is over.
   */
  const report = (c: Context<Env>, login: Login, wait: Promise<void> | undefined): void => {
    const shown = () => reportLogin(c, login)
    if (wait === undefined) shown()
    else {
      c.get("order").onOpened = shown
      void wait.then(shown)
    }
  }

  const receivedOrder = (c: Context<Env>, { isPassed }: Login, text: string): ReceivedOrder => {
    const authorization = isPassed ? headerOf(c, "authorization") : undefined
    const given = headerOf(c, "traceparent")
    return {
      text,
      traceparent: c.get("order").trace?.traceparent ?? (() => (isTraceparent(given) ? given : undefined)),
      contentType: headerOf(c, "content-type") ?? "application/json",
      authorization
    }
  }

  const answerCaller = async (c: Context<Env>, login: Login, ahead: ReadAhead): Promise<Answer | undefined> => {
    c.get("order").login = login.username
    // The login may have had the role when it sent the order.
    if (!login.roles.has("pay"))
      return refuse(c, login, await repeatedIn(c, login.username, ahead), toProblem({ _tag: "Forbidden", role: "pay" }))
    const read = ahead ?? (await readOrder(c))
    if (read.json !== undefined) emit({ _tag: "OrderReceived", requestId: c.get("requestId"), body: read.json })
    if ("refusal" in read) return refuse(c, login, await repeatedIn(c, login.username, read), read.refusal)
    if (read.sandboxCode !== undefined && sandbox !== undefined) return sandbox(read.sandboxCode, read.order.body)
    c.get("order").orderId = read.order.request.order.orderId
    const submission = await submissionOf(c, login, read)
    await batchPerTick()
    if (closing.aborted) {
      const { orderId, transactionType } = submission.request.order
      const key = { login: login.username, orderId, transactionType }
      return refuse(c, login, { ...submission, key }, toProblem({ _tag: "Closing" }))
    }
    const space = await spaceOf(c, login)
    return Result.isFailure(space) ? toProblem(space.failure) : payOrder(c, space.success, submission)
  }

  return async (c) => {
    const wait = beforeLogin(c)
    // While logins are guessed, a right one must cause the same work as a wrong one, until a terminal is asked.
    const ahead = wait && (await readAhead(c))
    if (ahead === undefined || "refusal" in ahead) await wait
    const own = callerOf(c)
    // The service behind a relay must not be asked about guesses any faster than they are answered.
    if (!own?.roles.has("pay")) await wait
    if (own !== undefined) report(c, own, wait)
    const login = own ?? (await passedLoginOf(c, "order"))
    if (login === undefined) return refuseLogin(c)
    if ("problem" in login) return refuseUnchecked(c, login, ahead)
    const answered = answerCaller(c, login, ahead)
    // Not awaited: that would retain what was read of the order for as long as its payment takes.
    return wait === undefined ? answered : answered.then((answer) => (wasAsked(c) ? answer : wait.then(() => answer)))
  }
}

/** Whether a terminal was asked for money by this very order, not by an earlier one that it repeats. */
const wasAsked = (c: Context<Env>): boolean => {
  const { attempt } = c.get("order")
  return attempt?.requestId === c.get("requestId") && attempt.state !== "not-started"
}

/** Undefined when the caller has disconnected while the server closes. */
const answerIn = (exit: Exit.Exit<Answer>): Answer | undefined => {
  if (Exit.isSuccess(exit)) return exit.value
  if (Cause.hasInterruptsOnly(exit.cause)) return undefined
  throw Cause.squash(exit.cause)
}

const cardNumberAt = (path: string) =>
  Finding.make("warning", "card-number", path, "no card number", "one, masked before anything else saw it")
