/**
 * Pays a valid order in its space, and answers with its outcome. A caller that prefers to ask later gets the attempt's address
 * at once.
 *
 * This is the hot path, and a payment may take minutes: what waits for it must not retain the submission.
 */
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type { Context } from "hono"
import { type Attempt, urlOf } from "../attempts/Attempt.ts"
import type { Failure, Payment, Submission } from "../attempts/Attempts.ts"
import type { KeptOrder } from "../attempts/KeptOrder.ts"
import { onCallerGone } from "../http/callerGone.ts"
import { type Env, headerOf, type TakenOrder } from "../http/HonoEnv.ts"
import type { Interception } from "../OrderInterceptor.ts"
import { type Answer, accepted, unexpected } from "../render/Answer.ts"
import { replayed, unresolvedAt } from "../render/attemptAnswer.ts"
import { toProblem } from "../render/problems.ts"
import type { Space } from "../Space.ts"

/** Runs what makes an answer. Undefined when the caller has disconnected while the server closes. */
export type Run = (effect: Effect.Effect<Answer>) => Promise<Answer | undefined>

/** Makes the function that pays an order, through the space's interceptor. */
export const makePayOrder =
  (run: Run): ((c: Context<Env>, space: Space, submission: Submission) => Promise<Answer | undefined>) =>
  (c, space, submission) => {
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
      ? run(answerAccepted(payment, answering))
      : payment.ended.then((exit) => toAnswer(exit, answering, payment.isReplay))
    void Promise.resolve(submission.order).then(dropBody)
    return answered
      .finally(() => interception?.answered?.())
      .then((answer) => answer && applyInterception(c, answer, interception))
  }

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
