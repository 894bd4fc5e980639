/**
 * An app on a port: listens, and closes without losing a payment.
 *
 * Closing accepts nothing new, lets the answers that callers wait for go out, and then what goes on without a caller
 * end.
 */
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import type { Duplex } from "node:stream"
import { getRequestListener } from "@hono/node-server"
import * as Schema from "effect/Schema"
import type { BrokenRequest } from "../ServerEvent.ts"

/** What is served, and where. */
export interface ServeOptions {
  readonly fetch: (request: Request) => Response | Promise<Response>
  readonly host: string
  /** 0 takes any that is free. */
  readonly port: number
  /** How long answers may still take after closing has begun, in milliseconds. */
  readonly patience: number
  /** How long a request may take to arrive, in milliseconds; 30 000 by default. */
  readonly requestTimeout?: number
  /** Told of bytes that are no request; they reach no handler. */
  readonly unreadable: (code: BrokenRequest) => void
  /** Called when closing begins. */
  readonly closing: () => void
  /** Called once the answers are out; waits for the payments whose callers have gone. */
  readonly dispose: () => Promise<void>
}

/** A server that listens. Leaving an `await using` block closes it. */
export interface StartedServer extends AsyncDisposable {
  readonly url: string
  readonly host: string
  readonly port: number
  /** Stops listening, and resolves once the payments under way have ended. */
  readonly close: () => Promise<void>
}

/** Listens. Rejects with {@link StartFailed}, one sentence a person can act on; what was made for it is disposed of. */
export const serve = async (options: ServeOptions): Promise<StartedServer> => {
  const { host, port, patience, dispose, requestTimeout = 30_000 } = options
  const server = createServer(
    {
      // The request must be there soon; the answer may take minutes, and nothing here limits it.
      requestTimeout,
      headersTimeout: requestTimeout,
      connectionsCheckingInterval: Math.min(5_000, requestTimeout),
      // A till that reuses a connection just as it is closed cannot know whether its order was heard: keep it long.
      keepAliveTimeout: 200_000
    },
    getRequestListener(options.fetch)
  )
  let closed: Promise<void> | undefined
  /** Connections with a request that is being answered. */
  const busy = new WeakSet<Duplex>()
  // A connection that is kept alive becomes idle once its answer is out.
  server.on("request", ({ socket }, response) => {
    busy.add(socket)
    response.once("close", () => {
      busy.delete(socket)
      if (closed !== undefined) setImmediate(() => server.closeIdleConnections())
    })
  })
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    const code = brokenRequests[error.code ?? ""] ?? "request.malformed"
    const isSlow = code === "request.too.slow"
    if (error.code === "ECONNRESET" || !socket.writable) return socket.destroy()
    // The handler of a request whose body does not come says so itself.
    if (!busy.has(socket)) options.unreadable(code)
    // Behind an order that is being paid, nothing may be written that could be taken for its answer.
    if (busy.has(socket) && !isSlow) return socket.destroy()
    socket.end(refusal(code), () => socket.destroy())
  })
  try {
    await listen(server, host, port)
  } catch (error) {
    await dispose()
    throw error
  }
  const bound = server.address() as AddressInfo
  const shown = bound.family === "IPv6" ? `[${bound.address}]` : bound.address

  const drain = async () => {
    options.closing()
    // First the answers that callers wait for, then the payments whose callers have gone: disposing interrupts the
    // former and waits for the latter.
    const answered = new Promise<void>((resolve) => server.close(() => resolve()))
    server.closeIdleConnections()
    const impatience = setTimeout(() => server.closeAllConnections(), patience)
    await answered
    clearTimeout(impatience)
    await dispose()
  }
  const close = () => {
    closed ??= drain()
    return closed
  }
  return { url: `http://${shown}:${bound.port}`, host, port: bound.port, close, [Symbol.asyncDispose]: close }
}

const brokenRequests: Readonly<Record<string, BrokenRequest>> = {
  HPE_HEADER_OVERFLOW: "headers.too.large",
  ERR_HTTP_REQUEST_TIMEOUT: "request.too.slow"
}

const refusals = {
  "request.malformed": [400, "Bad Request", "What came is no HTTP request."],
  "headers.too.large": [431, "Request Header Fields Too Large", "The headers are too large."],
  "request.too.slow": [408, "Request Timeout", "The request did not come in time."]
} as const satisfies Record<BrokenRequest, readonly [number, string, string]>

/** The whole answer, as it goes over the line. */
const refusal = (code: BrokenRequest): string => {
  const [status, message, description] = refusals[code]
  const body = JSON.stringify({ error: { status, code, message, description, details: {} } })
  const head = [`HTTP/1.1 ${status} ${message}`, "Connection: close", "Content-Type: application/json"]
  return `${[...head, `Content-Length: ${body.length}`].join("\r\n")}\r\n\r\n${body}`
}

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
      reject(new StartFailed({ problem, ...(error.code === undefined ? {} : { code: error.code }) }))
    })
    server.listen(port, host, resolve)
  })

/** The server could not start. */
export class StartFailed extends Schema.TaggedError<StartFailed>()("StartFailed", {
  problem: Schema.String,
  /** The system's code, such as EADDRINUSE, where the port could not be had. */
  code: Schema.optionalKey(Schema.String)
}) {
  override get message() {
    return this.problem
  }
}
