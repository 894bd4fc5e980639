/** What became of orders: the caller's attempts, newest first, and one of them with its frames. */
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import * as Effect from "effect/Effect"
import { ok, toProblem } from "../respond.ts"
import type { Attempt } from "../transactions/Attempt.ts"
import { Attempts } from "../transactions/Attempts.ts"
import type { Moment } from "../transactions/Moment.ts"

/** How many attempts a list shows. */
const LIMIT = 100

/** The newest attempts of a login. */
export const listAttempts = Effect.fnUntraced(function* (login: string) {
  const attempts = yield* Attempts
  return yield* Effect.match(attempts.list(login, LIMIT), {
    onFailure: toProblem,
    onSuccess: (list) => ok({ attempts: list.map(summary) })
  })
})

/** One attempt of a login. */
export const showAttempt = Effect.fnUntraced(function* (login: string, id: string) {
  const attempts = yield* Attempts
  return yield* Effect.match(attempts.get(id), {
    onFailure: toProblem,
    onSuccess: (attempt) =>
      attempt === undefined || attempt.key.login !== login
        ? toProblem({ _tag: "NotFound", path: `/attempts/${id.slice(0, 40)}` })
        : ok(detail(attempt))
  })
})

const time = (milliseconds: number | undefined): string | undefined =>
  milliseconds === undefined ? undefined : new Date(milliseconds).toISOString()

const summary = (attempt: Attempt) => ({
  id: attempt.id,
  orderId: attempt.key.orderId,
  transactionType: attempt.key.transactionType,
  terminal: { name: TerminalTarget.toText(attempt.target), kind: attempt.terminal },
  state: attempt.state,
  openedAt: time(attempt.openedAt),
  endedAt: time(attempt.endedAt)
})

const detail = (attempt: Attempt) => ({
  ...summary(attempt),
  ...exchangeOf(attempt.moments),
  outcome: attempt.outcome,
  error: attempt.error && { reason: attempt.error._tag, kind: attempt.error.kind, detail: attempt.error.detail },
  findings: attempt.findings,
  order: attempt.order,
  answer: attempt.answer
})

/** What went over the line, and when; absent is what did not happen. */
const exchangeOf = (moments: ReadonlyArray<Moment>) => {
  let connectedAt: number | undefined
  let sentAt: number | undefined
  let answeredAt: number | undefined
  let request: string | undefined
  let response: string | undefined
  for (const moment of moments) {
    if (moment.kind === "connected") connectedAt = moment.at
    if (moment.kind === "terminal-request") {
      sentAt = moment.at
      request = moment.frame
    }
    if (moment.kind === "terminal-response" || moment.kind === "late-response") {
      if (moment.frame === undefined) continue
      answeredAt = moment.at
      response = moment.frame
    }
  }
  return {
    connectedAt: time(connectedAt),
    sentAt: time(sentAt),
    answeredAt: time(answeredAt),
    frames: { request, response }
  }
}
