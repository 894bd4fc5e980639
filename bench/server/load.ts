/**
 * Load over loopback: a fixed number of kept connections, each sending its next order as soon as the last is answered.
 *
 * Implements the minimum of HTTP/1.1 by hand, so that the generator costs less than any server.
 */
import * as net from "node:net"

/** The result of a load. */
export interface Loaded {
  /** Orders per second that were answered with 200. */
  readonly perSecond: number
  /** Milliseconds of each answer, the fastest first. */
  readonly times: ReadonlyArray<number>
  /** How many answers had which status; an order whose connection broke counts under the error's code, or `closed`. */
  readonly statuses: Readonly<Record<string, number>>
}

/** Sends `count` orders over `connections`; `body` makes the body of each. */
export const load = async (
  port: number,
  {
    count,
    connections = 32,
    body,
    detached = false,
    login = "merchant:secret"
  }: {
    readonly count: number
    readonly connections?: number
    readonly body: (n: number) => string
    /** Whether orders are answered with 202 as soon as they are taken, and paid later. */
    readonly detached?: boolean
    /** The mock's default login by default. */
    readonly login?: string
  }
): Promise<Loaded> => {
  const times: Array<number> = []
  const statuses: Record<string, number> = {}
  const counted = (status: string) => {
    statuses[status] = (statuses[status] ?? 0) + 1
  }
  let sent = 0
  const connection = () =>
    new Promise<void>((resolve) => {
      const socket = net.connect({ host: "127.0.0.1", port, noDelay: true })
      let received = ""
      let begun = 0
      let broken = "closed"
      let finished = false
      const next = () => {
        if (sent >= count) {
          finished = true
          socket.end()
          return resolve()
        }
        begun = performance.now()
        socket.write(request(body(sent++), detached, login))
      }
      socket.on("connect", next)
      socket.on("error", (error: NodeJS.ErrnoException) => {
        broken = error.code ?? error.message
      })
      socket.on("close", () => {
        if (!finished) counted(broken)
        resolve()
      })
      socket.on("data", (chunk: Buffer) => {
        received += chunk.toString("latin1")
        const head = received.indexOf("\r\n\r\n")
        if (head === -1) return
        const length = Number(/content-length: (\d+)/i.exec(received.slice(0, head))?.[1])
        if (received.length < head + 4 + length) return
        counted(received.slice(9, 12))
        times.push(performance.now() - begun)
        received = ""
        next()
      })
    })
  const begin = performance.now()
  await Promise.all(Array.from({ length: connections }, connection))
  const seconds = (performance.now() - begin) / 1000
  times.sort((a, b) => a - b)
  return { perSecond: (statuses["200"] ?? 0) / seconds, times, statuses }
}

const request = (body: string, detached: boolean, login: string): string =>
  `POST /v1/connector/order HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic ${btoa(login)}\r\n` +
  `${detached ? "Prefer: respond-async\r\n" : ""}Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
