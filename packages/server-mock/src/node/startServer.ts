/**
 * The mock on a port, for a test runner, a till or the command line.
 *
 * Closing lets the payments under way finish; new requests are no longer accepted meanwhile.
 */
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import type { Address } from "@hipay-pos/concert-codec/Connection"
import { TcpConnection } from "@hipay-pos/concert-codec/node"
import type { Stage } from "@hipay-pos/terminal-simulator"
import { getRequestListener } from "@hono/node-server"
import * as Duration from "effect/Duration"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { makeApp } from "../app.ts"
import * as Credentials from "../Credentials.ts"
import type { Listener } from "../ServerEvent.ts"
import * as ServerMock from "../ServerMock.ts"
import type { Validation } from "../validation/validate.ts"

/** How a server is set up; everything has a default. */
export interface StartServerOptions {
  /** 127.0.0.1 by default. Elsewhere than on loopback, credentials of your own are needed. */
  readonly host?: string
  /** 8080 by default; 0 takes any that is free. */
  readonly port?: number
  /** merchant / secret by default, on loopback only. */
  readonly credentials?: { readonly username: string; readonly password: string }
  /** Addresses on loopback, `HOST:PORT`, that orders reach over TCP; all other terminals are simulated. */
  readonly attach?: ReadonlyArray<string>
  readonly pace?: Stage.Pace
  /** `strict` by default: all of our rules; `faithful`: what the real service evidently refuses. */
  readonly validation?: Validation
  /** How long a terminal may take to answer; 180 s by default. */
  readonly answerTimeout?: Duration.Input
  /** How long a connection to a terminal may take; 5 s by default. */
  readonly connectTimeout?: Duration.Input
  /** How long an order waits for its terminal's turn; 10 s by default. */
  readonly queueTimeout?: Duration.Input
  /** Largest body, in bytes; 256 kB by default. */
  readonly bodyLimit?: number
  readonly listener?: Listener
}

/** A server that listens. Leaving an `await using` block closes it. */
export interface StartedServer extends AsyncDisposable {
  readonly url: string
  readonly host: string
  readonly port: number
  /** Stops listening, and resolves once the payments under way have ended. */
  readonly close: () => Promise<void>
}

/** Starts a mock. Rejects with {@link StartFailed}, one sentence a person can act on. */
export const startServer = async (options: StartServerOptions = {}): Promise<StartedServer> => {
  const { host = "127.0.0.1", port = 8080 } = options
  const credentials = credentialsOf(options, host)
  const addresses = (options.attach ?? []).map(parseAttached)
  const runtime = ManagedRuntime.make(
    ServerMock.layer({
      attached: { addresses, connector: TcpConnection.connector },
      ...(options.pace === undefined ? {} : { pace: options.pace }),
      ...(options.listener === undefined ? {} : { listener: options.listener }),
      settings: {
        ...(options.answerTimeout === undefined ? {} : { answerDeadline: options.answerTimeout }),
        ...(options.connectTimeout === undefined ? {} : { connectDeadline: options.connectTimeout }),
        ...(options.queueTimeout === undefined ? {} : { queueWait: options.queueTimeout })
      }
    })
  )
  let closing: Promise<void> | undefined
  const app = makeApp(runtime, {
    credentials: [credentials],
    mode: "simulated",
    ...(options.validation === undefined ? {} : { validation: options.validation }),
    takesOrders: () => closing === undefined,
    ...(options.bodyLimit === undefined ? {} : { bodyLimit: options.bodyLimit }),
    ...(options.listener === undefined ? {} : { listener: options.listener })
  })
  const server = createServer(
    {
      // The request must be there soon; the answer may take minutes, and nothing here limits it.
      requestTimeout: 30_000,
      headersTimeout: 10_000,
      // A till that reuses a connection just as it is closed cannot know whether its order was heard: keep it long.
      keepAliveTimeout: 200_000
    },
    getRequestListener(app.fetch)
  )
  // A connection that is kept alive becomes idle once its answer is out.
  server.on("request", (_, response) => {
    response.once("close", () => {
      if (closing !== undefined) setImmediate(() => server.closeIdleConnections())
    })
  })
  await listen(server, host, port)
  const bound = server.address() as AddressInfo
  const shown = bound.family === "IPv6" ? `[${bound.address}]` : bound.address

  const drain = async () => {
    // First the answers that callers wait for, then the payments whose callers have gone: disposing interrupts the
    // former and waits for the latter.
    const answered = new Promise<void>((resolve) => server.close(() => resolve()))
    server.closeIdleConnections()
    const patience = setTimeout(() => server.closeAllConnections(), longest(options))
    await answered
    clearTimeout(patience)
    await runtime.dispose()
  }
  const close = () => {
    closing ??= drain()
    return closing
  }
  return { url: `http://${shown}:${bound.port}`, host, port: bound.port, close, [Symbol.asyncDispose]: close }
}

/** The longest that an answer can take, in milliseconds: its terminal's turn, the connection, the answer, the way. */
const longest = ({
  queueTimeout = "10 seconds",
  connectTimeout = "5 seconds",
  answerTimeout = "180 seconds"
}: StartServerOptions) =>
  [queueTimeout, connectTimeout, connectTimeout, answerTimeout, "5 seconds" as const]
    .map((input) => Duration.toMillis(Duration.fromInputUnsafe(input)))
    .reduce((sum, milliseconds) => Math.min(sum + milliseconds, 2 ** 31 - 1))

const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(host)

const credentialsOf = ({ credentials }: StartServerOptions, host: string): Credentials.Credentials => {
  if (credentials !== undefined) {
    return { username: credentials.username, password: Redacted.make(credentials.password) }
  }
  if (isLoopback(host)) return Credentials.defaults
  throw new StartFailed({
    problem: `${host} is not loopback: the default login is known to everybody, so give a username and a password`
  })
}

/** Reads `HOST:PORT` on loopback; the port may be left out. */
const parseAttached = (text: string): Address => {
  const match = /^(\[[0-9a-f:]+\]|[^:[\]]+)(?::(\d{1,5}))?$/i.exec(text)
  const host = match?.[1]?.replace(/^\[|\]$/g, "")
  const port = Number(match?.[2] ?? 8888)
  if (host === undefined || port < 1 || port > 65_535) {
    throw new StartFailed({ problem: `cannot attach ${text}: expected HOST:PORT` })
  }
  if (!isLoopback(host)) {
    throw new StartFailed({
      problem: `cannot attach ${text}: a mock reaches terminals on loopback only, such as 127.0.0.1:${port}`
    })
  }
  return { host, port }
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
