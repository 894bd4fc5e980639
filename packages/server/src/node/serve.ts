/**
 * An app on a port: listens, and closes without losing a payment.
 *
 * A caller that closes its sending side after its request is answered all the same: it may still be reading.
 *
 * Its timers are imported: they stay real where a test beside it fakes the global ones.
 *
 * Closing accepts no new requests, sends the answers that callers wait for, then waits for payments without a caller.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http"
import type { AddressInfo, Socket } from "node:net"
import type { Duplex } from "node:stream"
import { clearInterval, clearTimeout, setImmediate, setInterval, setTimeout } from "node:timers"
import { setTimeout as sleep } from "node:timers/promises"
import { plainAddress } from "@hipay-pos/core/Host"
import { getRequestListener, RequestError } from "@hono/node-server"
import { callerGone } from "../http/callerGone.ts"
import { makeRequestIds } from "../http/requestIds.ts"
import { toBrokenRequest } from "../render/brokenRequest.ts"
import type { BrokenRequest } from "../ServerEvent.ts"
import { defaultMost, makeConnectionLimit } from "./connectionLimit.ts"
import type { StoreSummary } from "./SqliteStore.ts"
import { StartFailed } from "./StartFailed.ts"

/** What is served, and where. */
export interface ServeOptions {
  readonly fetch: (request: Request) => Response | Promise<Response>
  readonly host: string
  /** 0 takes any that is free. */
  readonly port: number
  /** How long answers may still take after closing has begun, in milliseconds. */
  readonly longestAnswer: number | (() => number)
  /** How long a request may take to arrive, in milliseconds; 30 000 by default. */
  readonly requestTimeout?: number | undefined
  /** How many connections there may be at the same time; by default half of the descriptors that the process may open. */
  readonly maxConnections?: number | undefined
  /** The login that came on a connection last, if it was right; none by default. */
  readonly loginOf?: ((connection: object) => string | undefined) | undefined
  /** How many payments have not ended; none by default. */
  readonly underWay?: (() => Promise<number>) | undefined
  /** How long callers may take to read their answers once closing has begun and no payment is under way, in milliseconds; 10 000 by default. */
  readonly readTimeout?: number | undefined
  /** Names requests that reach no handler, apart from those that do; as those of one server by default. */
  readonly nextRequestId?: (() => string) | undefined
  /** Headers of their answers; none by default. */
  readonly headers?: (() => Readonly<Record<string, string>>) | undefined
  /** Called for them. */
  readonly unreadable: (request: Unreadable) => void
  /** How long it still serves everybody after it has been asked to close, in milliseconds; 0 by default. */
  readonly drainDelay?: number | undefined
  /** Called when it is asked to close, before that. */
  readonly leaving?: (() => void) | undefined
  /** Called when closing begins. */
  readonly closing: () => void
  /** Called once the answers are out; waits for the payments whose callers have gone. */
  readonly dispose: () => Promise<void>
}

/** A request that reaches no handler. */
export interface Unreadable {
  readonly requestId: string
  readonly code: BrokenRequest
  readonly address: string | undefined
}

/** A server that listens. Leaving an `await using` block closes it. */
export interface StartedServer extends AsyncDisposable {
  readonly url: string
  readonly host: string
  readonly port: number
  /** The store as it was found; absent where attempts are kept in memory. */
  readonly store?: StoreSummary | undefined
  /** Stops listening, and resolves once the payments under way have ended. */
  readonly close: () => Promise<void>
}

/** Listens. Rejects with {@link StartFailed}, one sentence a person can act on; what was made for it is disposed of. */
export const serve = async (options: ServeOptions): Promise<StartedServer> => {
  const { host, port, longestAnswer, dispose, requestTimeout = 30_000, readTimeout = 10_000 } = options
  const {
    nextRequestId = makeRequestIds(undefined),
    loginOf = () => undefined,
    underWay: payments = async () => 0,
    maxConnections = defaultMost()
  } = options
  /** Makes the refusal of what reaches no handler, and tells of it unless a handler does. */
  const refuse = (
    code: BrokenRequest,
    { remoteAddress }: Partial<Pick<Socket, "remoteAddress">>,
    isTold = true,
    reason?: string
  ): Refused => {
    const requestId = nextRequestId()
    if (isTold) options.unreadable({ requestId, code, address: plainAddress(remoteAddress) })
    const { status, body } = toBrokenRequest(code, reason)
    const own = { "X-Request-Id": requestId, ...options.headers?.() }
    return {
      status,
      headers: { ...own, Connection: "close", "Content-Type": "application/json" },
      body: JSON.stringify(body)
    }
  }
  const answer = getRequestListener(options.fetch, {
    overrideGlobalObjects: false,
    errorHandler: (error) => {
      if (!(error instanceof RequestError)) return new Response(null, { status: 500 })
      const { status, headers, body } = refuse("request.malformed", {}, true, reasonOf(error))
      return new Response(body, { status, headers })
    }
  })
  /** Where it listens, as a Host header names it. */
  let address = ""
  const server = createServer(
    {
      // The request must be there soon; the answer may take minutes, and nothing here limits it.
      requestTimeout,
      headersTimeout: requestTimeout,
      connectionsCheckingInterval: Math.min(5_000, requestTimeout),
      // A till that reuses a connection just as it is closed cannot know whether its order was received: keep it open long.
      keepAliveTimeout: 200_000,
      // Refused below like every other request without an address.
      requireHostHeader: false
    },
    (request, response) => {
      // HTTP/1.0 does not ask for it, and health checks of load balancers leave it out.
      if (request.httpVersion === "1.0") request.headers.host ??= address
      return answer(request, response)
    }
  )
  // Otherwise Node drops the answer to a caller that has closed its sending side. The property is missing in its types.
  Object.assign(server, { httpAllowHalfOpen: true })
  let closed: Promise<void> | undefined
  let isClosing = false
  /** What is being answered on each connection, in the order of the requests. */
  const connections = new Map<Duplex, Set<Exchange>>()
  /** Connections of which no further byte is understood. */
  const broken = new WeakSet<Duplex>()
  const limit = makeConnectionLimit({
    most: maxConnections,
    loginOf,
    workOn: (socket) => {
      const requests = [...(connections.get(socket) ?? [])].map(({ request }) => request)
      return requests.length === 0 ? "idle" : requests.every(isReading) ? "reading" : "acting"
    }
  })
  server.on("connection", (socket) => {
    connections.set(socket, new Set())
    socket.on("close", () => connections.delete(socket))
    socket.on("end", () => {
      if (broken.has(socket)) socket.destroy()
      for (const { request, response } of connections.get(socket) ?? []) {
        callerGone(response)
        // A stream has no end of its own that its caller could wait for.
        if (isReading(request) && response.headersSent) socket.destroy()
      }
    })
    limit.admit(socket)
  })
  // A connection that is kept alive becomes idle once its answer is out.
  server.on("request", (request, response) => {
    const underWay = connections.get(request.socket)
    // The caller's next request goes elsewhere, on a connection of its own.
    if (closed !== undefined) response.shouldKeepAlive = false
    const exchange = { request, response }
    underWay?.add(exchange)
    response.on("close", () => {
      underWay?.delete(exchange)
      callerGone(response)
      limit.used(request.socket)
      if (isClosing) setImmediate(() => server.closeIdleConnections())
    })
  })
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    const code = brokenRequests[error.code ?? ""] ?? "request.malformed"
    if (error.code === "ECONNRESET" || !socket.writable) return socket.destroy()
    if (broken.has(socket)) return
    broken.add(socket)
    const underWay = [...(connections.get(socket) ?? [])]
    // The handler of a request whose body does not come says so itself.
    const refused = refuse(code, socket as Socket, underWay.length === 0)
    const owed = underWay.findLast(hasArrived)?.response
    // Nothing may be written that could be taken for the answer to an order that is being paid: that one goes out first.
    if (owed?.headersSent) return owed.once("close", () => socket.destroy())
    if (owed !== undefined) return owed.setHeader("Connection", "close")
    if (underWay.some(({ response }) => response.headersSent)) return socket.destroy()
    socket.end(toText(refused), () => socket.destroy())
  })
  // Node knows `100-continue` alone.
  server.on("checkExpectation", ({ socket }, response) => {
    const { status, headers, body } = refuse("expectation.unknown", socket)
    response.writeHead(status, headers).end(body)
  })
  try {
    await listen(server, host, port)
  } catch (error) {
    await dispose()
    throw error
  }
  // A connection that could not be accepted, mostly for want of descriptors: the next caller may have more luck.
  server.on("error", () => limit.makeRoom())
  const bound = server.address() as AddressInfo
  address = `${bound.family === "IPv6" ? `[${bound.address}]` : bound.address}:${bound.port}`

  const drain = async () => {
    options.leaving?.()
    const { drainDelay = 0 } = options
    if (drainDelay > 0) await sleep(Math.min(drainDelay, LONGEST_TIMER))
    isClosing = true
    options.closing()
    // First the answers that callers wait for, then the payments whose callers have gone: disposing interrupts the
    // former and waits for the latter.
    const answered = new Promise<void>((resolve) => server.close(() => resolve()))
    server.closeIdleConnections()
    // Nothing else ends requests that do not arrive: Node has no eye on them once it closes.
    const stragglers = setInterval(
      () => {
        for (const [socket, underWay] of connections) if (![...underWay].some(hasArrived)) socket.destroy()
      },
      Math.min(ARRIVAL_TIMEOUT, requestTimeout)
    )
    const wait = typeof longestAnswer === "function" ? longestAnswer() : longestAnswer
    const deadline = setTimeout(() => server.closeAllConnections(), Math.min(wait, LONGEST_TIMER))
    // Once no payment is under way, only callers who do not read their answers are left.
    const stopWatching = whenIdle(payments, readTimeout, () => server.closeAllConnections())
    await answered
    clearInterval(stragglers)
    clearTimeout(deadline)
    stopWatching()
    await dispose()
  }
  const close = () => {
    closed ??= drain()
    return closed
  }
  return { url: `http://${address}`, host, port: bound.port, close, [Symbol.asyncDispose]: close }
}

/** Calls back once no payment has been under way for so many milliseconds. Returns how to stop. */
const whenIdle = (payments: () => Promise<number>, milliseconds: number, then: () => void): (() => void) => {
  let idleSince: number | undefined
  const timer = setInterval(
    async () => {
      if ((await payments()) > 0) idleSince = undefined
      else idleSince ??= performance.now()
      if (idleSince !== undefined && performance.now() - idleSince >= milliseconds) then()
    },
    Math.max(1, milliseconds / 20)
  )
  return () => clearInterval(timer)
}

/** A request and its answer. */
interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** Whether all of a request is there, so that an order of it may be under way. */
const hasArrived = ({ request }: Exchange): boolean => request.complete

/** What a timer can wait for, in milliseconds; one for longer fires at once. */
const LONGEST_TIMER = 2 ** 31 - 1

/** Whether a request only asks: its caller loses nothing by asking again. */
const isReading = ({ method }: IncomingMessage): boolean => method === "GET" || method === "HEAD"

/** How long a server that closes waits for what is still arriving, in milliseconds. */
const ARRIVAL_TIMEOUT = 5_000

const brokenRequests: Readonly<Record<string, BrokenRequest>> = {
  HPE_HEADER_OVERFLOW: "headers.too.large",
  ERR_HTTP_REQUEST_TIMEOUT: "request.too.slow"
}

/** Why a request has no address. */
const reasonOf = ({ message }: RequestError): string =>
  message === "Missing host header"
    ? "Expected a Host header, which HTTP/1.1 requires."
    : "Expected a host name or an address in the Host header, and a path that begins with a slash."

/** An answer to what reaches no handler; the connection is closed after it. */
interface Refused {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** An answer as it goes over the line. */
const toText = ({ status, headers, body }: Refused): string => {
  const lines = Object.entries({ ...headers, "Content-Length": body.length }).map(
    ([name, value]) => `${name}: ${value}`
  )
  return `${[`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines].join("\r\n")}\r\n\r\n${body}`
}

/** Whether a port may be had later: something else has it, or this machine does not have its address or name yet. */
export const mayListenLater = (code: string | undefined): boolean =>
  code !== undefined && ["EADDRINUSE", "EADDRNOTAVAIL", "ENOTFOUND", "EAI_AGAIN"].includes(code)

const listen = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    if (!Number.isInteger(port) || port < 0 || port > 65_535) {
      return reject(new StartFailed({ problem: `expected a port from 0 to 65535, got ${port}` }))
    }
    server.once("error", (error: NodeJS.ErrnoException) => {
      const problem =
        error.code === "EADDRINUSE"
          ? `port ${port} on ${host} is in use`
          : `cannot listen on ${host}:${port}: ${error.code ?? error.message}`
      reject(new StartFailed({ problem, code: error.code, isTemporary: mayListenLater(error.code) }))
    })
    server.listen(port, host, resolve)
  })
