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
