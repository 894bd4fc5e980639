/**
 * The POS API as a Hono app. Starts nothing: give it to a server, or call `app.request`.
 *
 * Every route except the health check, the probes, the documents and the pages needs credentials, which are checked before
 * anything else, as on the real service.
 */

import * as BusinessDay from "@hipay-pos/core/BusinessDay"
import type * as ManagedRuntime from "effect/ManagedRuntime"
import { type Context, Hono } from "hono"
import type { AppOptions } from "./AppOptions.ts"
import { attemptRoutes } from "./http/attemptRoutes.ts"
import { makeAuthentication } from "./http/authentication.ts"
import * as Credentials from "./http/Credentials.ts"
import type { Features } from "./http/Features.ts"
import { addressOf, countHeaders, type Env, headerOf } from "./http/HonoEnv.ts"
import { makeHostPolicy } from "./http/hostPolicy.ts"
import { refuseOtherMethods } from "./http/methods.ts"
import { OrderRouter } from "./http/OrderRouter.ts"
import { ORDER, orderRoute } from "./http/orderRoute.ts"
import { probeRoutes } from "./http/probeRoutes.ts"
import type { Responder, RouteTools } from "./http/RouteTools.ts"
import { notificationRoutes, relayHealth, relayRoutes } from "./http/relayRoutes.ts"
import { reloadRoute } from "./http/reloadRoute.ts"
import { makeRequestIds } from "./http/requestIds.ts"
import { makeResponder } from "./http/responder.ts"
import { makeSessionCookie } from "./http/sessionCookie.ts"
import { sessionRoutes } from "./http/sessionRoutes.ts"
import { makeSessions } from "./http/sessions.ts"
import { makeSpaceNamed, makeSpaceOf } from "./http/spaceOf.ts"
import * as TerminalPass from "./http/terminalPass.ts"
import { instanceRoutes, terminalRoutes } from "./http/terminalRoutes.ts"
import { documentRoutes } from "./openapi/documentRoutes.ts"
import { REFERENCE } from "./openapi/reference.ts"
import { makeAnswerOrder } from "./orders/answerOrder.ts"
import * as Pages from "./pages/Pages.ts"
import { type Answer, text } from "./render/Answer.ts"
import { toProblem } from "./render/problems.ts"
import { type Listener, safeListener } from "./ServerEvent.ts"
import { Spaces } from "./Spaces.ts"

/**
 * The app over a runtime that provides the spaces.
 *
 * @example
 * ```ts
 * import * as Frames from "@hipay-pos/concert-codec/Frames"
 * import { MemoryStore, makeApp, OwedEnds, Space, Spaces, Terminals } from "@hipay-pos/server"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as ManagedRuntime from "effect/ManagedRuntime"
 * import * as Redacted from "effect/Redacted"
 *
 * const code = "unknown.terminal.bad.request"
 * const space = Space.make({
 *   name: "",
 *   ended: new AbortController().signal,
 *   store: OwedEnds.over(MemoryStore.make()),
 *   terminals: { frames: Frames, choose: () => Terminals.notServed({ code, description: "This shop has no terminals." }) }
 * })
 * const runtime = ManagedRuntime.make(Layer.effect(Spaces.Spaces, Effect.map(space, Spaces.one)))
 * const credentials = [{ username: "till", password: Redacted.make("secret") }]
 * const app = makeApp(runtime, { mode: "gateway", credentials })
 *
 * const headers = { authorization: `Basic ${btoa("till:secret")}` }
 * const response = await app.request("/attempts", { headers })
 * console.log(response.status, await response.json()) // 200 { attempts: [] }
 * ```
 */
export const makeApp = (runtime: ManagedRuntime.ManagedRuntime<Spaces, never>, options: AppOptions): Hono<Env> => {
  const { bodyLimit = 256 * 1024, closing = new AbortController().signal, mode, validation = "strict", relay } = options
  const { batchPerTick = () => Promise.resolve(), days = BusinessDay.utc, locale, version = "", control } = options
  const features: Features = {
    relays: relay !== undefined,
    lists: options.terminals !== undefined,
    reloads: options.reload !== undefined,
    shared: options.instances !== undefined
  }
  const emit = safeListener(options.listener)
  const check = Credentials.makeCheck(options.credentials, { spaces: mode === "simulated", token: control?.token })
  const sessions = makeSessions({ check, now: Date.now, sign: options.signSession })
  const cookie = makeSessionCookie(options.behindTls === true)
  const spaceNamed = makeSpaceNamed(runtime)
  const spaceOf = makeSpaceOf(spaceNamed)
  const responder = makeResponder({ mode, relay, cookie })
  const { send, commonHeaders } = responder
  const { authenticated, isStillAllowed, ...logins } = makeAuthentication({
    check,
    sessions,
    spaceOf,
    send,
    emit,
    checkLogin: relay?.checkLogin,
    controlPath: control?.path,
    onLogin: options.onLogin,
    loginThrottle: options.loginThrottle
  })
  const tools: RouteTools = { ...responder, authenticated }
  /** Reports a bug of the server and returns the answer to its caller. */
  const reportDefect = (requestId: string, error: unknown): Answer => {
    emit({ _tag: "Defect", requestId, error })
    return toProblem({ _tag: "Unexpected" })
  }
  const notFound = (c: Context<Env>) => send(c, toProblem({ _tag: "NotFound", path: c.req.path }))

  // A trailing slash is the same route, as at the service.
  const app = new Hono<Env>({ strict: false, router: new OrderRouter() })
  const admit = makeAdmit(options, { send, emit })
  app.use(async (c, next) => admit(c) ?? next())

  const answerOrder = makeAnswerOrder({
    mode,
    validation,
    bodyLimit,
    closing,
    batchPerTick,
    digest: options.digest,
    sandbox: options.sandbox,
    relay,
    emit,
    ...logins,
    spaceOf,
    run: (effect) => runtime.runPromiseExit(effect)
  })
  const { tracer } = options
  const order = orderRoute({ answerOrder, reportDefect, send, emit, batchPerTick, closing, tracer })
  app.post(ORDER, (c) => admit(c) ?? order(c))

  app.get("/v1/connector/healthcheck", async (c) =>
    send(c, text(relay === undefined ? "up" : await relayHealth(relay)))
  )
  app.route(
    "/",
    probeRoutes(tools, {
      spaces: async () => (await runtime.runPromise(Spaces)).list(),
      closing,
      notReady: options.notReady
    })
  )
  const { metrics } = options
  // They cover the orders of all shops.
  app.get("/metrics", authenticated("read", { allTerminals: true }), async (c) =>
    metrics === undefined ? notFound(c) : send(c, text(await metrics()))
  )

  app.route(
    "/session",
    sessionRoutes(tools, {
      check,
      sessions,
      cookie,
      beforeLogin: logins.beforeLogin,
      reportLogin: logins.reportLogin,
      refuseLogin: logins.refuseLogin,
      spaceNamed,
      mode,
      version,
      days: options.days,
      features,
      examination: options.examination === true
    })
  )
  app.route(
    "/attempts",
    attemptRoutes(tools, {
      run: (effect) => runtime.runPromise(effect),
      closing,
      isStillAllowed,
      watchLogins: options.watchLogins,
      bodyLimit,
      days,
      locale
    })
  )
  if (relay?.receive !== undefined) app.route("/notifications/hipay", notificationRoutes(tools, relay.receive))
  if (relay !== undefined) app.route("/", relayRoutes(tools, relay))
  if (options.reload !== undefined) app.route("/reload", reloadRoute(tools, options.reload))
  if (options.terminals !== undefined) app.route("/terminals", terminalRoutes(tools, options.terminals))
  if (options.instances !== undefined) app.route("/instances", instanceRoutes(tools, options.instances))

  if (control !== undefined) {
    const { path, make } = control
    app.get(`${path}/pass/:token`, TerminalPass.usePass(sessions, cookie))
    app.use(`${path}/*`, authenticated("control"))
    const openPass = TerminalPass.openPass(sessions)
    app.route(path, make({ ...responder, spaces: () => runtime.runPromise(Spaces), version, closing, openPass }))
  }

  app.route(
    "/",
    documentRoutes(tools, {
      mode,
      ...features,
      version,
      controlPath: control?.path,
      hasReference: options.pages?.has(REFERENCE) === true
    })
  )

  refuseOtherMethods(app, send)

  app.get("*", (c) => {
    const page = options.pages?.get(c.req.path)
    if (page !== undefined) return Pages.toResponse(page, headerOf(c, "accept-encoding"), commonHeaders(c))
    return c.req.path === "/" ? send(c, toProblem({ _tag: "NoPages" })) : c.notFound()
  })
  app.notFound(notFound)
  app.onError((error, c) => send(c, reportDefect(c.get("requestId"), error)))
  return app
}

/** Gives a request its id. Returns the response to a request that the host policy refuses. */
const makeAdmit = (
  {
    allowedHosts,
    instance,
    nextRequestId = makeRequestIds(instance)
  }: Pick<AppOptions, "allowedHosts" | "instance" | "nextRequestId">,
  { send, emit }: { readonly send: Responder["send"]; readonly emit: Listener }
): ((c: Context<Env>) => Response | undefined) => {
  const hostPolicy = makeHostPolicy(allowedHosts)
  return (c) => {
    const requestId = nextRequestId()
    c.set("requestId", requestId)
    const { method, path } = c.req
    const refusal = hostPolicy({
      method,
      path,
      header: (name) => headerOf(c, name),
      count: (name) => countHeaders(c, name)
    })
    if (refusal === undefined) return undefined
    emit({ _tag: "RequestRefused", requestId, refusal, address: addressOf(c) })
    return send(c, toProblem({ _tag: "RequestRefused", refusal, host: headerOf(c, "host") }))
  }
}
