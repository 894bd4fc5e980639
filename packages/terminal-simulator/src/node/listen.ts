/**
 * Puts a simulated terminal on a TCP port.
 *
 * The port is open while the terminal accepts connections; otherwise the system refuses them, as for a terminal that is switched
 * off. If another program takes the port meanwhile, the process warns once, and the terminal listens again when the port is
 * free.
 */
import * as net from "node:net"
import { DEFAULT_PORT } from "@hipay-pos/core/TerminalTarget"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import { FaultNotCountedError } from "../faults/Fault.ts"
import type { TerminalSimulator } from "../TerminalSimulator.ts"
import * as TcpByteChannel from "./TcpByteChannel.ts"

/** Where to listen. */
export interface ListenOptions {
  /** 127.0.0.1 by default. */
  readonly host?: string
  /** 8888 by default; 0 takes any free port. */
  readonly port?: number
}

/** Where a terminal listens. */
export interface Listening {
  readonly host: string
  readonly port: number
}

/** Concurrent connections; more are dropped. */
const MAX_CONNECTIONS = 64

/** Milliseconds between attempts to reopen a port that another program has taken. */
const RETRY_AFTER = 100

/** Listens until the scope closes. */
export const listen = Effect.fnUntraced(function* (
  simulator: TerminalSimulator,
  options: ListenOptions = {}
): Effect.fn.Return<Listening, ListenFailed | FaultNotCountedError, Scope.Scope> {
  for (const { name, times } of simulator.faults()) {
    if (name === "refuse" && times !== undefined) return yield* new FaultNotCountedError({ times })
  }
  const host = options.host ?? "127.0.0.1"
  const scope = yield* Effect.scope
  const run = Effect.runForkWith(yield* Effect.context<never>())
  const oneAtATime = yield* Semaphore.make(1)
  const sockets = new Set<net.Socket>()
  const fibers = new Set<Fiber.Fiber<void>>()

  const accept = (socket: net.Socket) => {
    sockets.add(socket)
    socket.once("close", () => sockets.delete(socket))
    const fiber = run(simulator.accept(TcpByteChannel.fromSocket(socket)))
    fibers.add(fiber)
    fiber.addObserver(() => fibers.delete(fiber))
  }
  const bind = (port: number) =>
    Effect.callback<net.Server, ListenFailed>((resume) => {
      const server = net.createServer({ allowHalfOpen: true, noDelay: true }, accept)
      server.maxConnections = MAX_CONNECTIONS
      // Later errors concern single connections, such as too many open files; the listener continues.
      server.on("error", (error: NodeJS.ErrnoException) => {
        resume(Effect.fail(new ListenFailed({ host, port, code: error.code ?? "UNKNOWN" })))
      })
      server.listen({ host, port }, () => resume(Effect.succeed(server)))
      return Effect.sync(() => void server.close())
    })

  let server: net.Server | undefined = yield* bind(options.port ?? DEFAULT_PORT)
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0

  let isRetrying = false
  let isTold = false
  const syncPort: Effect.Effect<void> = oneAtATime.withPermit(
    Effect.suspend(() => {
      if (!simulator.isOpen()) {
        server?.close()
        server = undefined
        return Effect.void
      }
      if (server !== undefined) return Effect.void
      return Effect.matchEffect(bind(port), {
        onSuccess: (bound) => {
          server = bound
          isTold = false
          return Effect.void
        },
        // The payment that is ending must still be answered.
        onFailure: (error) => {
          if (!isTold) process.emitWarning(`${simulator.name}: ${error.message}; it takes no connections until it can`)
          isTold = true
          return retry
        }
      })
    })
  )
  const retry = Effect.suspend(() => {
    if (isRetrying) return Effect.void
    isRetrying = true
    const later = Effect.andThen(
      Effect.sleep(RETRY_AFTER),
      Effect.suspend(() => {
        isRetrying = false
        return syncPort
      })
    )
    return Effect.asVoid(Effect.forkIn(later, scope))
  })
  const stopObserving = simulator.observeGate(syncPort)
  yield* Effect.addFinalizer(() =>
    Effect.suspend(() => {
      stopObserving()
      server?.close()
      for (const socket of sockets) socket.destroy()
      return Fiber.interruptAll(fibers)
    })
  )
  yield* syncPort
  return { host, port }
})

/** The port could not be bound: in use, not permitted, or an unknown address. */
export class ListenFailed extends Schema.TaggedError<ListenFailed>()("ListenFailed", {
  host: Schema.String,
  port: Schema.Int,
  /** The system's code, such as EADDRINUSE. */
  code: Schema.String
}) {
  override get message() {
    return this.code === "EADDRINUSE"
      ? `port ${this.port} on ${this.host} is in use`
      : `cannot listen on ${this.host}:${this.port}: ${this.code}`
  }
}
