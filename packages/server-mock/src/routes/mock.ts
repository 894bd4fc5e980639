/**
 * The mock's own interface, under `/_mock`: what a test sets up, what it wants to know, and what a person does at a
 * terminal's face. Everything is about the space that the caller names.
 */
import type { makeControlRoutes } from "@hipay-pos/terminal-simulator/node"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type Context, Hono } from "hono"
import type { Env } from "../app.ts"
import * as HttpFault from "../mock/HttpFault.ts"
import type { MockSpace } from "../mock/MockSpace.ts"
import type { Sent } from "../notifications/Notifications.ts"
import { readJson } from "../readJson.ts"
import { done, ok, type Problem, toProblem } from "../respond.ts"
import type { Space, Spaces } from "../Spaces.ts"
import type { Answer } from "../transactions/Attempt.ts"
import { messages, type Transaction } from "../transactions/ConsoleTransactions.ts"
import { summary } from "./attemptView.ts"
import { describeMock } from "./mockDocument.ts"

/** What the routes work with. */
export interface MockRoutesOptions {
  readonly spaces: () => Promise<Spaces["Service"]>
  readonly send: (c: Context<Env>, answer: Answer) => Response
  readonly version: string
  /** The simulator's own routes: they belong to its Node entry. */
  readonly makeControlRoutes: typeof makeControlRoutes
}

type MockContext = Context<Env>

/** The routes, to be mounted below `/_mock` behind a check of the caller. */
export const mockRoutes = ({ spaces, send, version, makeControlRoutes }: MockRoutesOptions): Hono<Env> => {
  const app = new Hono<Env>()
  const mockOf = (c: MockContext): MockSpace => {
    const { mock } = c.get("space")
    if (mock === undefined) throw new Error("there is no mock in a gateway")
    return mock
  }
  const refuse = (c: MockContext, problem: Problem) => send(c, toProblem(problem))

  app.get("/openapi.json", (c) => send(c, ok(describeMock(version))))

  app.get("/", async (c) => {
    const { name, attempts, mock } = c.get("space")
    const list = await Effect.runPromise(Effect.orElseSucceed(attempts.list({}), () => []))
    const terminals = mock?.terminals.simulated().length ?? 0
    return send(c, ok({ space: name, version, clock: clockOf(mockOf(c)), terminals, attempts: list.length }))
  })
  app.delete("/", async (c) => {
    const known = await spaces()
    known.drop(c.get("space").name)
    return send(c, done())
  })

  app.get("/spaces", async (c) => {
    const known = await spaces()
    return send(c, ok({ spaces: known.list().map(({ name, attempts }) => ({ name, underWay: attempts.underWay() })) }))
  })
  app.delete("/spaces/:name", async (c) => {
    const known = await spaces()
    return known.drop(c.req.param("name")) ? send(c, done()) : refuse(c, { _tag: "NotFound", path: c.req.path })
  })

  app.get("/attempts", async (c) => {
    const list = await Effect.runPromise(Effect.result(c.get("space").attempts.list({})))
    return Result.isSuccess(list) ? send(c, ok({ attempts: list.success.map(summary) })) : refuse(c, list.failure)
  })
  app.get("/findings", (c) =>
    send(
      c,
      ok({
        findings: mockOf(c)
          .noticed()
          .map(({ at, ...noticed }) => ({ at: time(at), ...noticed }))
      })
    )
  )
  app.get("/ledger", (c) => {
    const simulated = mockOf(c).terminals.simulated()
    const entries = simulated.flatMap(({ name, simulator }) =>
      simulator.ledger.entries().map((entry) => ({ terminal: name, ...entry, at: time(entry.at) }))
    )
    const totals = simulated.flatMap(({ name, simulator }) =>
      simulator.ledger.totals().map(({ net, ...total }) => ({ terminal: name, ...total, amount: net }))
    )
    return send(c, ok({ entries: entries.sort((a, b) => a.at.localeCompare(b.at)), totals }))
  })
  app.get("/transactions", (c) =>
    send(c, ok({ transactions: mockOf(c).transactions.list().map(showTransaction).reverse() }))
  )
  app.post("/collection", async (c) => {
    const body = await read(c, decodeCollection)
    if ("problem" in body) return refuse(c, body.problem)
    const captured = await Effect.runPromise(mockOf(c).collect(body.value.terminal))
    return send(c, ok({ captured: captured.map(({ reference }) => reference) }))
  })

  app.get("/notifications", (c) =>
    send(c, ok({ notifications: mockOf(c).notifications.list().map(showSent).reverse() }))
  )
  app.get("/notifications/:id", async (c) => {
    const { notifications } = mockOf(c)
    const sent = notifications.get(c.req.param("id"))
    if (sent === undefined) return refuse(c, { _tag: "NotFound", path: c.req.path })
    const signature = await Effect.runPromise(notifications.sign(sent))
    return send(c, ok({ ...showSent(sent), body: sent.body, signature }))
  })
  app.post("/notifications/:id/replay", async (c) => {
    const sent = await Effect.runPromise(mockOf(c).notifications.replay(c.req.param("id")))
    return sent === undefined ? refuse(c, { _tag: "NotFound", path: c.req.path }) : send(c, ok(showSent(sent)))
  })

  app.get("/http-fault", (c) => send(c, ok({ fault: mockOf(c).httpFault.get() ?? null })))
  app.put("/http-fault", async (c) => {
    const body = await read(c, decodeHttpFault)
    if ("problem" in body) return refuse(c, body.problem)
    mockOf(c).httpFault.set({ times: 1, status: 500, ...body.value })
    return send(c, ok({ fault: mockOf(c).httpFault.get() }))
  })
  app.delete("/http-fault", (c) => {
    mockOf(c).httpFault.set(undefined)
    return send(c, done())
  })

  app.get("/clock", (c) => send(c, ok(clockOf(mockOf(c)))))
  app.post("/clock", async (c) => {
    const body = await read(c, decodeClock)
    if ("problem" in body) return refuse(c, body.problem)
    const { clock } = mockOf(c)
    if (body.value.action === "freeze") clock.freeze()
    if (body.value.action === "resume") clock.resume()
    if (body.value.action === "advance") await Effect.runPromise(clock.advance(body.value.milliseconds))
    return send(c, ok(clockOf(mockOf(c))))
  })
  app.put("/seed", async (c) => {
    const body = await read(c, decodeSeed)
    if ("problem" in body) return refuse(c, body.problem)
    mockOf(c).terminals.setSeed(String(body.value.seed))
    return send(c, done())
  })

  app.get("/wait-for", async (c) => {
    const query = decodeWait({ attempts: "1", timeout: "10000", ...c.req.query() })
    if (Result.isFailure(query)) return refuse(c, { _tag: "MalformedRequest", detail: query.failure.message })
    const { attempts, state, order, timeout } = query.success
    const found = await waitFor(c.get("space"), Number(attempts), { state, order }, Number(timeout))
    return send(c, found === undefined ? timedOut(attempts, timeout) : ok({ attempts: found }))
  })

  app.route(
    "/",
    makeControlRoutes({
      terminals: (c) =>
        mockOf(c as MockContext)
          .terminals.simulated()
          .map(({ simulator }) => simulator),
      find: (c, name) => Effect.runPromise(mockOf(c as MockContext).terminals.named(name)),
      describe: ({ name }) => {
        const [, host = name, port] = /^(.*?)(?::(\d{1,5}))?$/.exec(name) ?? []
        return { kind: "simulated", host, ...(port === undefined ? {} : { port: Number(port) }) }
      }
    })
  )
  return app
}

const time = (at: number): string => new Date(at).toISOString()

const clockOf = ({ clock }: MockSpace) => ({ now: time(clock.currentTimeMillisUnsafe()), frozen: clock.isFrozen() })

const showTransaction = ({ attempt, charge, createdAt, updatedAt, history, ...shown }: Transaction) => ({
  ...shown,
  message: messages[shown.status],
  orderId: attempt.key.orderId,
  attempt: attempt.id,
  transactionType: attempt.key.transactionType,
  amount: charge.amount.minorUnits,
  currency: charge.amount.currency,
  authorizationNumber: charge.authorizationNumber,
  createdAt: time(createdAt),
  updatedAt: time(updatedAt),
  history: history.map(({ status, at }) => ({ status, at: time(at) }))
})

const showSent = ({ body: _, at, tries, ...shown }: Sent) => ({
  ...shown,
  at: time(at),
  tries: tries.map(({ at, ...tried }) => ({ at: time(at), ...tried }))
})

const timedOut = (attempts: string, timeout: string): Answer => ({
  status: 408,
  body: {
    error: {
      status: 408,
      code: "wait.timed.out",
      message: "Request Timeout",
      description: `There were not ${attempts} such attempts within ${timeout} ms.`,
      details: {}
    }
  }
})

/** The attempts that match, once there are so many; `undefined` when there are not within so many milliseconds. */
const waitFor = async (
  { attempts, feed }: Space,
  count: number,
  { state, order }: { readonly state: string | undefined; readonly order: string | undefined },
  timeout: number
) => {
  const look = async () => {
    const list = await Effect.runPromise(Effect.orElseSucceed(attempts.list({ limit: 10_000 }), () => []))
    const found = list.filter(
      (each) => (state === undefined || each.state === state) && (order === undefined || each.key.orderId === order)
    )
    return found.length >= count ? found.map(summary) : undefined
  }
  const found = await look()
  if (found !== undefined) return found
  return new Promise<ReturnType<typeof summary>[] | undefined>((resolve) => {
    const stop = feed.watch({
      onChange: () =>
        void look().then((found) => {
          if (found !== undefined) finish(found)
        })
    })
    const timer = setTimeout(() => finish(undefined), timeout)
    const finish = (found: ReturnType<typeof summary>[] | undefined) => {
      stop()
      clearTimeout(timer)
      resolve(found)
    }
  })
}

const decodeCollection = Schema.decodeUnknownResult(Schema.Struct({ terminal: Schema.optionalKey(Schema.String) }))
const decodeHttpFault = Schema.decodeUnknownResult(
  Schema.Struct({
    fault: Schema.Literals(HttpFault.names),
    times: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))),
    status: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 400, maximum: 599 })))
  })
)
const decodeClock = Schema.decodeUnknownResult(
  Schema.Union([
    Schema.Struct({ action: Schema.Literals(["freeze", "resume"]) }),
    Schema.Struct({
      action: Schema.Literal("advance"),
      milliseconds: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 31_536_000_000 }))
    })
  ])
)
const decodeSeed = Schema.decodeUnknownResult(Schema.Struct({ seed: Schema.Union([Schema.String, Schema.Int]) }))
const Digits = Schema.String.check(Schema.isPattern(/^\d{1,9}$/))
const decodeWait = Schema.decodeUnknownResult(
  Schema.Struct({
    attempts: Digits,
    timeout: Digits,
    state: Schema.optionalKey(Schema.String),
    order: Schema.optionalKey(Schema.String)
  })
)

type Read<A> = { readonly value: A } | { readonly problem: Problem }

/** The body of a call; an empty one is an empty object. */
const read = async <A>(
  c: MockContext,
  decode: (json: unknown) => Result.Result<A, Schema.SchemaError>
): Promise<Read<A>> => {
  const empty = c.req.header("content-length") === "0" || c.req.raw.body === null
  const body = empty ? { _tag: "Json" as const, json: {} } : await readJson(c.req.raw, 100_000)
  if (body._tag !== "Json") return { problem: body }
  const decoded = decode(body.json)
  return Result.isSuccess(decoded)
    ? { value: decoded.success }
    : { problem: { _tag: "MalformedRequest", detail: decoded.failure.message } }
}
