/**
 * The POS API as a Hono app. Starts nothing: give it to a server, or call `app.request`.
 *
 * Every route but the health check needs credentials, and credentials are looked at before anything else, as on the
 * real service.
 */
import * as Effect from "effect/Effect"
import type * as ManagedRuntime from "effect/ManagedRuntime"
import { type Context, Hono } from "hono"
import type { ContentfulStatusCode, StatusCode } from "hono/utils/http-status"
import * as Credentials from "./Credentials.ts"
import { readJson } from "./readJson.ts"
import { options as allow, toProblem } from "./respond.ts"
import { listAttempts as list, showAttempt as show } from "./routes/attempts.ts"
import { type Listener, quietly } from "./ServerEvent.ts"
import type { Answer } from "./transactions/Attempt.ts"
import { Attempts, type Submission } from "./transactions/Attempts.ts"
import { type Validation, validate } from "./validation/validate.ts"

/** How an app is set up. */
export interface AppOptions {
  readonly credentials: ReadonlyArray<Credentials.Credentials>
  /** Said in every answer. */
  readonly mode: "simulated"
  /** Largest body, in bytes; 256 kB by default. */
  readonly bodyLimit?: number
  /** `strict` by default: all of our rules; `faithful`: what the real service evidently refuses. */
  readonly validation?: Validation
  /** False once the server is shutting down: orders are then refused before anything is sent. */
  readonly takesOrders?: () => boolean
  readonly listener?: Listener
}

/** What a request carries from one handler to the next. */
export interface Env {
  readonly Variables: { readonly requestId: string }
}

/** Which methods an address takes. */
const methods = {
  "/v1/connector/order": ["POST"],
  "/v1/connector/healthcheck": ["GET", "HEAD"],
  "/attempts": ["GET", "HEAD"],
  "/attempts/:id": ["GET", "HEAD"]
} as const

/** The app over a runtime that provides the attempts. */
export const makeApp = (runtime: ManagedRuntime.ManagedRuntime<Attempts, never>, options: AppOptions): Hono<Env> => {
  const { bodyLimit = 256 * 1024, takesOrders = () => true, validation = "strict" } = options
  const tell = quietly(options.listener)
  const check = Credentials.makeCheck(options.credentials)
  const app = new Hono<Env>()
  let requests = 0

  app.use((c, next) => {
    const requestId = `${Date.now().toString(36)}-${(++requests).toString(36)}`
    c.set("requestId", requestId)
    c.header("X-Request-Id", requestId)
    c.header("X-Hipay-Pos-Mode", options.mode)
    return next()
  })

  const unexpected = (c: Context<Env>, error: unknown): Answer => {
    tell({ _tag: "Defect", requestId: c.get("requestId"), error })
    return toProblem({ _tag: "Unexpected" })
  }

  const answerOrder = async (c: Context<Env>): Promise<Answer> => {
    const login = check(c.req.header("authorization"))
    if (login === undefined) return toProblem({ _tag: "Unauthorized" })
    const body = await readJson(c.req.raw, bodyLimit)
    if (body._tag !== "Json") return toProblem(body)
    tell({ _tag: "OrderReceived", requestId: c.get("requestId"), body: body.json })
    const order = validate(body.json, validation)
    if (order._tag !== "Accepted") return toProblem(order)
    if (!takesOrders()) return toProblem({ _tag: "Closing" })
    const { request, findings } = order
    const idempotencyKey = c.req.header("idempotency-key")
    return runtime.runPromise(
      pay({
        login,
        request,
        body: order.body,
        findings,
        payAgain: validation === "faithful",
        requestId: c.get("requestId"),
        ...(idempotencyKey === undefined ? {} : { idempotencyKey })
      })
    )
  }

  app.post("/v1/connector/order", async (c) => {
    const answer = await answerOrder(c).catch((error: unknown) => unexpected(c, error))
    tell({ _tag: "OrderAnswered", requestId: c.get("requestId"), answer })
    return send(c, answer)
  })

  app.get("/v1/connector/healthcheck", (c) => c.text("up"))

  app.get("/attempts", async (c) => {
    const login = check(c.req.header("authorization"))
    return send(c, login === undefined ? toProblem({ _tag: "Unauthorized" }) : await runtime.runPromise(list(login)))
  })

  app.get("/attempts/:id", async (c) => {
    const login = check(c.req.header("authorization"))
    const id = c.req.param("id")
    return send(
      c,
      login === undefined ? toProblem({ _tag: "Unauthorized" }) : await runtime.runPromise(show(login, id))
    )
  })

  for (const [path, allowed] of Object.entries(methods)) {
    app.all(path, (c) => {
      const { method } = c.req
      return send(c, method === "OPTIONS" ? allow(allowed) : toProblem({ _tag: "MethodNotAllowed", method, allowed }))
    })
  }

  app.notFound((c) => send(c, toProblem({ _tag: "NotFound", path: c.req.path.slice(0, 200) })))
  app.onError((error, c) => send(c, unexpected(c, error)))
  return app
}

const pay = Effect.fnUntraced(function* (submission: Submission) {
  const attempts = yield* Attempts
  return yield* Effect.catch(attempts.pay(submission), (problem) => Effect.succeed(toProblem(problem)))
})

const send = (c: Context<Env>, { status, headers, body }: Answer): Response => {
  for (const name in headers) c.header(name, headers[name])
  return body === undefined ? c.body(null, status as StatusCode) : c.json(body, status as ContentfulStatusCode)
}
