/**
 * The port for storing HiPay's notifications. A notification is on the disk before it is answered, belongs to one attempt for
 * good, and is forwarded from here.
 */
import type * as Effect from "effect/Effect"
import type { Attempt, AttemptKey } from "../attempts/Attempt.ts"
import type { StoreFailed } from "../attempts/AttemptStore.ts"
import type { KeptNotification } from "./KeptNotification.ts"

/** A verified notification. */
export interface NewNotification {
  /** The owner of the passphrase that it was signed with: a login, or `*`. Each owner's transactions are distinct. */
  readonly owner: string
  /** The same for every delivery of the same change. */
  readonly key: string
  readonly notification: KeptNotification
  /** The attempt that its transaction belongs to, if known. */
  readonly attempt: string | undefined
  /** Where to forward it, if anywhere. */
  readonly forward: NewForward | undefined
}

/** Binds a transaction to an attempt. */
export interface Binding {
  /** The owner it was written under. */
  readonly owner: string
  readonly attempt: string
}

/** A delivery as received, to be forwarded to another address. */
export interface NewForward {
  readonly url: string
  readonly contentType: string
  readonly signature: string
  readonly body: Uint8Array
}

/** A delivery that was not forwarded yet. */
export interface Forward extends NewForward {
  readonly number: number
  /** The start of its address, up to host and port, as written: one of the store's own texts. */
  readonly place: string
  readonly tries: number
  /** In milliseconds since 1970. */
  readonly dueAt: number
}

export interface NotificationStore {
  /** Random, made with the store: makes addresses that cannot be guessed. */
  readonly secret: string
  /** Whether other processes write to the store, too, so that what one of them leaves behind is looked for now and then. */
  readonly isShared: boolean
  /**
   * Writes a notification and flushes it to the disk. The first notification of a transaction binds it to its attempt; one
   * meant for another attempt later is stored without one. Returns the attempt.
   */
  readonly receive: (received: NewNotification) => Effect.Effect<string | undefined, StoreFailed>
  /** The attempts that a transaction is bound to: one per owner. */
  readonly bindingsOf: (reference: string) => Effect.Effect<ReadonlyArray<Binding>, StoreFailed>
  /** All attempts under some keys. */
  readonly attemptsUnder: (keys: ReadonlyArray<AttemptKey>) => Effect.Effect<ReadonlyArray<Attempt>, StoreFailed>
  /** An attempt's notifications in order of arrival, and the number of the last one. */
  readonly of: (attempt: string) => Effect.Effect<Received, StoreFailed>
  /** Attempts with notifications not considered yet, unless another process is considering them. */
  readonly unconsidered: () => Effect.Effect<ReadonlyArray<string>, StoreFailed>
  /** Runs work on an attempt while no other process does; marks its notifications as considered up to the number returned. */
  readonly consider: (
    attempt: string,
    work: Effect.Effect<number | undefined, StoreFailed>
  ) => Effect.Effect<void, StoreFailed>
  /**
   * The next delivery to forward, due or not, except for those to some places. Only one that is due may be forwarded: it is
   * kept from other processes for a while. Due are those with a time up to `now`, in milliseconds since 1970, and those delayed
   * beyond `farthest`, whose clock was ahead.
   */
  readonly nextForward: (
    now: number,
    except?: ReadonlyArray<string>,
    farthest?: number
  ) => Effect.Effect<Forward | undefined, StoreFailed>
  /** The delivery was forwarded, or will not be any more. */
  readonly dropForward: (number: number) => Effect.Effect<void, StoreFailed>
  /** The delivery is tried again at this time. */
  readonly delayForward: (number: number, dueAt: number) => Effect.Effect<void, StoreFailed>
  /** How many deliveries wait to be forwarded. */
  readonly waiting: () => Effect.Effect<WaitingForwards, StoreFailed>
}

/** Deliveries not forwarded yet: all of them, and those with at least one failed try. */
export interface WaitingForwards {
  readonly pending: number
  readonly failed: number
}

/** The notifications of an attempt. */
export interface Received {
  readonly notifications: ReadonlyArray<KeptNotification>
  readonly last: number
}
