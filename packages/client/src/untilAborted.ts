/** Makes requests to a server abortable by the caller. */
import { AttemptsError } from "./attempts/AttemptsError.ts"
import type { Server } from "./Server.ts"
import { firstOf } from "./signals.ts"
import type { Exchange } from "./Transport.ts"

/** The same server, whose `get` and `post` reject with `AttemptsError` once the signal aborts. */
export const untilAborted = (server: Server, signal: AbortSignal): Server => {
  const ask = async (own: AbortSignal, send: (ends: AbortSignal) => Promise<Exchange>): Promise<Exchange> => {
    refuseAborted(signal)
    const came = await send(firstOf(signal, own))
    if (came._tag !== "Received") refuseAborted(signal)
    return came
  }
  return {
    ...server,
    get: (path, own) => ask(own, (ends) => server.get(path, ends)),
    post: (path, body, own) => ask(own, (ends) => server.post(path, body, ends))
  }
}

/** Throws `AttemptsError` if the caller has aborted. */
export const refuseAborted = (signal: AbortSignal | undefined): void => {
  if (signal?.aborted) throw new AttemptsError({ kind: "Aborted", detail: "the caller aborted" })
}
