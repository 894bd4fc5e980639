/**
 * Answers an order: has it read, looks at its login, and has it paid. No terminal is contacted before the whole order is valid.
 *
 * Makes answers and sends none. This is the hot path: headers are read as Node parsed them, and what the order does not
 * need is not made.
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
import { digest } from "../attempts/digest.ts"
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

/** What orders are taken with. */
export interface OrderOptions
  extends ReadOptions,
    Pick<Authentication, "beforeLogin" | "callerOf" | "reportLogin" | "passedLoginOf" | "refuseLogin"> {
  /** Aborted when the server shuts down. */
  readonly closing: AbortSignal
  /** Resolves at the end of the current tick, together for all orders of that tick. */
  readonly batchPerTick: () => Promise<void>
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

  const submissionOf = async (c: Context<Env>, login: Login, read: ReadOrder): Promise<Submission> => {
    const { order, body, paths } = read
    const { trace } = c.get("order")
    const idempotencyKey = await idempotencyKeyOf(c)
    return {
      login: login.username,
      terminals: login.terminals,
      request: order.request,
      // What may hold cards may hold one in a number that parsing has lost: such a text is not kept.
      order: new KeptOrder(order.body, order.body === body.json && !body.mayHoldCards ? body.text : undefined),
      findings: [...order.findings, ...paths.map(cardNumberAt)],
      payAgain: validation === "faithful" && mode === "simulated",
      requestId: c.get("requestId"),
      ...defined({ trace, received: relay && receivedOrder(c, login, body.text), idempotencyKey })
    }
  }

  /**
   * Pays an order, through the interceptor of the space; undefined when the caller has disconnected while the server closes.
   * What waits for the payment, which may take minutes, holds nothing of the submission.
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
    // A caller that is answered 202 leaves at once, and asks later.
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

  /** Refuses an order that is not claimed, unless something else became of it before. */
  const refuse = async (
    c: Context<Env>,
    login: Login,
    order: RefusedOrder | undefined,
    refusal: Answer
  ): Promise<Answer | undefined> => {
    // What a test sends to a mock moves no money, and it is told what is wrong with it.
    if (order === undefined || mode === "simulated") return refusal
    const space = await spaceOf(c, login)
    return Result.isFailure(space) ? refusal : answerIn(await run(answerEarlierOr(space.success, order, refusal)))
  }

  /** What an order would repeat that is refused whatever it says: it is read no further than that. */
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
   * Reports a right login. Of too many connections those without one are closed first, which must not tell a guesser anything: a
   * login that is held back counts as shown once its order has an attempt, or its wait is over.
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
    // It may have had the role when it sent the order.
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
    // Where logins are guessed, nothing is done for a right one that is not done for a wrong one, until a terminal is asked.
    const early = wait && (await readEarly(c))
    if (early === undefined || "refusal" in early) await wait
    const own = callerOf(c)
    // Nor is the service behind a relay asked for guesses any faster than they are answered.
    if (!own?.roles.has("pay")) await wait
    if (own !== undefined) report(c, own, wait)
    const login = own ?? (await passedLoginOf(c, "order"))
    if (login === undefined) return refuseLogin(c)
    if ("problem" in login) return refuseUnchecked(c, login, early)
    const answered = answerCaller(c, login, early)
    // Returned and not awaited here, where what was read of the order would be held as long as its payment takes.
    return wait === undefined ? answered : answered.then((answer) => (wasAsked(c) ? answer : wait.then(() => answer)))
  }
}

/** Whether a terminal was asked for money by this very order, and not by one that it repeats. */
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

const idempotencyKeyOf = async (c: Context<Env>): Promise<string | undefined> => {
  const given = headerOf(c, "idempotency-key")
  // An empty one names nothing.
  return given ? digest(given) : undefined
}

const cardNumberAt = (path: string) =>
  Finding.make("warning", "card-number", path, "no card number", "one, masked before anything else saw it")

/** Whether an order got an attempt, once that is known: no earlier one answers it. */
const isNewAttempt = async (payment: Payment): Promise<boolean> => {
  const exit = await Effect.runPromiseExit(Deferred.await(payment.opened))
  return Exit.isSuccess(exit) && exit.value.recorded === undefined
}

/** What an order that is paid is answered with. */
interface Answering {
  readonly space: Space
  readonly order: TakenOrder
  readonly isRelayed: boolean
}

/** Answers an order once its attempt is written. What one under way comes to is answered later. */
const answerAccepted = ({ opened, ended }: Payment, answering: Answering): Effect.Effect<Answer> => {
  const { space, order } = answering
  return Effect.matchEffect(Deferred.await(opened), {
    onSuccess: ({ id, recorded }) => {
      if (recorded !== undefined) return Effect.sync(() => answerWith(recorded, answering, true))
      order.later = async () => toAnswer(await ended, answering)
      return Effect.match(space.attempts.get(id), {
        onSuccess: (attempt) => accepted(id, attempt && unresolvedAt(attempt)),
        // It has begun all the same.
        onFailure: () => accepted(id)
      })
    },
    onFailure: (problem) => Effect.succeed(toProblem(problem, space.answerTo))
  })
}

/** What a payment came to; throws what is a bug. */
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
  // A relay may have real terminals beside it.
  if (isRelayed && attempt.terminal === "dialled") {
    return { ...answer, headers: { ...answer.headers, "X-Hipay-Pos-Mode": "gateway" } }
  }
  const bytes = space.attempts.bodyOf(attempt)
  return answer.bytes === undefined || bytes === undefined ? answer : { ...answer, bytes }
}

/**
 * Lets go of the parsed order, whose text is enough from here on: a payment may take minutes. A terminal that answers at once has
 * been answered before this runs. Not an arrow function in place, which would hold the submission.
 */
const dropBody = (order: KeptOrder): void => order.dropBody()

/** An answer as the interceptor changes it. */
const applyInterception = (c: Context<Env>, answer: Answer, interception: Interception | undefined): Answer => {
  if (interception?.deliver !== undefined) c.set("deliver", interception.deliver)
  return interception?.change === undefined ? answer : interception.change(answer)
}
