/**
 * Bounds the connections of a server, so that it keeps descriptors for terminals and for its store, and room for everyone.
 *
 * At most three quarters of the connections may have shown no login. Where all are taken and one login has more than a quarter,
 * a few more without a login are let in, such as health checks: while they show none, they cost that login nothing. Once callers
 * with a login exceed the bound, the login with most connections loses an event stream, or else an idle connection. A connection
 * with an order under way is never closed for another one.
 */
import { readFileSync } from "node:fs"
import type { Socket } from "node:net"

/** How connections are bounded. */
export interface ConnectionLimitOptions {
  /** Connections at the same time, apart from the few beyond. */
  readonly most: number
  /** The login that came on a connection last, if it was right. */
  readonly loginOf: (socket: Socket) => string | undefined
  readonly workOn: (socket: Socket) => Work
}

/** What is being answered on a connection: nothing, only reads such as event streams, or something else. */
export type Work = "idle" | "reading" | "acting"

/** The connections of one server. */
export interface ConnectionLimit {
  /** Takes a new connection. Others are closed where there are too many, or the new one if no other may be. */
  readonly admit: (socket: Socket) => void
  /** A request on it was answered: of the idle connections, the one that was used last is closed last. */
  readonly used: (socket: Socket) => void
  /** Closes a connection that may be closed for another one, to free its descriptor. */
  readonly makeRoom: () => void
}

/** Makes the bound. */
export const makeConnectionLimit = ({ most, loginOf, workOn }: ConnectionLimitOptions): ConnectionLimit => {
  const mostUnknown = Math.max(1, Math.floor(most * 0.75))
  const share = Math.max(1, Math.floor(most / 4))
  const few = Math.max(2, Math.floor(most / 8))
  /** All connections; the one that was used last is at the end. */
  const all = new Set<Socket>()
  /** Those that have shown no login as far as was looked, the oldest first. */
  const unknown = new Set<Socket>()
  /** Those that have shown no login; one that has is not looked at again. */
  function* strangers() {
    for (const socket of unknown) {
      if (loginOf(socket) === undefined) yield socket
      else unknown.delete(socket)
    }
  }
  const areFew = (): boolean => {
    let count = 0
    for (const _ of strangers()) if (++count > few) return false
    return true
  }
  /** The oldest idle one that has shown no login, or the oldest of those at all: none of them has an order under way. */
  const findStranger = (spared: Socket | undefined): Socket | undefined => {
    let busy: Socket | undefined
    for (const socket of strangers()) {
      if (socket === spared) continue
      if (workOn(socket) === "idle") return socket
      busy ??= socket
    }
    return busy
  }
  /** A connection of the login that has most, beyond its share, and one that may be closed. */
  const findOverShare = (): Socket | undefined => {
    const logins = new Map<string, { count: number; reading?: Socket; idle?: Socket; acting?: Socket }>()
    for (const socket of all) {
      const login = loginOf(socket)
      if (login === undefined) continue
      const own = logins.get(login) ?? { count: 0 }
      own.count++
      own[workOn(socket)] ??= socket
      logins.set(login, own)
    }
    let highest = share
    let victim: Socket | undefined
    for (const { count, reading, idle } of logins.values()) {
      const own = reading ?? idle
      if (own === undefined || count <= highest) continue
      highest = count
      victim = own
    }
    return victim
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
      if (all.size > most) {
        const overShare = areFew() ? findOverShare() : undefined
        if (overShare === undefined) close(findStranger(socket) ?? socket)
        else if (all.size - unknown.size > most) close(overShare)
      } else if (unknown.size > mostUnknown) {
        // Some of them may have shown a login since.
        const victim = findStranger(socket)
        if (unknown.size > mostUnknown) close(victim)
      }
    },
    used: (socket) => {
      if (all.delete(socket)) all.add(socket)
    },
    makeRoom: () => close(findStranger(undefined) ?? findOverShare())
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
