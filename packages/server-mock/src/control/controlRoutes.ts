/**
 * The mock's own interface, under `/_mock`: what a test sets up, what it wants to know, and what a person does at a
 * terminal's pinpad. Everything is about the space that the caller names.
 */

import * as CardNumber from "@hipay-pos/core/CardNumber"
import * as JsonIssues from "@hipay-pos/core/JsonIssues"
import type { ControlTools, Space } from "@hipay-pos/server"
import {
  options as allow,
  done,
  EMPTY,
  type Env,
  maskTexts,
  ok,
  type Problem,
  readJson,
  summary,
  toProblem
} from "@hipay-pos/server/http"
import { makeControlRoutes } from "@hipay-pos/terminal-simulator/control"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type Context, Hono } from "hono"
import { type MockSpace, mockOf } from "../mock/MockSpace.ts"
import { LATEST } from "../mock/moment.ts"
import * as TerminalName from "../terminals/TerminalName.ts"
import * as Calls from "./controlCalls.ts"
import { describeMock, methods } from "./controlDocument.ts"
import * as View from "./controlView.ts"
import { notificationNotAllowed, terminalAttached, terminalUnknown, waitEnded, waitTimedOut } from "./mockProblem.ts"
import { waitFor } from "./waitFor.ts"

/** The routes, to be mounted below `/_mock` behind a check of the caller. */
export const mockRoutes = (options: ControlTools): Hono<Env> => {
  const { spaces, send, commonHeaders, version, closing } = options
  const app = new Hono<Env>({ strict: false })
  const refuse = (c: Context<Env>, problem: Problem) => send(c, toProblem(problem))
  const notFound = (c: Context<Env>) => refuse(c, { _tag: "NotFound", path: c.req.path })

  app.get("/openapi.json", (c) => send(c, ok(describeMock(version))))

  app.get("/", async (c) => {
    const space = c.get("space")
    const { terminals, clock } = mockOf(space)
    const attempts = await countOf(space)
    return send(
      c,
      ok({ space: space.name, version, clock: View.clock(clock), terminals: terminals.simulated().length, attempts })
    )
  })
  app.get("/simulation", (c) => send(c, ok(View.simulation(mockOf(c.get("space"))))))
  app.delete("/", async (c) => {
    const space = c.get("space")
    const known = await spaces()
    // The space first, so that what is forgotten gets nothing more from it; and both at once, so that nothing of the next
    // space is forgotten.
    known.drop(space.name)
    const forgotten = await Effect.runPromise(Effect.result(mockOf(space).forgetStored))
    return Result.isFailure(forgotten) ? refuse(c, forgotten.failure) : send(c, done())
  })

  app.get("/spaces", async (c) => {
    const known = await spaces()
    const shown = known.list().map(async (space) => ({
      name: space.name,
      attempts: await countOf(space),
      underWay: space.attempts.underWay()
    }))
    return send(c, ok({ spaces: await Promise.all(shown) }))
  })
  app.delete("/spaces/:name", async (c) => {
    const known = await spaces()
    return known.drop(c.req.param("name")) ? send(c, done()) : notFound(c)
  })

  app.get("/attempts", async (c) => {
    const list = await Effect.runPromise(Effect.result(c.get("space").attempts.list({})))
    return Result.isSuccess(list) ? send(c, ok({ attempts: list.success.map(summary) })) : refuse(c, list.failure)
  })
  app.get("/findings", (c) => send(c, ok({ findings: mockOf(c.get("space")).findings().map(View.finding) })))
  app.get("/ledger", (c) => send(c, ok(View.ledger(mockOf(c.get("space"))))))
  app.get("/transactions", (c) => {
    const { transactions } = mockOf(c.get("space"))
    return send(c, ok({ transactions: transactions.list().map(View.transaction).reverse() }))
  })
  app.post("/collection", async (c) => {
    const body = await read(c, decodeCollection)
    if ("problem" in body) return refuse(c, body.problem)
    const mock = mockOf(c.get("space"))
    const terminal = body.value.terminal && CardNumber.maskWritten(body.value.terminal)
    if (terminal !== undefined && !mock.hasTerminal(terminal)) {
      return send(c, mock.terminals.isAttached(terminal) ? terminalAttached(terminal) : terminalUnknown(terminal))
    }
    const captured = await Effect.runPromise(mock.collect(terminal))
    return send(c, ok({ captured: captured.map(({ reference }) => reference) }))
  })

  app.get("/notifications", (c) => {
    const { notifications } = mockOf(c.get("space"))
    return send(c, ok({ notifications: notifications.list().map(View.notification).reverse() }))
  })
  app.get("/notifications/:id", async (c) => {
    const { notifications } = mockOf(c.get("space"))
    const sent = notifications.get(c.req.param("id"))
    return sent === undefined
      ? notFound(c)
      : send(c, ok(View.signedNotification(sent, await Effect.runPromise(Effect.orDie(notifications.sign(sent))))))
  })
  app.post("/notifications/:id/replay", async (c) => {
    const sent = await Effect.runPromise(mockOf(c.get("space")).notifications.replay(c.req.param("id")))
    if (sent === undefined) return notFound(c)
    return sent.state === "recorded" ? send(c, notificationNotAllowed(sent.url)) : send(c, ok(View.notification(sent)))
  })

  app.get("/http-fault", (c) => send(c, ok(View.httpFault(mockOf(c.get("space")).httpFault.get()))))
  app.put("/http-fault", async (c) => {
    const body = await read(c, decodeHttpFault)
    if ("problem" in body) return refuse(c, body.problem)
    const fault = { times: 1, status: 500, ...body.value }
    mockOf(c.get("space")).httpFault.set(fault)
    return send(c, ok(View.httpFault(fault)))
  })
  app.delete("/http-fault", (c) => {
    mockOf(c.get("space")).httpFault.set(undefined)
    return send(c, done())
  })

  app.get("/clock", (c) => send(c, ok(View.clock(mockOf(c.get("space")).clock))))
  app.post("/clock", async (c) => {
    const body = await read(c, decodeClock)
    if ("problem" in body) return refuse(c, body.problem)
    const { clock } = mockOf(c.get("space"))
    const { action, milliseconds = 0 } = body.value
    if (action === "freeze") clock.freeze()
    else if (action === "resume") clock.resume()
    else if (clock.currentTimeMillisUnsafe() + milliseconds > LATEST) return refuse(c, beyondLatest)
    else await Effect.runPromise(clock.advance(milliseconds))
    return send(c, ok(View.clock(clock)))
  })
  app.put("/clock", async (c) => {
    const body = await read(c, decodePutClock)
    if ("problem" in body) return refuse(c, body.problem)
    const { clock } = mockOf(c.get("space"))
    clock.set(Date.parse(body.value.at))
    return send(c, ok(View.clock(clock)))
  })
  app.put("/seed", async (c) => {
    const body = await read(c, decodeSeed)
    if ("problem" in body) return refuse(c, body.problem)
    mockOf(c.get("space")).terminals.setSeed(String(body.value.seed))
    return send(c, done())
  })

  app.get("/wait-for", async (c) => {
    const { space: _, ...asked } = c.req.query()
    const query = decodeWaitFor(asked)
    if (Result.isFailure(query)) return refuse(c, malformed(query.failure))
    const { attempts = "1", timeout = "10000", state, order } = query.success
    const space = c.get("space")
    const waiting = waitFor(space, {
      count: Number(attempts),
      timeout: Number(timeout),
      matches: (each) =>
        (state === undefined || each.state === state) && (order ?? each.key.orderId) === each.key.orderId,
      until: AbortSignal.any([c.req.raw.signal, closing, space.ended])
    })
    const found = await Effect.runPromise(Effect.result(waiting))
    if (Result.isFailure(found)) return refuse(c, found.failure)
    if (found.success !== undefined) return send(c, ok({ attempts: found.success.map(summary) }))
    if (closing.aborted) return refuse(c, { _tag: "Closing" })
    return send(c, space.ended.aborted ? waitEnded(attempts) : waitTimedOut(attempts, timeout))
  })

  // The simulator's routes know nothing of the headers and the errors here.
  app.use(async (c, next) => {
    await next()
    for (const [name, value] of Object.entries(commonHeaders(c))) c.header(name, value)
    c.header("Cache-Control", "no-store")
  })
  for (const path of ["/terminals/:name", "/terminals/:name/*"]) {
    app.use(path, async (c, next) => {
      const name = CardNumber.maskWritten(c.req.param("name") ?? "")
      if (terminalsOf(c).isAttached(name)) return send(c, terminalAttached(name))
      return next()
    })
  }
  app.post("/terminals/:name/pass", async (c) => {
    const { name: space } = c.get("space")
    const simulator = await Effect.runPromise(terminalsOf(c).named(CardNumber.maskWritten(c.req.param("name")), "read"))
    if (simulator === undefined) return notFound(c)
    return send(c, ok({ path: `/_mock/pass/${options.openPass(simulator.name, space)}` }))
  })
  app.route(
    "/",
    makeControlRoutes({
      terminals: (c) =>
        terminalsOf(c)
          .simulated()
          .map(({ simulator }) => simulator),
      find: (c, name) => {
        const use = c.req.method === "GET" || c.req.method === "HEAD" ? "read" : "control"
        return Effect.runPromise(terminalsOf(c).named(CardNumber.maskWritten(name), use))
      },
      describe: ({ name }) => ({ kind: "simulated", ...addressOf(name) }),
      refuse: (c, status, _, message) =>
        status === 404 ? notFound(c) : refuse(c, { _tag: "MalformedRequest", detail: message }),
      closing: (c: Context<Env>) => AbortSignal.any([closing, c.get("space").ended])
    })
  )
  for (const [path, allowed] of methods) {
    app.all(path, (c) => {
      const { method } = c.req
      return method === "OPTIONS"
        ? send(c, allow(allowed))
        : refuse(c, { _tag: "MethodNotAllowed", method, allowed: [...allowed] })
    })
  }
  return app
}

const terminalsOf = (c: Context<Env>): MockSpace["terminals"] => mockOf(c.get("space")).terminals

const countOf = ({ attempts }: Space.Space): Promise<number> =>
  Effect.runPromise(Effect.match(attempts.list({}), { onFailure: () => 0, onSuccess: ({ length }) => length }))

/** Host and port of a terminal's name; one that is found by its serial number has no port. */
const addressOf = (name: string) => {
  const target = TerminalName.toTarget(name)
  return target._tag === "Concert" ? { host: target.host, port: target.port } : { host: name }
}

/** A name that is misspelt would else change nothing, in silence. */
const EXACTLY = { onExcessProperty: "error" } as const

const decodeCollection = Schema.decodeUnknownResult(Calls.Collection, EXACTLY)
const decodeHttpFault = Schema.decodeUnknownResult(Calls.SetHttpFault, EXACTLY)
const decodeClock = Schema.decodeUnknownResult(Calls.SetClock, EXACTLY)
const decodePutClock = Schema.decodeUnknownResult(Calls.PutClock, EXACTLY)
const decodeSeed = Schema.decodeUnknownResult(Calls.SetSeed, EXACTLY)
const decodeWaitFor = Schema.decodeUnknownResult(Calls.WaitFor, EXACTLY)

type Read<A> = { readonly value: A } | { readonly problem: Problem }

/** The body of a call; an empty one is an empty object, and one of no type is JSON. */
const read = async <A>(
  c: Context<Env>,
  decode: (json: unknown) => Result.Result<A, Schema.SchemaError>
): Promise<Read<A>> => {
  const sent = await readJson(
    c.req.raw,
    100_000,
    (name) => c.req.header(name) ?? (name === "content-type" ? "application/json" : undefined)
  )
  const body = sent === EMPTY ? { _tag: "Json" as const, json: {} } : sent
  if (body._tag !== "Json") return { problem: body }
  const decoded = decode(maskTexts(body.json))
  return Result.isSuccess(decoded) ? { value: decoded.success } : { problem: malformed(decoded.failure) }
}

const malformed = (error: Schema.SchemaError): Problem => ({
  _tag: "MalformedRequest",
  detail: JsonIssues.inOneLine(error, "the call")
})

const beyondLatest: Problem = {
  _tag: "MalformedRequest",
  detail: "milliseconds: the clock is put forward to the end of 9998 at most"
}
