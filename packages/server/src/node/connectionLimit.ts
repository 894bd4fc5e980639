/**
 * Bounds the connections of a server, so that it keeps descriptors for terminals and for its store, and room for callers
 * with a login: three quarters of the connections at most may have shown none. A connection that has shown one is never
 * closed for another one.
 */
import { readFileSync } from "node:fs"
import type { Socket } from "node:net"

/** How connections are bounded. */
export interface ConnectionLimitOptions {
  /** Connections at the same time. */
  readonly most: number
  /** Whether a request with a right login came on a connection. */
  readonly isKnown: (socket: Socket) => boolean
  /** Whether a request on it is being answered. */
  readonly isBusy: (socket: Socket) => boolean
}

/** The connections of one server. */
export interface ConnectionLimit {
  /** Takes a new connection. Others are closed where there are too many, or the new one if no other may be. */
  readonly admit: (socket: Socket) => void
  /** Closes a connection that has shown no login, to free its descriptor. */
  readonly makeRoom: () => void
}

/** Makes the bound. */
export const makeConnectionLimit = ({ most, isKnown, isBusy }: ConnectionLimitOptions): ConnectionLimit => {
  const mostUnknown = Math.max(1, Math.floor(most * 0.75))
  /** All connections, and those that have shown no login as far as was looked, the oldest first. */
  const all = new Set<Socket>()
  const unknown = new Set<Socket>()
  /** The oldest idle one that has shown no login, or the oldest of those at all: none of them has an order under way. */
  const findVictim = (spared: Socket | undefined): Socket | undefined => {
    let busy: Socket | undefined
    for (const socket of unknown) {
      if (isKnown(socket)) unknown.delete(socket)
      else if (socket !== spared) {
        if (!isBusy(socket)) return socket
        busy ??= socket
      }
    }
    return busy
  }
  const close = (socket: Socket | undefined) => {
    if (socket === undefined) return
    all.delete(socket)
    unknown.delete(socket)
    socket.destroy()
  }
  return {
    admit: (socket) => {
      all.add(socket)
      unknown.add(socket)
      socket.on("close", () => {
        all.delete(socket)
        unknown.delete(socket)
      })
      if (all.size <= most && unknown.size <= mostUnknown) return
      const victim = findVictim(socket)
      if (all.size > most) close(victim ?? socket)
      else if (unknown.size > mostUnknown) close(victim)
    },
    makeRoom: () => close(findVictim(undefined))
  }
}

/** How many connections a server takes by default: half of the descriptors that the process may open, 10 000 at most. */
export const defaultMost = (): number => Math.min(10_000, Math.max(16, Math.floor(descriptors() / 2)))

/** The descriptors that this process may have open; where the system does not say, what most systems allow. */
const descriptors = (): number => {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? []
    return soft === undefined ? 1_024 : Number(soft)
  } catch {
    return 1_024
  }
}
