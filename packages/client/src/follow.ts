/**
 * The asynchronous way: the server has taken the order and tells at an address of its own how the attempt ends.
 *
 * Asking is safe to repeat, so that a cut line in between costs nothing. The order itself is never sent again.
 */
import * as Effect from "effect/Effect"
import { OutcomeUnknown } from "./PosClientError.ts"
import type { Server } from "./Server.ts"
import type { Evidence } from "./Verdict.ts"

/** Between two questions, in milliseconds: soon at first, then once a second. */
const FIRST = 100
const LONGEST = 1_000

/** Asks until the attempt has ended. Its caller owns the deadline. */
export const follow = Effect.fnUntraced(function* (server: Server, attempt: string) {
  for (let wait = FIRST; ; wait = Math.min(wait * 1.5, LONGEST)) {
    yield* Effect.sleep(wait)
    const asked = yield* Effect.result(server.get(attempt))
    // The line may be back the next time.
    if (asked._tag === "Failure") continue
    const { status, json } = asked.success
    if (status === 401 || status === 403 || status === 404) {
      const detail = `the server took the order and then answered ${status} to the question how it ended`
      return yield* new OutcomeUnknown({ kind: "Inconclusive", detail, status, attempt })
    }
    const { state, ...detail } = object(json)
    if (status !== 200 || typeof state !== "string" || state === "open") continue
    const answer = object(detail.answer)
    if (typeof answer.status !== "number") {
      const said = `the server says ${state} and gives no answer to the order`
      return yield* new OutcomeUnknown({ kind: "Reported", detail: said, status, attempt })
    }
    const { authorizationNumber } = object(object(detail.outcome).card)
    const evidence: Evidence = {
      status: answer.status,
      headers: new Headers(texts(answer.headers)),
      json: answer.body,
      ...(typeof authorizationNumber === "string" ? { authorizationNumber } : {})
    }
    return evidence
  }
})

const object = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {}

const texts = (value: unknown): Array<[string, string]> =>
  Object.entries(object(value)).map(([name, text]) => [name, String(text)])
