/** A payment that callers wait for, from the acceptance of its order to its end. */
import type * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type { Attempt } from "./Attempt.ts"
import type { Callers } from "./Callers.ts"
import type { Failure, Opened } from "./Submission.ts"

/** An accepted order. It may wait for minutes, so it does not retain its submission. */
export interface Payment {
  /** Resolves once its attempt is written, or once an earlier one answers it. */
  readonly opened: Deferred.Deferred<Opened, Failure>
  /** Resolves once it has ended; never rejects. */
  readonly ended: Promise<Exit.Exit<Attempt, Failure>>
  /** Set by the time it has ended: whether an earlier attempt's answer is repeated. */
  readonly isReplay: boolean
  /** Reports that its caller has gone. Once all joined callers have gone too, a payment that is still queued is not started. */
  readonly leave: () => void
}

/** A payment with its waiting callers. */
export interface PendingPayment extends Payment {
  isReplay: boolean
  readonly callers: Callers
}

/** Waits for the end of a payment. */
export const endOf = ({ ended }: Payment): Effect.Effect<Attempt, Failure> =>
  Effect.flatten(Effect.promise(() => ended))
