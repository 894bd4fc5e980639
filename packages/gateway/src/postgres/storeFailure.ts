/** Turns failures of the database into the {@link StoreFailed} of the store's port, with its reason. */
import * as ErrorText from "@hipay-pos/core/ErrorText"
import { StoreFailed, unanswered, unavailable } from "@hipay-pos/server/AttemptStore"
import * as Effect from "effect/Effect"
import { Rejected } from "./Database.ts"

/** Runs something at the database; a failure is a {@link StoreFailed}. */
export const attempting = <A>(run: () => Promise<A>): Effect.Effect<A, StoreFailed> =>
  Effect.tryPromise({ try: run, catch: failedBy })

/** Whether the database answered; what failed without an answer may have been done, or may still be. */
export const isAnswer = (error: unknown): boolean => error instanceof StoreFailed || error instanceof Rejected

export const failedBy = (error: unknown): StoreFailed =>
  error instanceof StoreFailed ? error : unavailable(ErrorText.of(error))

/** The same for a change, which may have been written although no answer came. */
export const changeFailedBy = (error: unknown): StoreFailed =>
  isAnswer(error) ? failedBy(error) : unanswered(ErrorText.of(error))
