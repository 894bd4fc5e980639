/**
 * Where attempts are kept: the port, and what all that implement it need.
 *
 * `claim` returns before anything is sent to a terminal; a store that cannot keep the attempt fails there, and nothing is
 * sent.
 */
import * as Money from "@hipay-pos/core/Money"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { TerminalAccess } from "../terminals/TerminalAccess.ts"
import {
  type Attempt,
  type AttemptKey,
  type AttemptState,
  authorizationOf,
  cardOf,
  type Resolution
} from "./Attempt.ts"
import type { GuardedTerminal } from "./Guards.ts"
import { NO_ORDER } from "./KeptOrder.ts"

/**
 * Keeps attempts, and the guards that keep an order from being paid twice and a terminal from serving two orders at once.
 *
 * Each act is atomic and one round trip, so that several processes may share a store. Who owns an attempt, and until when
 * its process counts as alive, is the store's own business; `mayDial` is where that is asked.
 */
export interface AttemptStore {
  /**
   * Writes a new attempt and takes the guard of its order and, where it is free, the guard of its terminal; or says what
   * stands there, and writes nothing.
   */
  readonly claim: (claim: Claim) => Effect.Effect<Claimed, StoreFailed>
  /** Takes the terminal's guard for an attempt that was queued. */
  readonly turn: (id: string) => Effect.Effect<Turn, StoreFailed>
  /** Waits until a queued attempt's turn may have come; it may not have, after all. */
  readonly freed: (id: string) => Effect.Effect<void>
  /**
   * Writes what has become of an attempt, with what that means for its guards, provided that it still stands as it was
   * seen: its state and its resolutions are compared and, where it was read from this store, the whole record. What is known can
   * always be written, whichever attempt holds the guards by then.
   */
  readonly change: (seen: Attempt, next: Attempt) => Effect.Effect<Changed, StoreFailed>
  /**
   * Records what a person says of an unknown attempt whose record cannot be read: state, guards and history change, the
   * record stays as it is. Undefined where there is no such attempt.
   */
  readonly resolveDamaged: (
    id: string,
    resolution: Resolution,
    /** Whose attempt it has to be; undefined for anybody's. */
    login: string | undefined
  ) => Effect.Effect<DamagedEnd | undefined, StoreFailed>
  /** Waits for the end of an attempt, in whichever process it is performed. Undefined where there is no such attempt. */
  readonly ended: (id: string) => Effect.Effect<Attempt | undefined, StoreFailed>
  readonly get: (id: string) => Effect.Effect<Attempt | undefined, StoreFailed>
  /**
   * The attempt under a key that keeps its order from being paid again: not always the last one, where a truth came late.
   * With the id of another attempt as `after`, only if it was claimed after that one, as far as both are there.
   */
  readonly standing: (key: AttemptKey, after?: string) => Effect.Effect<Attempt | undefined, StoreFailed>
  /** The last attempt under a key. */
  readonly latest: (key: AttemptKey) => Effect.Effect<Attempt | undefined, StoreFailed>
  /** Those that match, the newest first. Fails where the attempt is not there that they have to be older than. */
  readonly list: (filter: Filter) => Effect.Effect<ReadonlyArray<Attempt>, StoreFailed>
  /**
   * The id of the newest attempt at a terminal, under any of its names, that is not known to have moved no money, or of which
   * a person has said something: they may be wrong.
   */
  readonly lastAt: (terminal: GuardedTerminal, among?: Among) => Effect.Effect<string | undefined, StoreFailed>
  /**
   * Writes something that changes nothing, and has it on the disk with all that was written before: it shows whether the store
   * can be written.
   */
  readonly tryWrite: () => Effect.Effect<void, StoreFailed>
  /** Why it cannot be written, where that shows without a try; undefined where nothing shows. */
  readonly problem?: () => string | undefined
}

/** Which attempts are looked at; all by default. */
export interface Among {
  /** All but this one. */
  readonly except?: string | undefined
  /** Older than this one. */
  readonly before?: string | undefined
}

/** What is claimed. */
export interface Claim {
  /** Open. */
  readonly attempt: Attempt
  /** Takes one payment at a time; undefined where nothing guards it but the process itself. */
  readonly terminal: GuardedTerminal | undefined
  /** Takes no guard of the order: it is paid whatever became of it before. */
  readonly payAgain: boolean
}

/** What became of a claim. */
export type Claimed =
  /** It is written. Queued: the terminal's guard is not its own yet. */
  | {
      readonly _tag: "Written"
      readonly isQueued: boolean
      /** Asked once the terminal is connected and before the first byte: whether this process may still send one. */
      readonly mayDial: () => boolean
    }
  /** The order has an attempt that is open, unknown or approved. */
  | { readonly _tag: "OrderTaken"; readonly attempt: Attempt }
  | TerminalUndecided

/** A terminal takes no order while it has an attempt, by its id, whose end is unknown. */
export interface TerminalUndecided {
  readonly _tag: "TerminalUndecided"
  readonly attempt: string
}

/** What became of asking for a turn. */
export type Turn =
  /** The terminal's guard is its own. */
  | { readonly _tag: "Taken" }
  | { readonly _tag: "Queued" }
  | TerminalUndecided
  /** It has ended meanwhile. */
  | { readonly _tag: "Ended" }

/** What became of a change. */
export type Changed =
  | { readonly _tag: "Written" }
  /** Nothing was written: the attempt as it stands instead, and undefined where there is none. */
  | { readonly _tag: "Stands"; readonly attempt: Attempt | undefined }

/** What is known of an attempt whose record cannot be read. */
export interface DamagedEnd {
  readonly id: string
  readonly key: AttemptKey
  /** `unknown` where it was set aside. */
  readonly state: "approved" | "declined" | "unknown"
}

/** `mayDial` of a store that one process has to itself: nobody else can give up its attempts. */
export const always = (): boolean => true

/** Which attempts are asked for; all of them by default. */
export interface Filter {
  readonly login?: string | undefined
  readonly state?: AttemptState | undefined
  readonly orderId?: string | undefined
  /** Found in any of `wordsIn`, in any case. */
  readonly text?: string | undefined
  /** At one of these terminals. */
  readonly terminals?: TerminalAccess | undefined
  /** Claimed with this terminal, under any of its names. */
  readonly terminal?: GuardedTerminal | undefined
  /** Opened from here on, and before there, in milliseconds since 1970. */
  readonly from?: number | undefined
  readonly to?: number | undefined
  /** Those with an alarm alone. */
  readonly hasAlarms?: true | undefined
  /** Fails at the first that would be listed and cannot be read; it is left out by default. */
  readonly isComplete?: boolean | undefined
  /** Without order and what happened at the terminal, which are large and which lists do not show. */
  readonly isBrief?: boolean | undefined
  /** Older than the attempt of this id. */
  readonly before?: string | undefined
  readonly limit?: number | undefined
}

/** The part of {@link matches} that a store's query cannot decide. */
export const matchesRead = (attempt: Attempt, { orderId, terminals, hasAlarms }: Filter): boolean =>
  (orderId === undefined || attempt.key.orderId === orderId) &&
  terminals?.includes(attempt) !== false &&
  (hasAlarms === undefined || attempt.alarms !== undefined)

/** Whether an attempt matches; its place among others aside, and the terminal that it was claimed with. */
export const matches = (attempt: Attempt, { login, state, text, from = 0, to = Infinity, ...rest }: Filter): boolean =>
  (login === undefined || attempt.key.login === login) &&
  (state === undefined || attempt.state === state) &&
  matchesRead(attempt, rest) &&
  attempt.openedAt >= from &&
  attempt.openedAt < to &&
  (text === undefined || wordsIn(attempt).some((word) => word.toLowerCase().includes(text.toLowerCase())))

/** Without what is large. */
export const brief = ({ recorded: _, ...attempt }: Attempt): Attempt => ({ ...attempt, order: NO_ORDER, events: [] })

/** Where a text is looked for. Card and authorization number are known only once the terminal has answered. */
export const wordsIn = (attempt: Attempt): ReadonlyArray<string> => {
  const { id, key, target, terminalName, amount } = attempt
  const authorizationNumber = authorizationOf(attempt)
  const { pan } = cardOf(attempt)
  return [
    key.orderId,
    TerminalTarget.toText(target),
    key.login,
    ...(terminalName === undefined ? [] : [terminalName]),
    id,
    Money.toDecimalString(amount),
    ...(authorizationNumber === undefined ? [] : [authorizationNumber]),
    ...(pan === undefined ? [] : [pan.slice(-4)])
  ]
}

/** What failed: the store as a whole, or its record of one attempt. */
const FailureReason = Schema.Union([
  /** The store could not be read or written. */
  Schema.TaggedStruct("Unavailable", {}),
  /** The store did not say whether it has written what became of an attempt: it may have, or still do. */
  Schema.TaggedStruct("Unanswered", {}),
  /** This attempt cannot be read, or is gone; others can. */
  Schema.TaggedStruct("Damaged", { id: Schema.String }),
  /** The store could not be asked whether an order has an earlier attempt, so that it may have been paid. */
  Schema.TaggedStruct("EarlierUnknown", {}),
  /** The attempt behind which a list goes on was removed since, or never was there: what follows is not known. */
  Schema.TaggedStruct("BeforeGone", { id: Schema.String })
])

/** An act of the store failed. */
export class StoreFailed extends Schema.TaggedError<StoreFailed>()("AttemptStoreFailed", {
  detail: Schema.String,
  reason: FailureReason
}) {
  override get message() {
    return `attempts cannot be kept: ${this.detail}`
  }
  /** Whether other attempts are read and written all the same. */
  get isOfOneAttempt() {
    return this.reason._tag === "Damaged" || this.reason._tag === "BeforeGone"
  }
}

/** The store could not be read or written. */
export const unavailable = (detail: string): StoreFailed => new StoreFailed({ detail, reason: { _tag: "Unavailable" } })

/** It is not known whether the store has written what became of an attempt. */
export const unanswered = (detail: string): StoreFailed => new StoreFailed({ detail, reason: { _tag: "Unanswered" } })

/** An attempt cannot be read. */
export const damaged = (id: string, problem = "cannot be read"): StoreFailed =>
  new StoreFailed({ detail: `attempt ${id} ${problem}`, reason: { _tag: "Damaged", id } })

/** A store that is not available, where it had to say whether an order has an earlier attempt. */
export const earlierUnknown = (failed: StoreFailed): StoreFailed =>
  failed.reason._tag === "Unavailable"
    ? new StoreFailed({ detail: failed.detail, reason: { _tag: "EarlierUnknown" } })
    : failed

/** A list must not seem to end where it cannot go on. */
export const beforeGone = (id: string): StoreFailed =>
  new StoreFailed({
    detail: `attempt ${id}, behind which the list goes on, is not in the store`,
    reason: { _tag: "BeforeGone", id }
  })

/** The name under which the end of an attempt is waited for. */
export const endOf = (id: string): string => `end of ${id}`

/** What {@link textOf} made of a key. */
export const keyIn = (text: string): AttemptKey => {
  const [transactionType = "", login = "", ...orderId] = text.split("\n")
  return { transactionType: transactionType as AttemptKey["transactionType"], login, orderId: orderId.join("\n") }
}

/** One text per key; no login holds a line break. */
export const textOf = ({ login, orderId, transactionType }: AttemptKey): string =>
  `${transactionType}\n${login}\n${orderId}`
