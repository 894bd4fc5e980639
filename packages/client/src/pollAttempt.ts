/**
 * Asynchronous payments: the server has accepted the order, and is polled for the attempt's end at an address of its
 * own.
 *
 * Polling is safe to repeat, so a connection that breaks in between does no harm. The order itself is never sent again.
 */

import { object } from "@hipay-pos/core/JsonObject"
import type { OrderAnswer } from "./interpretResponse.ts"
import { OutcomeUnknown, PosClientError } from "./PosClientError.ts"
import { pause, QUESTION, type Server } from "./Server.ts"
import { firstOf } from "./signals.ts"

/** Milliseconds between two polls: soon at first, then once a second. */
const FIRST = 100
const LONGEST = 1_000

/** Polls until the attempt has ended or the signal aborts. Rejects with `PosClientError`. */
export const pollAttempt = async (server: Server, address: string, signal: AbortSignal): Promise<OrderAnswer> => {
  if (!server.owns(address)) {
    const detail = "the server took the order and then sent the question how it ended to an address that is not its own"
    throw unknown({ kind: "Inconclusive", detail, serverAttempt: address })
  }
  for (let wait = FIRST; ; wait = Math.min(wait * 1.5, LONGEST)) {
    await pause(wait)
    signal.throwIfAborted()
    const asked = await server.get(address, firstOf(signal, AbortSignal.timeout(QUESTION)))
    // The connection may be back next time. Each poll has its own timeout, so one that is lost silently does not use up
    // the payment's deadline.
    if (asked._tag !== "Received") continue
    const { status, json } = asked
    if (status === 401 || status === 403 || status === 404) {
      const detail = `the server took the order and then answered ${status} to the question how it ended`
      // No answer to the order, so no sign of a payment.
      throw unknown({ kind: "Inconclusive", reason: "QuestionRefused", detail, status, serverAttempt: address })
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

/** Skips what cannot be a header: the body says how the attempt ended. */
const headersOf = (value: unknown): Headers => {
  const headers = new Headers()
  for (const [name, text] of Object.entries(object(value))) {
    try {
      headers.append(name, String(text))
    } catch {}
  }
  return headers
}
