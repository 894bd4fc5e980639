/** The server's clock. A mock's may run ahead, or be frozen: "now" on the pages is the server's current time. */

let offset = 0
let frozenAt: number | undefined

/** Sets the clock to the time that the server reported. */
export const setServerClock = (now: string, isFrozen = false): void => {
  const at = Date.parse(now)
  if (Number.isNaN(at)) return
  offset = at - Date.now()
  frozenAt = isFrozen ? at : undefined
}

/** The server's current time, in milliseconds since 1970. */
export const serverNow = (): number => frozenAt ?? Date.now() + offset

/** A difference between the two clocks of this machine that is only drift, in milliseconds. */
const DRIFT = 2_000

/**
 * Calls back when this machine's clock was set, or the machine slept: then the server has to be asked for its time again.
 * Returns a function that stops it.
 */
export const watchClock = (onJump: () => void): (() => void) => {
  const difference = () => Date.now() - performance.now()
  let before = difference()
  const timer = setInterval(() => {
    const now = difference()
    if (Math.abs(now - before) < DRIFT) return
    before = now
    onJump()
  }, 1_000)
  return () => clearInterval(timer)
}
