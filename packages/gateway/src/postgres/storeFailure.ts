/** How what goes wrong at the database is told by the store's port: as a {@link StoreFailed} with its reason. */
import * as ErrorText from "@hipay-pos/core/ErrorText"
import { StoreFailed, unanswered, unavailable } from "@hipay-pos/server/AttemptStore"
import * as Effect from "effect/Effect"
import { Rejected } from "./Database.ts"

/** Runs something of the database's; a failure is a {@link StoreFailed}. */
export const attempting = <A>(run: () => Promise<A>): Effect.Effect<A, StoreFailed> =>
  Effect.tryPromise({ try: run, catch: failedBy })

/** Whether the database answered; what failed without an answer may have been done, or may still be. */
export const isAnswer = (error: unknown): boolean => error instanceof StoreFailed || error instanceof Rejected

export const failedBy = (error: unknown): StoreFailed =>
  error instanceof StoreFailed ? error : unavailable(ErrorText.of(error))

/** The same of a change, which may be written although nothing was answered. */
export const changeFailedBy = (error: unknown): StoreFailed =>
  isAnswer(error) ? failedBy(error) : unanswered(ErrorText.of(error))
