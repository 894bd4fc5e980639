/**
 * Slows down guessing: after many wrong logins from one address or for one login, further ones wait, right or wrong alike, so
 * that having to wait tells a guesser nothing. Only a payment does not wait, see `answerOrder`.
 *
 * Callers that have shown the login before, on this connection or from this address, do not wait, so that tills go on while
 * somebody else guesses. A new connection waits if the login is guessed from its own address. Memory is bounded.
 */
import { setTimeout } from "node:timers/promises"
import { crc32 } from "node:zlib"
import { RateLimiterMemory } from "rate-limiter-flexible"
import { BoundedMap } from "../BoundedMap.ts"
import type { LoginCaller, LoginThrottle } from "../http/authentication.ts"

/** How guessing is slowed down. */
export interface LoginThrottleOptions {
  /** Wrong logins in a minute before others wait; 10 by default. */
  readonly free?: number | undefined
  /** Aborted when the server shuts down: nobody waits any longer. */
  readonly closing?: AbortSignal | undefined
  /** Waits this many milliseconds, or until the signal is aborted; a timer by default. */
  readonly sleep?: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>
  /** In milliseconds; the system's monotonic clock by default. */
  readonly now?: () => number
}

/** Each wrong login beyond the free ones adds this much to the delay of the next, in milliseconds, up to the longest. */
const STEP = 250
const LONGEST = 5_000

/** The number of counters for addresses and for logins: some share one, so that memory is bounded. */
const PLACES = 4_096

/** How many pairs of an address and a login that was right there are remembered. */
const REMEMBERED = 10_000

const MINUTE = 60

/** Makes the throttle of one server. */
export const makeLoginThrottle = (options: LoginThrottleOptions = {}): LoginThrottle => {
  const { free = 10, closing, sleep = timer, now = () => performance.now() } = options
  const addresses = new RateLimiterMemory({ points: free, duration: MINUTE })
  const logins = new RateLimiterMemory({ points: free, duration: MINUTE })
  /** The valid login shown on a connection. */
  const connections = new WeakMap<object, string>()
  /** How often the login was wrong since it was right there: someone who shares a till's address may guess that often. */
  const places = new BoundedMap<number>({ entries: REMEMBERED })
  /** The last wait of each connection: its requests wait one after the other. */
  const waits = new WeakMap<object, Promise<void>>()
  /** Connections whose login is counted but not checked yet. */
  const counted = new WeakSet<object>()
  /** Until then even a connection that has shown a login may have to wait. */
  let slowUntil = Number.NEGATIVE_INFINITY

  const isExempt = (caller: LoginCaller): boolean =>
    (caller.connection !== undefined && connections.get(caller.connection) === caller.username) ||
    places.has(placeOf(caller))
  const count = async ({ address, username }: LoginCaller): Promise<number> =>
    Math.max(...(await Promise.all([add(addresses, address, 1), add(logins, username, 1)])))

  const wait = async (caller: LoginCaller, before: Promise<void> | undefined): Promise<void> => {
    await before
    // Counted before it is known to be wrong, so that simultaneous guesses gain nothing.
    if (caller.connection !== undefined) counted.add(caller.connection)
    const over = (await count(caller)) - free
    if (over > 0 && !closing?.aborted) await sleep(Math.min(STEP * over, LONGEST), closing)
  }
  const remember = (connection: object, username: string, address: () => string | undefined): void => {
    const wasCounted = counted.delete(connection)
    if (connections.get(connection) === username) return
    const caller = { address: address(), username }
    if (wasCounted) void Promise.all([add(addresses, caller.address, -1), add(logins, username, -1)])
    connections.set(connection, username)
    // Moves the pair to the end, so that it is evicted last.
    places.delete(placeOf(caller))
    places.set(placeOf(caller), 0)
  }
  return {
    looksAt: (connection) => connection === undefined || !connections.has(connection) || now() < slowUntil,
    beforeCheck: async (caller) => {
      if (isExempt(caller)) return
      const { connection } = caller
      const waited = wait(caller, connection && waits.get(connection)).then(() => {
        if (connection !== undefined && waits.get(connection) === waited) waits.delete(connection)
      })
      if (connection !== undefined) waits.set(connection, waited)
      await waited
    },
    onRight: (connection, username, address) => {
      const waited = waits.get(connection)
      if (waited === undefined) return remember(connection, username, address)
      const from = address()
      // Otherwise a guesser could send a login twice, and learn that it is right when the second does not wait.
      void waited.then(() => remember(connection, username, () => from))
    },
    onWrong: async (caller) => {
      slowUntil = now() + MINUTE * 1_000
      if (caller.connection !== undefined) counted.delete(caller.connection)
      if (!isExempt(caller)) return
      if (caller.connection !== undefined) connections.delete(caller.connection)
      const place = placeOf(caller)
      const wrong = places.get(place) ?? free
      if (wrong < free) places.set(place, wrong + 1)
      else places.delete(place)
      await count(caller)
    }
  }
}

const placeOf = ({ address, username }: LoginCaller): string => `${address} ${username}`

/** Never rejects: the wait ends when the server closes. */
const timer = (milliseconds: number, signal: AbortSignal | undefined): Promise<void> =>
  setTimeout(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => {})

const add = async (limiter: RateLimiterMemory, key: string | undefined, points: 1 | -1): Promise<number> => {
  if (key === undefined) return 0
  return (await limiter.penalty(crc32(key) % PLACES, points)).consumedPoints
}
