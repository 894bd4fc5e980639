/**
 * The POS API as a Hono app. Starts nothing: give it to a server, or call `app.request`.
 *
 * Every route but the health check, the probes, the documents and the pages needs credentials, and credentials are
 * looked at before anything else, as on the real service.
 */
import * as BusinessDay from "@hipay-pos/core/BusinessDay"
import * as CardNumber from "@hipay-pos/core/CardNumber"
import type { Reloaded } from "@hipay-pos/core/wire/Reloaded"
import * as Effect from "effect/Effect"
import type * as ManagedRuntime from "effect/ManagedRuntime"
import * as Result from "effect/Result"
import type * as Tracer from "effect/Tracer"
import { type Context, Hono } from "hono"
import { generateCookie, getCookie } from "hono/cookie"
import { documentRoutes } from "../openapi/documentRoutes.ts"
import { REFERENCE } from "../openapi/reference.ts"
import { makeAnswerOrder, type Sandbox } from "../orders/answerOrder.ts"
import type { Validation } from "../orders/validate.ts"
import * as Pages from "../pages/Pages.ts"
import type { Answer } from "../render/Answer.ts"
import { toProblem } from "../render/problems.ts"
import { type Listener, safeListener } from "../ServerEvent.ts"
import type { Space } from "../Space.ts"
import type { SpaceRefused } from "../SpaceRefused.ts"
import { Spaces } from "../Spaces.ts"
import * as OrderTrace from "../telemetry/OrderTrace.ts"
import type { Relay } from "../terminals/Relay.ts"
import type { InstanceListing, TerminalListing } from "../terminals/TerminalListing.ts"
import { attemptsApi } from "./attemptsApi.ts"
import type { ControlRoutes } from "./ControlRoutes.ts"
import * as Credentials from "./Credentials.ts"
import {
  type Authenticated,
  addressOf,
  connectionOf,
  countHeaders,
  type Env,
  headerOf,
  type TakenOrder
} from "./HonoEnv.ts"
import { makeHostPolicy } from "./hostPolicy.ts"
import { refuseOtherMethods } from "./methods.ts"
import { makePassedLogin } from "./passedLogin.ts"
import { probeRoutes } from "./probeRoutes.ts"
import { notificationRoutes, relayHealth, relayRoutes } from "./relayRoutes.ts"
import { reloadRoute } from "./reloadRoute.ts"
import { COOKIE, sessionRoutes } from "./sessionRoutes.ts"
import { makeSessions } from "./sessions.ts"
import * as TerminalPass from "./terminalPass.ts"
import { instanceRoutes, terminalRoutes } from "./terminalRoutes.ts"

/** How an app is set up. */
export interface AppOptions {
  /** The logins, or what gives them each time where they may change. */
  readonly credentials: ReadonlyArray<Credentials.Credentials> | (() => ReadonlyArray<Credentials.Credentials>)
  /** Said in every answer. */
  readonly mode: "simulated" | "gateway"
  /** Largest body, in bytes; 256 kB by default. */
  readonly bodyLimit?: number | undefined
  /** `strict` by default: all of our rules; `faithful`: what the real service evidently refuses. */
  readonly validation?: Validation | undefined
  /** Names by which the server may be called, beside addresses and `localhost`. */
  readonly allowedHosts?: ReadonlyArray<string> | undefined
  /** Signs the cookies of the pages, so that servers that share the secret take each other's; kept in memory by default. */
  readonly signSession?: ((text: string) => string) | undefined
  /** Whether a proxy in front speaks TLS: the cookie of the pages then goes over TLS only. */
  readonly behindTls?: boolean | undefined
  /** Called with the connection of each request whose login is correct. */
  readonly onLogin?: ((connection: object) => void) | undefined
  /** Delays the refusal of a wrong login; no delay by default. */
  readonly beforeRefusal?: (guess: {
    readonly address: string | undefined
    readonly username: string | undefined
  }) => Promise<void>
  /** Why the server should get no new orders just now, in a few words; undefined where it may. */
  readonly notReady?: (() => string | undefined) | undefined
  /** Aborted when the server shuts down: orders are then refused before anything is sent, and streams end. */
  readonly closing?: AbortSignal | undefined
  readonly listener?: Listener | undefined
  /** Resolves at the end of the current tick, together for all orders of that tick; at once by default. */
  readonly batchPerTick?: (() => Promise<void>) | undefined
  /** Answers orders that ask for an answer by `sandbox_code`; without it, they are refused. */
  readonly sandbox?: Sandbox | undefined
  /** HiPay's own service, where orders are sent on to it. */
  readonly relay?: Relay | undefined
  /** Lists the terminals at `/terminals`, for logins with the role `read`; no such address by default. */
  readonly terminals?: TerminalListing | undefined
  /**
   * Reads terminals and logins again at `POST /reload`, for logins with the role `control`; rejects with a sentence. No such
   * address by default.
   */
  readonly reload?: (() => Promise<Reloaded>) | undefined
  /** Lists the gateways that share the store, at `/instances`; no such address by default. */
  readonly instances?: InstanceListing | undefined
  /** Whether an examination answers at `/exam` before this app: the pages link to it. False by default. */
  readonly examination?: boolean | undefined
  /** Additional routes below a path, for logins with the role `control`. */
  readonly control?: ControlRoutes | undefined
  /** The console's files; none by default. */
  readonly pages?: Pages.Pages | undefined
  /** What a day of the shop is, for lists and totals; UTC's by default. */
  readonly days?: BusinessDay.BusinessDay | undefined
  /** The metrics as text for Prometheus, at `/metrics` for logins with the role `read`; no such address by default. */
  readonly metrics?: (() => Promise<string>) | undefined
  /** Makes a trace of each order; none by default. */
  readonly tracer?: Tracer.Tracer | undefined
  /** The language of the spreadsheets that CSV is for, such as `fr-FR`; for programs by default. */
  readonly locale?: string | undefined
  /** The name of this one among those that share a store: a part of the ids of its requests. */
  readonly instance?: string | undefined
  /** Of the package, for the pages. */
  readonly version?: string | undefined
}

/**
 * The app over a runtime that provides the spaces.
 *
 * @example
 * ```ts
 * import * as Frames from "@hipay-pos/concert-codec/Frames"
 * import { AttemptStore, makeApp, OwedEnds, Space, Spaces, Terminals } from "@hipay-pos/server"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as ManagedRuntime from "effect/ManagedRuntime"
 * import * as Redacted from "effect/Redacted"
 *
 * const code = "unknown.terminal.bad.request"
 * const space = Space.make({
 *   name: "",
 *   ended: new AbortController().signal,
 *   store: OwedEnds.over(AttemptStore.memory()),
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
  const { days = BusinessDay.utc, locale, version = "" } = options
  const emit = safeListener(options.listener)
  const batchPerTick = options.batchPerTick ?? (() => Promise.resolve())
  const check = Credentials.makeCheck(options.credentials, {
    spaces: mode === "simulated",
    token: options.control?.token
  })
  const sessions = makeSessions({ check, now: Date.now, sign: options.signSession })
  const hostPolicy = makeHostPolicy(options.allowedHosts)
  const cookie = (token: string, more: { readonly maxAge?: number } = {}) => ({
    "Set-Cookie": generateCookie(COOKIE, token, {
      path: "/",
      httpOnly: true,
      sameSite: "Strict",
      secure: options.behindTls === true,
      ...more
    })
  })
  // A trailing slash is the same route, as at the service.
  const app = new Hono<Env>({ strict: false })
  const ofInstance = options.instance === undefined ? "" : `${options.instance.replace(/[^\w.-]/g, "-")}-`
  let requests = 0

  app.use((c, next) => {
    const requestId = `${ofInstance}${Date.now().toString(36)}-${(++requests).toString(36)}`
    c.set("requestId", requestId)
    const { method, path } = c.req
    const refusal = hostPolicy({
      method,
      path,
      header: (name) => headerOf(c, name),
      count: (name) => countHeaders(c, name)
    })
    if (refusal === undefined) return next()
    emit({ _tag: "RequestRefused", requestId, refusal, address: addressOf(c) })
    return Promise.resolve(send(c, toProblem({ _tag: "RequestRefused", refusal })))
  })

  /** What every answer says. Headers stay plain objects: to build `Headers` costs more than to send them. */
  const commonHeaders = (c: Context<Env>): Readonly<Record<string, string>> => {
    const renewed = c.get("renewedSession")
    const common = {
      "X-Request-Id": c.get("requestId"),
      "X-Hipay-Pos-Mode": mode,
      ...(renewed === undefined ? {} : cookie(renewed))
    }
    return relay === undefined
      ? common
      : {
          ...common,
          "X-Hipay-Pos-Mode": relay.isSimulated() ? "simulated" : "relay",
          "X-Hipay-Pos-Upstream": relay.upstream
        }
  }
  const send = (c: Context<Env>, { status, headers, body, bytes }: Answer): Response =>
    body === undefined
      ? new Response(null, { status, headers: { ...NOT_KEPT, ...commonHeaders(c), ...headers } })
      : new Response(bytes ?? (typeof body === "string" ? body : JSON.stringify(body)), {
          status,
          headers: { "Content-Type": "application/json", ...NOT_KEPT, ...commonHeaders(c), ...headers }
        })
  const sendText = (c: Context<Env>, text: string): Response =>
    new Response(text, { headers: { "Content-Type": "text/plain; charset=utf-8", ...NOT_KEPT, ...commonHeaders(c) } })

  const unexpected = (c: Context<Env>, error: unknown): Answer => {
    emit({ _tag: "Defect", requestId: c.get("requestId"), error })
    return toProblem({ _tag: "Unexpected" })
  }

  let spaces: Spaces["Service"] | undefined
  const spaceNamed = async (written: string): Promise<Result.Result<Space, SpaceRefused>> => {
    spaces ??= await runtime.runPromise(Spaces)
    const name = CardNumber.maskWritten(written)
    const known = spaces.find(name)
    return known === undefined ? runtime.runPromise(Effect.result(spaces.get(name))) : Result.succeed(known)
  }

  const spaceOf = (c: Context<Env>, login: Credentials.Login) => spaceNamed(spaceNameOf(c, login))

  /** The caller's login, by header or by session cookie. */
  const callerOf = (c: Context<Env>): Credentials.Login | undefined => {
    const header = headerOf(c, "authorization")
    const token = header === undefined ? getCookie(c, COOKIE) : undefined
    const session = token === undefined ? undefined : sessions.find(token)
    if (session?.renewed !== undefined) c.set("renewedSession", session.renewed)
    const login = header === undefined ? session?.login : check.header(header)
    const connection = connectionOf(c)
    if (login !== undefined && connection !== undefined) options.onLogin?.(connection)
    return login
  }

  const passedLogin = makePassedLogin(relay?.checkLogin, check)
  /** The caller's login, where only the service behind a relay knows it. */
  const passedLoginOf = async (c: Context<Env>) => {
    const login = await passedLogin(headerOf(c, "authorization"))
    const connection = connectionOf(c)
    if (login !== undefined && !("problem" in login) && connection !== undefined) options.onLogin?.(connection)
    return login
  }

  /** The answer to missing or wrong credentials; wrong ones are reported and delayed. */
  const refuseLogin = async (c: Context<Env>, typed?: string): Promise<Answer> => {
    const header = headerOf(c, "authorization")
    const wrong = header !== undefined || typed !== undefined
    if (wrong || c.req.path.replace(/\/$/, "") === ORDER) {
      const username = typed ?? check.usernameIn(header ?? "")
      const login = username === undefined ? undefined : check.meant(username)
      emit({
        _tag: "Unauthorized",
        requestId: c.get("requestId"),
        credentials: wrong ? "wrong" : "none",
        login,
        address: addressOf(c)
      })
      if (wrong) await options.beforeRefusal?.({ address: addressOf(c), username: login ?? username })
    }
    const { headers, ...answer } = toProblem({ _tag: "Unauthorized" })
    // The console signs in by itself: to its calls, a browser must not open its own login window.
    const page =
      c.req.path.replace(/\/$/, "") === "/session" ||
      getCookie(c, COOKIE) !== undefined ||
      headerOf(c, "x-requested-with") !== undefined
    return page || headers === undefined ? answer : { ...answer, headers }
  }

  const authenticated: Authenticated =
    (role, { allTerminals = false } = {}) =>
    async (c, next) => {
      const login = callerOf(c) ?? (await passedLoginOf(c))
      if (login === undefined) return send(c, await refuseLogin(c))
      if ("problem" in login) return send(c, toProblem({ _tag: "CallerUnchecked", detail: login.problem }))
      const needed = TerminalPass.allows(login, c.req, options.control?.path) ? role : "read"
      if (needed !== undefined && !login.roles.has(needed))
        return send(c, toProblem({ _tag: "Forbidden", role: needed }))
      if (allTerminals && login.terminals !== undefined) return send(c, toProblem({ _tag: "SomeTerminalsOnly" }))
      const space = await spaceOf(c, login)
      if (Result.isFailure(space)) return send(c, toProblem(space.failure))
      c.set("login", login)
      c.set("space", space.success)
      return next()
    }

  const answerOrder = makeAnswerOrder({
    mode,
    validation,
    bodyLimit,
    closing,
    batchPerTick,
    sandbox: options.sandbox,
    relay,
    emit,
    callerOf,
    passedLoginOf,
    refuseLogin,
    spaceOf,
    run: (effect) => runtime.runPromiseExit(effect)
  })

  app.post(ORDER, async (c) => {
    const { tracer } = options
    const requestId = c.get("requestId")
    const trace = tracer && OrderTrace.begin(tracer, { traceparent: headerOf(c, "traceparent"), requestId })
    const order: TakenOrder = { startedAt: performance.now(), trace }
    c.set("order", order)
    const answer = await answerOrder(c).catch((error: unknown) => unexpected(c, error))
    if (answer === undefined) return send(c, toProblem({ _tag: "Unexpected" }))
    await batchPerTick()
    const { startedAt, login, orderId, attempt } = order
    const took = performance.now() - startedAt
    emit({ _tag: "OrderAnswered", requestId, answer, took, login, orderId, attempt, traceId: trace?.traceId })
    trace?.end(answer.status)
    const deliver = c.get("deliver")
    return deliver === undefined ? send(c, answer) : deliver(send(c, answer), closing)
  })

  app.get("/v1/connector/healthcheck", async (c) => sendText(c, relay === undefined ? "up" : await relayHealth(relay)))
  probeRoutes(app, {
    commonHeaders,
    spaces: async () => (await runtime.runPromise(Spaces)).list(),
    closing,
    notReady: options.notReady
  })
  const { metrics } = options
  app.get("/metrics", authenticated("read"), async (c) =>
    metrics === undefined ? send(c, toProblem({ _tag: "NotFound", path: c.req.path })) : sendText(c, await metrics())
  )

  sessionRoutes(app, {
    check,
    sessions,
    cookie,
    send,
    refuseLogin,
    spaceNamed,
    authenticated,
    mode,
    version,
    days: options.days,
    relays: relay !== undefined,
    shared: options.instances !== undefined,
    examination: options.examination === true
  })

  attemptsApi(app, {
    run: (effect) => runtime.runPromise(effect),
    authenticated,
    send,
    commonHeaders,
    closing,
    bodyLimit,
    days,
    locale
  })

  if (relay?.receive !== undefined) notificationRoutes(app, relay.receive, commonHeaders)

  if (relay !== undefined) relayRoutes(app, relay, { authenticated, send })
  if (options.reload !== undefined) reloadRoute(app, options.reload, { authenticated, send })
  if (options.terminals !== undefined) terminalRoutes(app, options.terminals, { authenticated, send })

  if (options.instances !== undefined) instanceRoutes(app, options.instances, { authenticated, send })

  if (options.control !== undefined) {
    const { path, make } = options.control
    app.get(`${path}/pass/:token`, TerminalPass.usePass(sessions, cookie))
    app.use(`${path}/*`, authenticated("control"))
    const tools = { send, commonHeaders, version, closing, openPass: TerminalPass.openPass(sessions) }
    app.route(path, make({ spaces: () => runtime.runPromise(Spaces), ...tools }))
  }

  app.route(
    "/",
    documentRoutes({
      mode,
      relays: relay !== undefined,
      lists: options.terminals !== undefined,
      reloads: options.reload !== undefined,
      shared: options.instances !== undefined,
      version,
      controlPath: options.control?.path,
      hasReference: options.pages?.has(REFERENCE) === true,
      commonHeaders
    })
  )

  refuseOtherMethods(app, send)

  app.get("*", (c) => {
    const page = options.pages?.get(c.req.path)
    return page === undefined ? c.notFound() : Pages.toResponse(page, headerOf(c, "accept-encoding"), commonHeaders(c))
  })
  app.notFound((c) => send(c, toProblem({ _tag: "NotFound", path: c.req.path.slice(0, 200) })))
  app.onError((error, c) => send(c, unexpected(c, error)))
  return app
}

const ORDER = "/v1/connector/order"

/** Answers are about payments and logins: neither browsers nor proxies may keep them. */
const NOT_KEPT = { "Cache-Control": "no-store" }

/** The name of a request's space: what the login says, else the header, else the query, which is all that an EventSource has. */
const spaceNameOf = (c: Context<Env>, login: Credentials.Login): string =>
  login.space || headerOf(c, "x-mock-space") || c.req.query("space") || ""
