/** What became of orders: the caller's attempts, newest first, and one of them with its frames. */
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import * as Effect from "effect/Effect"
import { ok, toProblem } from "../respond.ts"
import type { Attempt } from "../transactions/Attempt.ts"
import { Attempts } from "../transactions/Attempts.ts"

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
  connectedAt: time(attempt.exchange.connectedAt),
  sentAt: time(attempt.exchange.sentAt),
  answeredAt: time(attempt.exchange.answeredAt),
  frames: { request: attempt.exchange.request, response: attempt.exchange.response },
  outcome: attempt.outcome,
  error: attempt.error && { reason: attempt.error._tag, kind: attempt.error.kind, detail: attempt.error.detail },
  findings: attempt.findings,
  order: attempt.order,
  answer: attempt.answer
})
