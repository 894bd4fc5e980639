/**
 * The asynchronous way: the server has taken the order and tells at an address of its own how the attempt ends.
 *
 * Asking is safe to repeat, so that a cut line in between costs nothing. The order itself is never sent again.
 */

import { object } from "@hipay-pos/core/JsonObject"
import type { OrderAnswer } from "./interpretResponse.ts"
import { OutcomeUnknown, PosClientError } from "./PosClientError.ts"
import { pause, QUESTION, type Server } from "./Server.ts"
import { firstOf } from "./signals.ts"

/** Between two questions, in milliseconds: soon at first, then once a second. */
const FIRST = 100
const LONGEST = 1_000

/** Asks until the attempt has ended, or the signal aborts. Rejects with `PosClientError`. */
export const pollAttempt = async (server: Server, address: string, signal: AbortSignal): Promise<OrderAnswer> => {
  if (!server.owns(address)) {
    const detail = "the server took the order and then sent the question how it ended to an address that is not its own"
    throw unknown({ kind: "Inconclusive", detail, serverAttempt: address })
  }
  for (let wait = FIRST; ; wait = Math.min(wait * 1.5, LONGEST)) {
    await pause(wait)
    signal.throwIfAborted()
    const asked = await server.get(address, firstOf(signal, AbortSignal.timeout(QUESTION)))
    // The line may be back the next time; one that was lost without a word is not waited for until the payment's deadline.
    if (asked._tag !== "Received") continue
    const { status, json } = asked
    if (status === 401 || status === 403 || status === 404) {
      const detail = `the server took the order and then answered ${status} to the question how it ended`
      throw unknown({ kind: "Inconclusive", detail, status, serverAttempt: address })
    }
    const { state, ...told } = object(json)
    if (status !== 200 || typeof state !== "string" || state === "open") continue
    const answer = object(told.answer)
    if (typeof answer.status !== "number") {
      throw unknown({
        kind: "Reported",
        detail: `the server says ${state} and gives no answer`,
        status,
        serverAttempt: address
      })
    }
    const { authorizationNumber } = object(object(told.outcome).card)
    return {
      status: answer.status,
      headers: headersOf(answer.headers),
      json: answer.body,
      ...(typeof authorizationNumber === "string" ? { authorizationNumber } : {})
    }
  }
}

const unknown = (fields: ConstructorParameters<typeof OutcomeUnknown>[0]) =>
  new PosClientError({ reason: new OutcomeUnknown(fields) })

/** What cannot be a header is left out: the body says how it ended. */
const headersOf = (value: unknown): Headers => {
  const headers = new Headers()
  for (const [name, text] of Object.entries(object(value))) {
    try {
      headers.append(name, String(text))
    } catch {}
  }
  return headers
}
