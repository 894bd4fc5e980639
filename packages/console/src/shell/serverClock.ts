/** The server's clock. A mock's may run ahead, or stand still: what is "now" on the pages is what is now for the server. */

let offset = 0
let frozenAt: number | undefined

/** Takes what the server said its time is. */
export const setServerClock = (now: string, isFrozen = false): void => {
  const at = Date.parse(now)
  if (Number.isNaN(at)) return
  offset = at - Date.now()
  frozenAt = isFrozen ? at : undefined
}

/** What time it is for the server, in milliseconds since 1970. */
export const serverNow = (): number => frozenAt ?? Date.now() + offset
