/**
 * Slows down guessing: answers to wrong logins are held back once there are many of them from one address or for one login.
 *
 * Only refusals wait. A correct password is answered at once, even from an address that is slowed down: callers behind a
 * proxy share its address. The memory used has a fixed size.
 */
import { setTimeout } from "node:timers/promises"
import { crc32 } from "node:zlib"
import { RateLimiterMemory } from "rate-limiter-flexible"

/** Whose login was wrong. */
export interface FailedLogin {
  /** Where it came from, and for which login; undefined where neither is known. */
  readonly address?: string | undefined
  readonly username?: string | undefined
}

/** How guessing is slowed down. */
export interface LoginThrottleOptions {
  /** Wrong logins in a minute that are answered at once; 10 by default. */
  readonly free?: number | undefined
  /** Refusals that wait at the same time; the next ones do not wait. 1 000 by default. */
  readonly most?: number | undefined
  /** Aborted when the server shuts down: nothing is held back any longer. */
  readonly closing?: AbortSignal | undefined
  /** Waits so many milliseconds, or until the signal is aborted; a timer by default. */
  readonly sleep?: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>
}

/** Each wrong login beyond the free ones adds this much to the delay of its answer, in milliseconds, up to the longest. */
const STEP = 250
const LONGEST = 5_000

/** Addresses and logins are counted in so many places: two that share one share their count, and memory is bounded. */
const PLACES = 4_096

const MINUTE = 60

/** Makes the function that waits before a wrong login is refused. */
export const makeLoginThrottle = (options: LoginThrottleOptions = {}): ((guess: FailedLogin) => Promise<void>) => {
  const { free = 10, most = 1_000, closing, sleep = timer } = options
  const addresses = new RateLimiterMemory({ points: free, duration: MINUTE })
  const logins = new RateLimiterMemory({ points: free, duration: MINUTE })
  let waiting = 0
  return async ({ address, username }) => {
    const counts = await Promise.all([count(addresses, address), count(logins, username)])
    const over = Math.max(...counts) - free
    if (over <= 0 || waiting >= most || closing?.aborted) return
    waiting++
    await sleep(Math.min(STEP * over, LONGEST), closing)
    waiting--
  }
}

/** Rejects nothing: where the server closes, the wait is over. */
const timer = (milliseconds: number, signal: AbortSignal | undefined): Promise<void> =>
  setTimeout(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => {})

const count = async (limiter: RateLimiterMemory, key: string | undefined): Promise<number> =>
  key === undefined ? 0 : (await limiter.penalty(crc32(key) % PLACES)).consumedPoints
