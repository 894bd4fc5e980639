/**
 * Where notifications of HiPay's are kept: a port. What was received is on the disk before it is answered, belongs to one
 * attempt for good, and is handed on from here.
 */
import type * as Effect from "effect/Effect"
import type { Attempt, AttemptKey } from "../attempts/Attempt.ts"
import type { StoreFailed } from "../attempts/AttemptStore.ts"
import type { KeptNotification } from "./KeptNotification.ts"

/** One that was verified. */
export interface NewNotification {
  /** Whose passphrase it was signed with: a login, or `*`. Transactions of two of them are different ones. */
  readonly owner: string
  /** The same for every delivery of the same change. */
  readonly key: string
  readonly notification: KeptNotification
  /** The attempt that its transaction belongs to, where that is known. */
  readonly attempt: string | undefined
  /** Where it is handed on to. */
  readonly forward: NewForward | undefined
}

/** That a transaction belongs to an attempt. */
export interface Binding {
  /** Under whose name it was written. */
  readonly owner: string
  readonly attempt: string
}

/** A delivery as it came, for another address. */
export interface NewForward {
  readonly url: string
  readonly contentType: string
  readonly signature: string
  readonly body: Uint8Array
}

/** A delivery that was not handed on yet. */
export interface Forward extends NewForward {
  readonly number: number
  /** How its address begins, up to the host and port: as it is written, so that it is one of the store's own texts. */
  readonly place: string
  readonly tries: number
  /** In milliseconds since 1970. */
  readonly dueAt: number
}

export interface NotificationStore {
  /** Made by chance with the store, for addresses that cannot be guessed. */
  readonly secret: string
  /** Whether other processes write to it, too: what one of them leaves is looked for now and then. */
  readonly isShared: boolean
  /**
   * Writes it, and flushes it to the disk. The first notification of a transaction binds it to its attempt; one that is
   * meant for another attempt later is kept without one. Gives the attempt.
   */
  readonly receive: (received: NewNotification) => Effect.Effect<string | undefined, StoreFailed>
  /** The attempts that a transaction is bound to: one for each owner. */
  readonly bindingsOf: (reference: string) => Effect.Effect<ReadonlyArray<Binding>, StoreFailed>
  /** All attempts under some keys. */
  readonly attemptsUnder: (keys: ReadonlyArray<AttemptKey>) => Effect.Effect<ReadonlyArray<Attempt>, StoreFailed>
  /** Those of an attempt in the order in which they came, and the number of the last one. */
  readonly of: (attempt: string) => Effect.Effect<Received, StoreFailed>
  /** Attempts that have notifications which were not considered yet, and which no other process is considering. */
  readonly unconsidered: () => Effect.Effect<ReadonlyArray<string>, StoreFailed>
  /** Runs work on an attempt while no other process does; its notifications up to the number that comes of it are considered. */
  readonly consider: (
    attempt: string,
    work: Effect.Effect<number | undefined, StoreFailed>
  ) => Effect.Effect<void, StoreFailed>
  /**
   * The next one to be handed on, whether it is due or not, except for those of some places. One that is due at `now`, in
   * milliseconds since 1970, is not given to another process for a while: only such a one may be handed on. One that is put
   * off beyond `farthest` is due, too: the clock was ahead when it was put off.
   */
  readonly nextForward: (
    now: number,
    except?: ReadonlyArray<string>,
    farthest?: number
  ) => Effect.Effect<Forward | undefined, StoreFailed>
  /** It was handed on, or will not be any more. */
  readonly dropForward: (number: number) => Effect.Effect<void, StoreFailed>
  /** It is tried again at a time. */
  readonly delayForward: (number: number, dueAt: number) => Effect.Effect<void, StoreFailed>
  /** How many wait to be handed on. */
  readonly waiting: () => Effect.Effect<WaitingForwards, StoreFailed>
}

/** Deliveries that were not handed on yet: all of them, and those of which at least one try has failed. */
export interface WaitingForwards {
  readonly pending: number
  readonly failed: number
}

/** The notifications of an attempt. */
export interface Received {
  readonly notifications: ReadonlyArray<KeptNotification>
  readonly last: number
}
