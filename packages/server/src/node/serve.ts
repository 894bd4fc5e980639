/**
 * An app on a port: listens, and closes without losing a payment.
 *
 * A caller that closes its sending side after its request is still answered: it may still be reading.
 *
 * Timers are imported, so they stay real in a test that fakes the global ones.
 *
 * Closing accepts no new requests, sends the answers that callers wait for, then waits for payments without a caller.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo, Socket } from "node:net"
import type { Duplex } from "node:stream"
import { clearInterval, clearTimeout, setImmediate, setInterval, setTimeout } from "node:timers"
import { setTimeout as sleep } from "node:timers/promises"
import { getRequestListener, RequestError } from "@hono/node-server"
import { callerGone } from "../http/callerGone.ts"
import { makeRequestIds } from "../http/requestIds.ts"
import { codeOf, makeRefuse, reasonOf, toText, type Unreadable } from "./brokenRequests.ts"
import { defaultMost, makeConnectionLimit } from "./connectionLimit.ts"
import type { StoreSummary } from "./SqliteStore.ts"
import { StartFailed } from "./StartFailed.ts"

/** What to serve, and where. */
export interface ServeOptions {
  readonly fetch: (request: Request) => Response | Promise<Response>
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  /** How long answers may still take once closing has begun, in milliseconds. */
  readonly longestAnswer: number | (() => number)
  /** How long a request may take to arrive, in milliseconds; 30 000 by default. */
  readonly requestTimeout?: number | undefined
  /** The most simultaneous connections; by default half of the descriptors that the process may open. */
  readonly maxConnections?: number | undefined
  /** The last login shown on a connection, if it was valid; none by default. */
  readonly loginOf?: ((connection: object) => string | undefined) | undefined
  /** How many payments are under way; none by default. */
  readonly underWay?: (() => Promise<number>) | undefined
  /**
   * How long callers may take to read their answers once closing has begun and no payment is under way, in milliseconds; 10 000
   * by default.
   */
  readonly readTimeout?: number | undefined
  /** Names requests that reach no handler. By default, as a single server's. */
  readonly nextRequestId?: (() => string) | undefined
  /** Headers of the answers to those requests; none by default. */
  readonly headers?: (() => Readonly<Record<string, string>>) | undefined
  /** Called for those requests. */
  readonly unreadable: (request: Unreadable) => void
  /** How long it keeps serving everybody after it was asked to close, in milliseconds; 0 by default. */
  readonly drainDelay?: number | undefined
  /** Called when it is asked to close, before the delay. */
  readonly leaving?: (() => void) | undefined
  /** Called when closing begins. */
  readonly closing: () => void
  /** Called once, with the number of payments under way, if closing has to wait for them. */
  readonly waiting?: ((payments: number) => void) | undefined
  /** Called once the answers are out; waits for payments whose callers have gone. */
  readonly dispose: () => Promise<void>
}

/** A listening server. Leaving an `await using` block closes it. */
export interface StartedServer extends AsyncDisposable {
  readonly url: string
  readonly host: string
  readonly port: number
  /** The store's state at the start; absent if attempts are kept in memory. */
  readonly store?: StoreSummary | undefined
  /** Stops listening, and resolves once the payments under way have ended. */
  readonly close: () => Promise<void>
}

/**
 * Listens. Rejects with {@link StartFailed}, one sentence that a person can act on, after disposing of what was made for it.
 */
export const serve = async (options: ServeOptions): Promise<StartedServer> => {
  const { host, port, longestAnswer, dispose, requestTimeout = 30_000, readTimeout = 10_000 } = options
  const {
    nextRequestId = makeRequestIds(undefined),
    loginOf = () => undefined,
    underWay: payments = async () => 0,
    maxConnections = defaultMost()
  } = options
  const refuse = makeRefuse(nextRequestId, options.headers, options.unreadable)
  const answer = getRequestListener(options.fetch, {
    overrideGlobalObjects: false,
    errorHandler: (error) => {
      if (!(error instanceof RequestError)) return new Response(null, { status: 500 })
      const { status, headers, body } = refuse("request.malformed", { reason: reasonOf(error) })
      return new Response(body, { status, headers })
    }
  })
  /** Where it listens, in the form of a Host header. */
  let address = ""
  const server = createServer(
    {
      // The request must arrive soon. The answer may take minutes and is not limited here.
      requestTimeout,
      headersTimeout: requestTimeout,
      connectionsCheckingInterval: Math.min(5_000, requestTimeout),
      // If a till reuses a connection just as it is closed, it cannot know whether its order was received: keep it open for
      // long.
      keepAliveTimeout: 200_000,
      // Refused below like every other request without an address.
      requireHostHeader: false
    },
    (request, response) => {
      // HTTP/1.0 does not require it, and load balancers' health checks omit it.
      if (request.httpVersion === "1.0") request.headers.host ??= address
      return answer(request, response)
    }
  )
  // Otherwise Node drops the answer to a caller that has closed its sending side. Node's types lack the property.
  Object.assign(server, { httpAllowHalfOpen: true })
  let closed: Promise<void> | undefined
  let isClosing = false
  /** The exchanges in progress on each connection, in order. */
  const connections = new Map<Duplex, Set<Exchange>>()
  /** Connections on which no further bytes can be parsed. */
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
        // A stream does not end by itself, so its caller would never see it end.
        if (isReading(request) && response.headersSent) socket.destroy()
      }
    })
    limit.admit(socket)
  })
  // A kept-alive connection becomes idle once its answer is out.
  server.on("request", (request, response) => {
    const underWay = connections.get(request.socket)
    // The caller's next request must use a new connection, to another server.
    if (closed !== undefined) response.shouldKeepAlive = false
    const exchange = { request, response }
    underWay?.add(exchange)
    response.on("close", () => {
      underWay?.delete(exchange)
      callerGone(response)
      discardBody(request)
      limit.used(request.socket)
      if (isClosing) setImmediate(() => server.closeIdleConnections())
    })
  })
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (error.code === "ECONNRESET" || !socket.writable) return socket.destroy()
    if (broken.has(socket)) return
    broken.add(socket)
    const underWay = [...(connections.get(socket) ?? [])]
    // If a request's body does not arrive, its handler reports that.
    const refused = refuse(codeOf(error), { from: socket as Socket, isReported: underWay.length === 0 })
    const owed = underWay.findLast(hasArrived)?.response
    // Write nothing that could be taken for the answer to an order being paid: send that answer first.
    if (owed?.headersSent) return owed.once("close", () => socket.destroy())
    if (owed !== undefined) return owed.setHeader("Connection", "close")
    if (underWay.some(({ response }) => response.headersSent)) return socket.destroy()
    socket.end(toText(refused), () => socket.destroy())
  })
  // Node handles only `100-continue`.
  server.on("checkExpectation", ({ socket }, response) => {
    const { status, headers, body } = refuse("expectation.unknown", { from: socket })
    response.writeHead(status, headers).end(body)
  })
  try {
    await listen(server, host, port)
  } catch (error) {
    await dispose()
    throw error
  }
  // A connection could not be accepted, mostly for lack of descriptors: make room for the next caller.
  server.on("error", () => limit.makeRoom())
  const bound = server.address() as AddressInfo
  address = `${bound.family === "IPv6" ? `[${bound.address}]` : bound.address}:${bound.port}`

  const drain = async () => {
    options.leaving?.()
    const { drainDelay = 0 } = options
    if (drainDelay > 0) await sleep(Math.min(drainDelay, LONGEST_TIMER))
    isClosing = true
    options.closing()
    // First the answers that callers wait for, then payments whose callers have gone: disposing interrupts the former and
    // waits for the latter.
    const answered = new Promise<void>((resolve) => server.close(() => resolve()))
    server.closeIdleConnections()
    // Node stops enforcing `requestTimeout` once the server closes, so drop incomplete requests here.
    const stragglers = setInterval(
      () => {
        for (const [socket, underWay] of connections) if (![...underWay].some(hasArrived)) socket.destroy()
      },
      Math.min(ARRIVAL_TIMEOUT, requestTimeout)
    )
    const wait = typeof longestAnswer === "function" ? longestAnswer() : longestAnswer
    const deadline = setTimeout(() => server.closeAllConnections(), Math.min(wait, LONGEST_TIMER))
    // Once no payment is under way, the only callers left are those that do not read their answers.
    let isWaiting = false
    const busy = (count: number) => {
      if (!isWaiting) options.waiting?.(count)
      isWaiting = true
    }
    const stopWatching = whenIdle(payments, readTimeout, { busy, idle: () => server.closeAllConnections() })
    await answered
    clearInterval(stragglers)
    clearTimeout(deadline)
    stopWatching()
    const left = await payments()
    if (left > 0) busy(left)
    await dispose()
  }
  const close = () => {
    closed ??= drain()
    return closed
  }
  return { url: `http://${address}`, host, port: bound.port, close, [Symbol.asyncDispose]: close }
}

/**
 * Calls back whenever payments are under way, and once none has been for this many milliseconds. Returns a function that stops
 * it.
 */
const whenIdle = (
  payments: () => Promise<number>,
  milliseconds: number,
  { busy, idle }: { readonly busy: (count: number) => void; readonly idle: () => void }
): (() => void) => {
  let idleSince: number | undefined
  const timer = setInterval(
    async () => {
      const count = await payments()
      if (count > 0) {
        busy(count)
        idleSince = undefined
      } else idleSince ??= performance.now()
      if (idleSince !== undefined && performance.now() - idleSince >= milliseconds) idle()
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

/**
 * Discards what was not read of an answered request's body, so that the connection serves the caller's next request. A web
 * stream over the body would pause it again at each chunk.
 */
const discardBody = (request: IncomingMessage): void => {
  if (request.readableEnded) return
  request.removeAllListeners("data")
  request.resume()
}

/** Whether a request has arrived completely, so that its order may be under way. */
const hasArrived = ({ request }: Exchange): boolean => request.complete

/** The longest delay of a timer, in milliseconds; one for longer fires at once. */
const LONGEST_TIMER = 2 ** 31 - 1

/** Whether a request only reads, so that its caller loses nothing by repeating it. */
const isReading = ({ method }: IncomingMessage): boolean => method === "GET" || method === "HEAD"

/** How long a closing server waits for requests that are still arriving, in milliseconds. */
const ARRIVAL_TIMEOUT = 5_000

/** Whether listening may succeed later: the port is in use, or this machine does not have the address or name yet. */
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
