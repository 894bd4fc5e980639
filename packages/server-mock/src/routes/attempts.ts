/** What became of orders: the caller's attempts, newest first, and one of them with its frames. */
import * as Effect from "effect/Effect"
import { toProblem } from "../respond.ts"
import type { Answer, Attempt } from "../transactions/Attempt.ts"
import { Attempts } from "../transactions/Attempts.ts"

/** How many attempts a list shows. */
const LIMIT = 100

/** The newest attempts of a login. */
export const listAttempts = Effect.fnUntraced(function* (login: string) {
  const attempts = yield* Attempts
  return yield* Effect.match(attempts.list(login, LIMIT), {
    onFailure: toProblem,
    onSuccess: (list): Answer => ({ status: 200, body: { attempts: list.map(summary) } })
  })
})

/** One attempt of a login. */
export const showAttempt = Effect.fnUntraced(function* (login: string, id: string) {
  const attempts = yield* Attempts
  return yield* Effect.match(attempts.get(id), {
    onFailure: toProblem,
    onSuccess: (attempt): Answer =>
      attempt === undefined || attempt.key.login !== login
        ? toProblem({ _tag: "NotFound", path: `/attempts/${id.slice(0, 40)}` })
        : { status: 200, body: detail(attempt) }
  })
})

const time = (milliseconds: number): string => new Date(milliseconds).toISOString()

const summary = (attempt: Attempt) => ({
  id: attempt.id,
  orderId: attempt.key.orderId,
  transactionType: attempt.key.transactionType,
  terminal: attempt.terminal,
  state: attempt.state,
  openedAt: time(attempt.openedAt),
  endedAt: attempt.endedAt === undefined ? undefined : time(attempt.endedAt)
})

const detail = (attempt: Attempt) => ({
  ...summary(attempt),
  outcome: attempt.outcome,
  error: attempt.error && { ...attempt.error, _tag: attempt.error._tag },
  findings: attempt.findings,
  frames: attempt.frames,
  order: attempt.order,
  answer: attempt.answer
})
