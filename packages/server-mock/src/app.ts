/**
 * The POS API as a Hono app. Starts nothing: give it to a server, or call `app.request`.
 *
 * Every route but the health check needs credentials, and credentials are looked at before anything else, as on the
 * real service.
 */
import * as Finding from "@hipay-pos/core/Finding"
import * as OrderRules from "@hipay-pos/core/OrderRules"
import * as Effect from "effect/Effect"
import type * as ManagedRuntime from "effect/ManagedRuntime"
import { type Context, Hono, type MiddlewareHandler } from "hono"
import type { ContentfulStatusCode } from "hono/utils/http-status"
import * as Credentials from "./Credentials.ts"
import { readJson } from "./readJson.ts"
import { type Problem, toProblem } from "./respond.ts"
import { listAttempts, showAttempt } from "./routes/attempts.ts"
import type { Listener } from "./ServerEvent.ts"
import type { Answer } from "./transactions/Attempt.ts"
import { Attempts, type Submission } from "./transactions/Attempts.ts"

/** How an app is set up. */
export interface AppOptions {
  readonly credentials: ReadonlyArray<Credentials.Credentials>
  /** Said in every answer. */
  readonly mode: "simulated"
  /** Largest body, in bytes; 256 kB by default. */
  readonly bodyLimit?: number
  readonly listener?: Listener
}

/** What a request carries from one handler to the next. */
export interface Env {
  readonly Variables: { readonly requestId: string; readonly login: string }
}

const ORDER = "/v1/connector/order"
const HEALTHCHECK = "/v1/connector/healthcheck"

/** The app over a runtime that provides the attempts. */
export const makeApp = (runtime: ManagedRuntime.ManagedRuntime<Attempts, never>, options: AppOptions): Hono<Env> => {
  const { listener, bodyLimit = 256 * 1024 } = options
  const check = Credentials.makeCheck(options.credentials)
  const app = new Hono<Env>()
  let requests = 0

  app.use(async (c, next) => {
    c.set("requestId", `${Date.now().toString(36)}-${(++requests).toString(36)}`)
    await next()
    c.res.headers.set("X-Hipay-Pos-Mode", options.mode)
    c.res.headers.set("X-Request-Id", c.get("requestId"))
  })

  const authenticate: MiddlewareHandler<Env> = async (c, next) => {
    const verdict = check(c.req.header("authorization"))
    if (verdict._tag === "Rejected") return fail(c, { _tag: "Unauthorized", details: verdict.details })
    c.set("login", verdict.username)
    return next()
  }

  app.get(HEALTHCHECK, (c) => c.text("up"))

  app.post(ORDER, authenticate, async (c) => {
    const body = await readJson(c.req.raw, bodyLimit)
    if (body._tag !== "Json") return fail(c, body)
    const requestId = c.get("requestId")
    listener?.({ _tag: "OrderReceived", requestId, body: body.json })
    const reading = OrderRules.read(body.json)
    const answer =
      reading.request === undefined || Finding.refuses(reading.findings)
        ? toProblem({ _tag: "InvalidOrder", findings: reading.findings })
        : await runtime.runPromise(
            pay({
              login: c.get("login"),
              request: reading.request,
              body: reading.body,
              findings: reading.findings,
              ...optional("idempotencyKey", c.req.header("idempotency-key"))
            })
          )
    listener?.({ _tag: "OrderAnswered", requestId, answer })
    return send(c, answer)
  })

  app.get("/attempts", authenticate, async (c) => send(c, await runtime.runPromise(listAttempts(c.get("login")))))

  app.get("/attempts/:id", authenticate, async (c) =>
    send(c, await runtime.runPromise(showAttempt(c.get("login"), c.req.param("id"))))
  )

  for (const [path, allowed] of [
    [ORDER, ["POST"]],
    [HEALTHCHECK, ["GET", "HEAD"]],
    ["/attempts", ["GET", "HEAD"]],
    ["/attempts/:id", ["GET", "HEAD"]]
  ] as const) {
    app.all(path, (c) => {
      c.header("Allow", [...allowed, "OPTIONS"].join(", "))
      return c.req.method === "OPTIONS"
        ? c.body(null, 204)
        : fail(c, { _tag: "MethodNotAllowed", method: c.req.method, allowed })
    })
  }

  app.notFound((c) => fail(c, { _tag: "NotFound", path: c.req.path.slice(0, 200) }))
  app.onError((_, c) => fail(c, { _tag: "Unexpected" }))
  return app
}

const pay = Effect.fnUntraced(function* (submission: Submission) {
  const attempts = yield* Attempts
  return yield* Effect.catch(attempts.pay(submission), (problem) => Effect.succeed(toProblem(problem)))
})

const fail = (c: Context, problem: Problem): Response => send(c, toProblem(problem))

const send = (c: Context, { status, body }: Answer): Response => c.json(body as object, status as ContentfulStatusCode)

const optional = <K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } =>
  value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: V })
