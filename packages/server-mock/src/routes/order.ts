/**
 * An order and what its caller is told. It is read and judged first, then paid; this wakes no terminal before the whole
 * order is known to be good, and tells nobody of card numbers in it.
 *
 * Makes answers and sends none. This is the hot path: headers are read as Node parsed them, and what the order does not
 * need is not made.
 */
import * as Finding from "@hipay-pos/core/Finding"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import type { Context } from "hono"
import type { Login } from "../Credentials.ts"
import * as Sandbox from "../dialect/sandbox.ts"
import { type Env, headerOf } from "../Env.ts"
import { maskOrder } from "../maskCardNumbers.ts"
import { whenCallerLeaves } from "../mock/line.ts"
import { isTaken, readJson } from "../readJson.ts"
import { accepted, toProblem } from "../respond.ts"
import type { Listener } from "../ServerEvent.ts"
import type { NoSpace, Space } from "../Spaces.ts"
import type { Answer } from "../transactions/Attempt.ts"
import type { Attempts, Submission } from "../transactions/Attempts.ts"
import * as IdempotencyKey from "../transactions/idempotencyKey.ts"
import { asTheService, type Validation, validate } from "../validation/validate.ts"

/** What orders are taken with. */
export interface OrderOptions {
  readonly mode: "simulated" | "gateway"
  readonly validation: Validation
  /** Largest body, in bytes. */
  readonly bodyLimit: number
  /** Aborted when the server shuts down. */
  readonly closing: AbortSignal
  /** Waits until the other orders that arrived have come as far as this one. */
  readonly inStep: () => Promise<void>
  readonly tell: Listener
  readonly callerOf: (c: Context<Env>) => Login | undefined
  /** The answer to a caller who is not known, once it may be given. */
  readonly refuseLogin: (c: Context<Env>) => Promise<Answer>
  readonly spaceOf: (c: Context<Env>, login: Login) => Promise<Result.Result<Space, NoSpace>>
  readonly run: (effect: Effect.Effect<Answer>) => Promise<Exit.Exit<Answer>>
}

/**
 * Makes the answer to an order. Undefined when nobody is left to be answered: the caller has gone, the server closes,
 * and the payment goes on.
 */
export const makeAnswerOrder = (options: OrderOptions): ((c: Context<Env>) => Promise<Answer | undefined>) => {
  const { mode, validation, bodyLimit, closing, inStep, tell, callerOf, refuseLogin, spaceOf, run } = options

  /** What is to be paid, or what the caller is told instead. */
  const readOrder = async (c: Context<Env>, login: Login): Promise<Submission | Answer> => {
    const type = headerOf(c, "content-type")
    if (validation === "faithful" && !isTaken(type)) return toProblem(asTheService(type))
    const body = await readJson(c.req.raw, bodyLimit, (name) => headerOf(c, name))
    if (body._tag !== "Json") return toProblem(body)
    const { json, paths } = body.mayHoldCards ? maskOrder(body.json) : { json: body.json, paths: [] }
    tell({ _tag: "OrderReceived", requestId: c.get("requestId"), body: json })
    const sandboxCode = Sandbox.findCode(json)
    if (sandboxCode !== undefined && mode === "gateway") return toProblem({ _tag: "SandboxCode", expected: "no code" })
    const order = validate(json, validation, { lenientBasket: mode === "gateway" })
    if (order._tag !== "Accepted") return toProblem(order)
    // Whoever sends one anywhere believes that no money moves.
    if (mode === "gateway" && order.findings.some(({ path }) => path.endsWith(".sandbox_code"))) {
      return toProblem({ _tag: "SandboxCode", expected: "no code" })
    }
    if (sandboxCode !== undefined) {
      return Sandbox.isCode(sandboxCode)
        ? Sandbox.toAnswer(sandboxCode, order.body)
        : toProblem({ _tag: "SandboxCode", expected: `one of ${Sandbox.codes.join(", ")}, as a text` })
    }
    const idempotencyKey = headerOf(c, "idempotency-key")
    return {
      login: login.username,
      request: order.request,
      body: order.body,
      findings: [...order.findings, ...paths.map(cardNumberAt)],
      payAgain: validation === "faithful" && mode === "simulated",
      requestId: c.get("requestId"),
      ...(idempotencyKey === undefined ? {} : { idempotencyKey: await IdempotencyKey.hash(idempotencyKey) })
    }
  }

  /** Has an order paid. In a mock, with what a test has set to go wrong around it. */
  const payIn = async (
    c: Context<Env>,
    { attempts, mock }: Space,
    submission: Submission
  ): Promise<Answer | undefined> => {
    const fault = mock?.httpFault.strike()
    if (fault?.fault === "error-before") return toProblem({ _tag: "Injected", status: fault.status })
    let answered = () => {}
    if (mock !== undefined) {
      answered = whenCallerLeaves(c, (seconds) =>
        mock.notice({
          code: "caller-hung-up",
          orderId: submission.request.order.orderId,
          detail: `the caller hung up after ${seconds} s while the terminal was asking`
        })
      )
    }
    const later = /(^|,)\s*respond-async\s*(,|;|$)/i.test(headerOf(c, "prefer") ?? "")
    const exit = await run(later ? submit(attempts, submission) : pay(attempts, submission))
    answered()
    if (Exit.isFailure(exit)) {
      if (Cause.hasInterruptsOnly(exit.cause)) return undefined
      throw Cause.squash(exit.cause)
    }
    const answer = exit.value
    if (fault?.fault === "error-after") return { ...answer, ...toProblem({ _tag: "Injected", status: fault.status }) }
    if (fault !== undefined) c.set("lineFault", fault.fault)
    return answer
  }

  return async (c) => {
    const login = callerOf(c)
    if (login === undefined) return refuseLogin(c)
    if (!login.roles.has("pay")) return toProblem({ _tag: "Forbidden", role: "pay" })
    const read = await readOrder(c, login)
    if ("status" in read) return read
    await inStep()
    if (closing.aborted) return toProblem({ _tag: "Closing" })
    const space = await spaceOf(c, login)
    return Result.isFailure(space) ? toProblem(space.failure) : payIn(c, space.success, read)
  }
}

const cardNumberAt = (path: string) =>
  Finding.make("warning", "card-number", path, "no card number", "one, masked before anything else saw it")

const pay = (attempts: Attempts["Service"], submission: Submission): Effect.Effect<Answer> =>
  Effect.catch(attempts.pay(submission), (problem) => Effect.succeed(toProblem(problem)))

const submit = (attempts: Attempts["Service"], submission: Submission): Effect.Effect<Answer> =>
  Effect.match(attempts.submit(submission), { onSuccess: ({ id }) => accepted(id), onFailure: toProblem })
