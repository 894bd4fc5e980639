/**
 * The routes of the control API: input at a terminal's pinpad, its state and its records, over HTTP.
 *
 * For any number of terminals, and for an app that authenticates callers itself: `makeControl` of the Node entry, and the mock
 * server. They start nothing and use no Node API. Responses and journal are masked.
 */
import * as JsonIssues from "@hipay-pos/core/JsonIssues"
import * as JsonText from "@hipay-pos/core/JsonText"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type Context, Hono } from "hono"
import { bodyLimit } from "hono/body-limit"
import { createMiddleware } from "hono/factory"
import { streamSSE } from "hono/streaming"
import * as Script from "../cardholder/Script.ts"
import * as TestCard from "../cardholder/TestCard.ts"
import * as Events from "../Events.ts"
import * as Fault from "../faults/Fault.ts"
import * as Profile from "../profiles/Profile.ts"
import type { TerminalSimulator } from "../TerminalSimulator.ts"
import * as ControlCall from "./ControlCall.ts"

/** What the routes serve. */
export interface ControlRoutesOptions {
  /** Called for every request: terminals may be added and removed. */
  readonly terminals: (c: Context) => ReadonlyArray<TerminalSimulator>
  /** Finds a terminal by name; by default among `terminals`. */
  readonly find?: (c: Context, name: string) => Promise<TerminalSimulator | undefined>
  /** Added to a terminal's description, such as its address. */
  readonly describe?: (terminal: TerminalSimulator) => Readonly<Record<string, unknown>>
  /** Makes the error response; by default `{ error: { code, message } }`. */
  readonly refuse?: Refuse
  /** Ends the event streams of a caller. */
  readonly closing?: (c: Context) => AbortSignal
}

/** Makes the response to a rejected request. */
export type Refuse = (c: Context, status: 400 | 401 | 404, code: string, message: string) => Response

type Variables = { readonly terminal: TerminalSimulator }

/** The routes without authentication, for an app that authenticates callers itself. */
export const makeControlRoutes = (options: ControlRoutesOptions): Hono<{ Variables: Variables }> => {
  const app = new Hono<{ Variables: Variables }>({ strict: false })
  const { refuse = refuseByDefault, closing } = options
  const find =
    options.find ?? (async (c: Context, name: string) => options.terminals(c).find((each) => each.name === name))

  app.get("/cards", (c) => c.json(TestCard.all))
  app.get("/faults", (c) => c.json(Fault.catalogue))
  app.get("/profiles", (c) => c.json(Profile.all))

  const describe = (terminal: TerminalSimulator) => ({
    name: terminal.name,
    profile: terminal.profile.name,
    ...options.describe?.(terminal),
    ...shownState(terminal),
    cardholder: terminal.stepsLeft() > 0 ? "scripted" : terminal.cardholder()._tag.toLowerCase(),
    stepsLeft: terminal.stepsLeft(),
    faults: shownFaults(terminal)
  })
  app.get("/terminals", (c) => c.json(options.terminals(c).map(describe)))

  const named = createMiddleware<{ Variables: Variables }>(async (c, next) => {
    const name = c.req.param("name") ?? ""
    const terminal = await find(c, name)
    if (terminal === undefined) return refuse(c, 404, "terminal", `unknown terminal ${JSON.stringify(name)}`)
    c.set("terminal", terminal)
    await next()
  })
  app.use("/terminals/:name", named)
  app.use("/terminals/:name/*", named)
  // A DELETE has no body to limit. Limiting a body of unknown length wraps the request in a new `Request`, which fails with
  // the adapter's own request class if the process's globals are not overridden.
  app.on(["POST", "PUT"], "/terminals/:name/*", async (c, next) => {
    if (c.req.header("content-length") === undefined) c.req.raw = c.req.raw.clone()
    await next()
  })
  app.on(
    ["POST", "PUT"],
    "/terminals/:name/*",
    bodyLimit({ maxSize: MAX_BODY, onError: (c) => refuse(c, 400, "body", "the body is too long") })
  )

  app.get("/terminals/:name", (c) => c.json(describe(c.var.terminal)))
  app.get("/terminals/:name/journal", (c) => c.json(c.var.terminal.journal()))
  app.get("/terminals/:name/ledger", (c) =>
    c.json({ entries: c.var.terminal.ledger.entries(), totals: c.var.terminal.ledger.totals() })
  )
  // HEAD must not start a stream: it would never end.
  app.on("HEAD", "/terminals/:name/events", (c) => c.body(null, 200, { "Content-Type": "text/event-stream" }))
  app.get("/terminals/:name/events", (c) =>
    streamSSE(c, async (stream) => {
      const events = Events.asyncIterable(c.var.terminal)[Symbol.asyncIterator]()
      const end = () => {
        void events.return?.()
        void stream.close()
      }
      const ending = closing?.(c)
      ending?.addEventListener("abort", end)
      stream.onAbort(() => {
        ending?.removeEventListener("abort", end)
        end()
      })
      // The first `next` subscribes, so that no event after the state is lost.
      let event = events.next()
      await stream.writeSSE({ event: "State", data: JSON.stringify(describe(c.var.terminal)) })
      for (let next = await event; next.done !== true; next = await event) {
        event = events.next()
        await stream.writeSSE({ event: next.value._tag, data: JSON.stringify(next.value) })
      }
    })
  )

  /** A handler of a call with a body: what cannot be decoded is refused. */
  const withBody =
    <A>(decode: Decode<A>, handler: (c: Context<{ Variables: Variables }>, body: A) => Response) =>
    async (c: Context<{ Variables: Variables }>) => {
      const body = await read(c, decode)
      return Result.isSuccess(body) ? handler(c, body.success) : refuse(c, 400, "body", body.failure)
    }
  app.post(
    "/terminals/:name/card",
    withBody(decodeCard, (c, { card, entryMode }) =>
      c.json({ taken: c.var.terminal.presentCard(TestCard.get(card) ?? TestCard.standard, entryMode) })
    )
  )
  app.post(
    "/terminals/:name/key",
    withBody(decodeKey, (c, { key }) => c.json({ taken: c.var.terminal.pressKey(key) }))
  )
  app.put(
    "/terminals/:name/cardholder",
    withBody(decodeCardholder, (c, { cardholder }) => {
      c.var.terminal.setCardholder(Script.toCardholder(cardholder))
      return c.json(describe(c.var.terminal))
    })
  )
  app.put(
    "/terminals/:name/script",
    withBody(decodeScript, (c, { script }) => {
      c.var.terminal.setScript(Script.toBehaviours(script))
      return c.json(describe(c.var.terminal))
    })
  )
  app.post(
    "/terminals/:name/faults",
    withBody(decodeFault, (c, body) => {
      const fault = Script.toFault(body)
      if (Result.isFailure(fault)) return refuse(c, 400, "fault", fault.failure.message)
      const { terminal } = c.var
      const set = trySet(() => terminal.setFault(fault.success))
      if (Result.isFailure(set)) return refuse(c, 400, "fault", set.failure.message)
      return c.json(shownFaults(terminal), 201)
    })
  )
  app.put(
    "/terminals/:name/faults",
    withBody(decodeFaults, (c, body) => {
      const faults = Result.all(body.map(Script.toFault))
      if (Result.isFailure(faults)) return refuse(c, 400, "fault", faults.failure.message)
      const { terminal } = c.var
      const set = trySet(() => terminal.setFaults(faults.success))
      if (Result.isFailure(set)) return refuse(c, 400, "fault", set.failure.message)
      return c.json(shownFaults(terminal))
    })
  )
  app.delete("/terminals/:name/faults", (c) => {
    c.var.terminal.clearFault()
    return c.json(shownFaults(c.var.terminal))
  })
  app.delete("/terminals/:name/faults/:fault", (c) => {
    const fault = Fault.names.find((name) => name === c.req.param("fault"))
    if (fault === undefined) return refuse(c, 404, "fault", `unknown fault ${JSON.stringify(c.req.param("fault"))}`)
    c.var.terminal.clearFault(fault)
    return c.json(shownFaults(c.var.terminal))
  })
  app.post("/terminals/:name/reset", async (c) => {
    await Effect.runPromise(c.var.terminal.reset)
    return c.json(describe(c.var.terminal))
  })
  return app
}

const trySet = (set: () => void) =>
  Result.try({ try: set, catch: (error) => error as Fault.FaultConflictError | Fault.FaultNotCountedError })

/** The faults that a terminal has, in the form in which they are set. */
const shownFaults = (terminal: TerminalSimulator) =>
  terminal.faults().map(({ name, ...options }) => ({ fault: name, ...options }))

const shownState = (terminal: TerminalSimulator) => {
  const { stage, screen, amount, currency } = terminal.state()
  return { stage, screen, amount, currency }
}

const strict = { errors: "all", onExcessProperty: "error" } as const
const decodeCard = Schema.decodeUnknownResult(ControlCall.Card, strict)
const decodeKey = Schema.decodeUnknownResult(ControlCall.Key, strict)
const decodeCardholder = Schema.decodeUnknownResult(ControlCall.Cardholder, strict)
const decodeScript = Schema.decodeUnknownResult(ControlCall.Steps, strict)
const decodeFault = Schema.decodeUnknownResult(ControlCall.Fault, strict)
const decodeFaults = Schema.decodeUnknownResult(ControlCall.Faults, strict)

type Decode<A> = (json: unknown) => Result.Result<A, Schema.SchemaError>

/** The decoded body, or the problem with it. */
const read = async <A>(c: Context, decode: Decode<A>): Promise<Result.Result<A, string>> => {
  const text = await c.req.text()
  const json = Result.mapError(JsonText.parse(text), (problem) => `the body ${problem}`)
  return Result.flatMap(json, (json) =>
    Result.mapError(decode(json), (error) => JsonIssues.inOneLine(error, "the call"))
  )
}

/** Bytes of the longest body: a script of some thousand steps. */
const MAX_BODY = 100_000

/** The error response where no other is given. */
export const refuseByDefault: Refuse = (c, status, code, message) => c.json({ error: { code, message } }, status)
