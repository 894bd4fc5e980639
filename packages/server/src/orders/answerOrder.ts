/**
 * Answers an order: reads it, checks its login, and has it paid. No terminal is contacted before the whole order is valid.
 *
 * Makes answers but sends none. This is the hot path: headers are read as Node parsed them, and nothing is built that the order
 * does not need.
 */
import { defined } from "@hipay-pos/core/Defined"
import * as Finding from "@hipay-pos/core/Finding"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { Context } from "hono"
import { type Attempt, urlOf } from "../attempts/Attempt.ts"
import type { Failure, Payment, Submission } from "../attempts/Attempts.ts"
import { digest as webDigest } from "../attempts/digest.ts"
import { KeptOrder } from "../attempts/KeptOrder.ts"
import type { Authentication } from "../http/authentication.ts"
import type { Login } from "../http/Credentials.ts"
import { onCallerGone } from "../http/callerGone.ts"
import { type Env, headerOf, type TakenOrder } from "../http/HonoEnv.ts"
import type { Unchecked } from "../http/passedLogin.ts"
import { readJson } from "../http/requestBody.ts"
import type { SpaceOf } from "../http/spaceOf.ts"
import { maskOrder } from "../maskCardNumbers.ts"
import type { Interception } from "../OrderInterceptor.ts"
import { type Answer, accepted, unexpected } from "../render/Answer.ts"
import { replayed, unresolvedAt } from "../render/attemptAnswer.ts"
import { toProblem } from "../render/problems.ts"
import type { Listener } from "../ServerEvent.ts"
import type { Space } from "../Space.ts"
import { isTraceparent } from "../telemetry/OrderTrace.ts"
import type { ReceivedOrder } from "../terminals/Terminals.ts"
import { type Early, makeReadOrder, type ReadOptions, type ReadOrder } from "./readOrder.ts"
import { answerEarlierOr, type RefusedOrder, repeatedBy, tellEarlierOr } from "./refusedOrder.ts"

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
    bodyLimit,
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

  const { readOrder, readEarly } = makeReadOrder(options)

  const idempotencyKeyOf = async (c: Context<Env>): Promise<string | undefined> => {
    const given = headerOf(c, "idempotency-key")
    // An empty key counts as none.
    return given ? digest(given) : undefined
  }

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
   * Pays an order, through the space's interceptor; undefined when the caller has disconnected while the server closes.
   * What waits for the payment, which may take minutes, must not retain the submission.
   */
  const payIn = (c: Context<Env>, space: Space, submission: Submission): Promise<Answer | undefined> => {
    const interception = space.interceptor?.(c, submission.request.order)
    if (interception?.instead !== undefined) {
      const { order, target } = submission.request
      c.get("order").asked = { amount: order.amount, terminal: TerminalTarget.toText(target) }
      return Promise.resolve(applyInterception(c, interception.instead, interception))
    }
    const answering: Answering = { space, order: c.get("order"), isRelayed: submission.received !== undefined }
    const payment = space.attempts.begin(submission)
    const { onOpened } = c.get("order")
    if (onOpened !== undefined) void isNewAttempt(payment).then((isNew) => isNew && onOpened())
    // A caller that is answered 202 leaves at once and asks later.
    const isLater = /(^|,)\s*respond-async\s*(,|;|$)/i.test(headerOf(c, "prefer") ?? "")
    if (!isLater) onCallerGone(c, payment.leave)
    const answered = isLater
      ? run(answerAccepted(payment, answering)).then(answerIn)
      : payment.ended.then((exit) => toAnswer(exit, answering, payment.isReplay))
    void Promise.resolve(submission.order).then(dropBody)
    return answered
      .finally(() => interception?.answered?.())
      .then((answer) => answer && applyInterception(c, answer, interception))
  }

  /** Refuses an order that is not claimed, unless an earlier attempt answers it. */
  const refuse = async (
    c: Context<Env>,
    login: Login,
    order: RefusedOrder | undefined,
    refusal: Answer
  ): Promise<Answer | undefined> => {
    // A mock moves no money: the test learns what is wrong with its order.
    if (order === undefined || mode === "simulated") return refusal
    const space = await spaceOf(c, login)
    return Result.isFailure(space) ? refusal : answerIn(await run(answerEarlierOr(space.success, order, refusal)))
  }

  /** The earlier order that a refused one may repeat: a refused order is read only for that. */
  const repeatedIn = async (c: Context<Env>, username: string, early: Early): Promise<RefusedOrder | undefined> => {
    if (early !== undefined) return repeatedBy(early.json, username, await idempotencyKeyOf(c))
    const body = await readJson(c.req.raw, bodyLimit, (name) => headerOf(c, name))
    if (body._tag !== "Json") return undefined
    return repeatedBy(maskOrder(body.json).json, username, await idempotencyKeyOf(c))
  }

  /** Answers an order whose login could not be checked. */
  const refuseUnchecked = async (
    c: Context<Env>,
    { username, problem }: Unchecked,
    early: Early
  ): Promise<Answer | undefined> => {
    const refusal = toProblem({ _tag: "LoginUnchecked", detail: problem, wasSentBefore: false })
    const order = await repeatedIn(c, username, early)
    const space = await spaceOf(c, { username, roles: new Set(), space: "" })
    return order === undefined || Result.isFailure(space)
      ? refusal
      : answerIn(await run(tellEarlierOr(space.success, order, problem)))
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

  const answerCaller = async (c: Context<Env>, login: Login, early: Early): Promise<Answer | undefined> => {
    c.get("order").login = login.username
    // The login may have had the role when it sent the order.
    if (!login.roles.has("pay"))
      return refuse(c, login, await repeatedIn(c, login.username, early), toProblem({ _tag: "Forbidden", role: "pay" }))
    const read = early ?? (await readOrder(c))
    if (read.json !== undefined) emit({ _tag: "OrderReceived", requestId: c.get("requestId"), body: read.json })
    if ("refusal" in read) {
      const order = repeatedBy(read.json, login.username, await idempotencyKeyOf(c))
      return refuse(c, login, order, read.refusal)
    }
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
    return Result.isFailure(space) ? toProblem(space.failure) : payIn(c, space.success, submission)
  }

  return async (c) => {
    const wait = beforeLogin(c)
    // While logins are guessed, a right one must cause the same work as a wrong one, until a terminal is asked.
    const early = wait && (await readEarly(c))
    if (early === undefined || "refusal" in early) await wait
    const own = callerOf(c)
    // The service behind a relay must not be asked about guesses any faster than they are answered.
    if (!own?.roles.has("pay")) await wait
    if (own !== undefined) report(c, own, wait)
    const login = own ?? (await passedLoginOf(c, "order"))
    if (login === undefined) return refuseLogin(c)
    if ("problem" in login) return refuseUnchecked(c, login, early)
    const answered = answerCaller(c, login, early)
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

/** Whether an order got its own attempt, rather than an earlier one's answer; known once it is opened. */
const isNewAttempt = async (payment: Payment): Promise<boolean> => {
  const exit = await Effect.runPromiseExit(Deferred.await(payment.opened))
  return Exit.isSuccess(exit) && exit.value.recorded === undefined
}

/** What answers to paid orders are made with. */
interface Answering {
  readonly space: Space
  readonly order: TakenOrder
  readonly isRelayed: boolean
}

/** Answers an order once its attempt is written; the result of one under way is answered later. */
const answerAccepted = ({ opened, ended }: Payment, answering: Answering): Effect.Effect<Answer> => {
  const { space, order } = answering
  return Effect.matchEffect(Deferred.await(opened), {
    onSuccess: ({ id, recorded }) => {
      if (recorded !== undefined) return Effect.sync(() => answerWith(recorded, answering, true))
      order.later = async () => toAnswer(await ended, answering)
      return Effect.match(space.attempts.get(id), {
        onSuccess: (attempt) => accepted(id, attempt && unresolvedAt(attempt)),
        // The payment has begun all the same.
        onFailure: () => accepted(id)
      })
    },
    onFailure: (problem) => Effect.succeed(toProblem(problem, space.answerTo))
  })
}

/** The answer for a payment's result; throws bugs. */
const toAnswer = (exit: Exit.Exit<Attempt, Failure>, answering: Answering, isReplay = false): Answer => {
  if (Exit.isSuccess(exit)) return answerWith(exit.value, answering, isReplay)
  const problem = Cause.findErrorOption(exit.cause)
  if (Option.isNone(problem)) throw Cause.squash(exit.cause)
  return toProblem(problem.value, answering.space.answerTo)
}

const answerWith = (attempt: Attempt, { space, order, isRelayed }: Answering, isReplay: boolean): Answer => {
  order.attempt = attempt
  const rendered = order.trace?.step("render")
  const rendering = space.answerTo(attempt) ?? unexpected({ attempt: urlOf(attempt) })
  const answer = isReplay ? replayed(rendering, attempt) : rendering
  rendered?.()
  // A relay may also have real terminals.
  if (isRelayed && attempt.terminal === "dialled") {
    return { ...answer, headers: { ...answer.headers, "X-Hipay-Pos-Mode": "gateway" } }
  }
  const bytes = space.attempts.bodyOf(attempt)
  return answer.bytes === undefined || bytes === undefined ? answer : { ...answer, bytes }
}

/**
 * Drops the parsed order, since its text is enough from here on and a payment may take minutes. If the terminal answers at once,
 * this runs after the answer. Not an inline arrow function, which would retain the submission.
 */
const dropBody = (order: KeptOrder): void => order.dropBody()

/** The answer as changed by the interceptor. */
const applyInterception = (c: Context<Env>, answer: Answer, interception: Interception | undefined): Answer => {
  if (interception?.deliver !== undefined) c.set("deliver", interception.deliver)
  return interception?.change === undefined ? answer : interception.change(answer)
}
