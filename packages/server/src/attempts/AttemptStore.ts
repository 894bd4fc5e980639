/**
 * The port for stores of attempts, and what all implementations share.
 *
 * `claim` returns before anything is sent to a terminal. If the store cannot keep the attempt, `claim` fails and nothing is sent.
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
  evidenceOf,
  paidOf,
  type Resolution
} from "./Attempt.ts"
import type { GuardedTerminal } from "./Guards.ts"
import { NO_ORDER } from "./KeptOrder.ts"

/**
 * Keeps attempts, and the guards that keep an order from being paid twice and a terminal from serving two orders at once.
 *
 * Each operation is atomic and one round trip, so several processes may share a store. The store decides which process owns
 * an attempt and when that process counts as dead; `mayDial` asks it.
 */
export interface AttemptStore {
  /**
   * Writes a new attempt and takes its order's guard and, if free, its terminal's guard. If another attempt prevents that,
   * returns it and writes nothing.
   */
  readonly claim: (claim: Claim) => Effect.Effect<Claimed, StoreFailed>
  /** Takes the terminal's guard for an attempt that was queued. */
  readonly turn: (id: string) => Effect.Effect<Turn, StoreFailed>
  /** Waits until a queued attempt's turn may have come; `turn` tells whether it has. */
  readonly freed: (id: string) => Effect.Effect<void>
  /**
   * Writes an attempt's new version and updates its guards, if the stored one is still the one seen: same state and resolutions
   * and, if it was read from this store, the same record. A known end can always be written, whichever attempt holds the guards
   * by then.
   */
  readonly change: (
    seen: Attempt,
    next: Attempt,
    /** Whether it must survive a power failure. By default it may be lost there, and the attempt is unknown at the next start. */
    flushed?: boolean
  ) => Effect.Effect<Changed, StoreFailed>
  /**
   * Like `change`, flushed, also if the store's file was moved away: once this succeeds, everything is in the moved file, which
   * can then be opened under any name. For ends that would otherwise be lost. Absent if the store is no file.
   */
  readonly changeMoved?: (seen: Attempt, next: Attempt) => Effect.Effect<Changed, StoreFailed>
  /**
   * Records what a person says of an unknown attempt whose record cannot be read: state, guards and history change, the
   * record does not. Undefined if there is no such attempt.
   */
  readonly resolveDamaged: (
    id: string,
    resolution: Resolution,
    /** The login that must own the attempt; undefined for any. */
    login: string | undefined
  ) => Effect.Effect<DamagedEnd | undefined, StoreFailed>
  /** Waits for the end of an attempt in any process. Undefined if there is no such attempt. */
  readonly ended: (id: string) => Effect.Effect<Attempt | undefined, StoreFailed>
  readonly get: (id: string) => Effect.Effect<Attempt | undefined, StoreFailed>
  /**
   * The attempt under a key that keeps its order from being paid again: not always the last one, since an earlier one's end may
   * have come late. With `after`, only if it was claimed after the attempt of that id; ignored unless the store has both.
   */
  readonly standing: (key: AttemptKey, after?: string) => Effect.Effect<Attempt | undefined, StoreFailed>
  /** The last attempt under a key. */
  readonly latest: (key: AttemptKey) => Effect.Effect<Attempt | undefined, StoreFailed>
  /** The matching attempts, newest first. Fails if the attempt in `before` is gone. */
  readonly list: (filter: Filter) => Effect.Effect<ReadonlyArray<Attempt>, StoreFailed>
  /**
   * The id of a terminal's newest attempt, under any of its names, that may have moved money or that a person has resolved (they
   * may be wrong).
   */
  readonly lastAt: (terminal: GuardedTerminal, among?: Among) => Effect.Effect<string | undefined, StoreFailed>
  /**
   * Writes something that changes nothing and flushes it to the disk with all earlier writes, to find out whether the store
   * can be written.
   */
  readonly tryWrite: () => Effect.Effect<void, StoreFailed>
  /** Why the store cannot be written, if known without trying. */
  readonly problem?: () => string | undefined
}

/** Which attempts to consider; all by default. */
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
  /** The terminal to guard; undefined if only the process itself guards it. */
  readonly terminal: GuardedTerminal | undefined
  /** Takes no order guard: the order is paid whatever its earlier attempts came to. */
  readonly payAgain: boolean
}

/** The result of a claim. */
export type Claimed =
  /** Written. If queued, it does not have the terminal's guard yet. */
  | {
      readonly _tag: "Written"
      readonly isQueued: boolean
      /** Asked once the terminal is connected, before the first byte: may this process still send? */
      readonly mayDial: () => boolean
    }
  /** The order has an attempt that is open, unknown or approved. */
  | { readonly _tag: "OrderTaken"; readonly attempt: Attempt }
  | TerminalUndecided

/** The terminal takes no order while the outcome of this attempt is unknown. */
export interface TerminalUndecided {
  readonly _tag: "TerminalUndecided"
  readonly attempt: string
}

/** The result of asking for a turn. */
export type Turn =
  /** The attempt now has the terminal's guard. */
  | { readonly _tag: "Taken" }
  | { readonly _tag: "Queued" }
  | TerminalUndecided
  /** It has ended meanwhile. */
  | { readonly _tag: "Ended" }

/** The result of a change. */
export type Changed =
  | { readonly _tag: "Written" }
  /** Nothing was written: the attempt as it is now, or undefined if there is none. */
  | { readonly _tag: "Stands"; readonly attempt: Attempt | undefined }

/** What is known of an attempt whose record cannot be read. */
export interface DamagedEnd {
  readonly id: string
  readonly key: AttemptKey
  /** `unknown` if it was set aside. */
  readonly state: "approved" | "declined" | "unknown"
}

/** `mayDial` of a store with a single process: no other can give up its attempts. */
export const always = (): boolean => true

/** Which attempts to list; all by default. */
export interface Filter {
  readonly login?: string | undefined
  readonly state?: AttemptState | undefined
  readonly orderId?: string | undefined
  /** Hashed. */
  readonly idempotencyKey?: string | undefined
  /** Found in any of `wordsIn`, ignoring case. */
  readonly text?: string | undefined
  /** At one of these terminals. */
  readonly terminals?: TerminalAccess | undefined
  /** Claimed with this terminal, under any of its names. */
  readonly terminal?: GuardedTerminal | undefined
  /** Opened at `from` or later, and before `to`, in milliseconds since 1970. */
  readonly from?: number | undefined
  readonly to?: number | undefined
  /** Only those with an alarm. */
  readonly hasAlarms?: true | undefined
  /** Fails at the first matching attempt that cannot be read; by default it is left out. */
  readonly isComplete?: boolean | undefined
  /** Without order and events, which are large and which lists do not show. */
  readonly isBrief?: boolean | undefined
  /** Older than the attempt of this id. */
  readonly before?: string | undefined
  readonly limit?: number | undefined
}

/** The part of {@link matches} that a store's query cannot decide. */
export const matchesRead = (attempt: Attempt, { orderId, idempotencyKey, terminals, hasAlarms }: Filter): boolean =>
  (orderId === undefined || attempt.key.orderId === orderId) &&
  (idempotencyKey === undefined || attempt.idempotencyKey === idempotencyKey) &&
  terminals?.includes(attempt) !== false &&
  (hasAlarms === undefined || attempt.alarms !== undefined)

/** Whether an attempt matches, apart from `before`, `limit` and the terminal that it was claimed with. */
export const matches = (attempt: Attempt, { login, state, text, from = 0, to = Infinity, ...rest }: Filter): boolean =>
  (login === undefined || attempt.key.login === login) &&
  (state === undefined || attempt.state === state) &&
  matchesRead(attempt, rest) &&
  attempt.openedAt >= from &&
  attempt.openedAt < to &&
  (text === undefined || wordsIn(attempt).some((word) => word.toLowerCase().includes(text.toLowerCase())))

/** The attempt without its large parts. */
export const brief = ({ recorded: _, ...attempt }: Attempt): Attempt => ({ ...attempt, order: NO_ORDER, events: [] })

/**
 * The texts that a search looks in. Card, authorization number and what was charged, or may have been, are known only once the
 * terminal has answered.
 */
export const wordsIn = (attempt: Attempt): ReadonlyArray<string> => {
  const { id, key, target, terminalName, amount } = attempt
  const authorizationNumber = authorizationOf(attempt)
  const { pan } = cardOf(attempt)
  const charged = paidOf(attempt) ?? evidenceOf(attempt)?.amount
  return [
    key.orderId,
    TerminalTarget.toText(target),
    key.login,
    ...(terminalName === undefined ? [] : [terminalName]),
    id,
    Money.toDecimalString(amount),
    ...(charged === undefined || Money.equals(charged, amount) ? [] : [Money.toDecimalString(charged)]),
    ...(authorizationNumber === undefined ? [] : [authorizationNumber]),
    ...(pan === undefined ? [] : [pan.slice(-4)])
  ]
}

/** What failed: the store as a whole, or its record of one attempt. */
const FailureReason = Schema.Union([
  /** The store could not be read or written. */
  Schema.TaggedStruct("Unavailable", {}),
  /** The store did not confirm a write of an attempt's result: it may have been written, or may still be. */
  Schema.TaggedStruct("Unanswered", {}),
  /** This attempt cannot be read, or is gone; others can. */
  Schema.TaggedStruct("Damaged", { id: Schema.String }),
  /** The store could not be asked for an earlier attempt of an order, which may thus have been paid. */
  Schema.TaggedStruct("EarlierUnknown", {}),
  /** The attempt after which a list continues is gone or never existed, so what follows is unknown. */
  Schema.TaggedStruct("BeforeGone", { id: Schema.String })
])

/** A store operation failed. */
export class StoreFailed extends Schema.TaggedError<StoreFailed>()("AttemptStoreFailed", {
  detail: Schema.String,
  reason: FailureReason
}) {
  override get message() {
    return `attempts cannot be kept: ${this.detail}`
  }
  /** Whether other attempts can still be read and written. */
  get isOfOneAttempt() {
    return this.reason._tag === "Damaged" || this.reason._tag === "BeforeGone"
  }
}

/** The store could not be read or written. */
export const unavailable = (detail: string): StoreFailed => new StoreFailed({ detail, reason: { _tag: "Unavailable" } })

/** The store may or may not have written an attempt's result. */
export const unanswered = (detail: string): StoreFailed => new StoreFailed({ detail, reason: { _tag: "Unanswered" } })

/** An attempt cannot be read. */
export const damaged = (id: string, problem = "cannot be read"): StoreFailed =>
  new StoreFailed({ detail: `attempt ${id} ${problem}`, reason: { _tag: "Damaged", id } })

/** Converts unavailability while looking for an order's earlier attempt. */
export const earlierUnknown = (failed: StoreFailed): StoreFailed =>
  failed.reason._tag === "Unavailable"
    ? new StoreFailed({ detail: failed.detail, reason: { _tag: "EarlierUnknown" } })
    : failed

/** A list that cannot continue must not look complete. */
export const beforeGone = (id: string): StoreFailed =>
  new StoreFailed({
    detail: `attempt ${id}, after which the list continues, is not in the store`,
    reason: { _tag: "BeforeGone", id }
  })

/**
 * The time of a change: now, but not later than the alarms it adds. The feed emits alarms that are not older than their
 * change.
 */
export const changedAt = ({ alarms: known = [] }: Attempt, { alarms = [] }: Attempt, now: number): number => {
  const added = alarms.filter(({ code, at }) => !known.some((alarm) => alarm.code === code && alarm.at === at))
  return Math.min(now, ...added.map(({ at }) => at))
}

/** The name to wait under for the end of an attempt. */
export const endOf = (id: string): string => `end of ${id}`

/** The inverse of {@link textOf}. */
export const keyIn = (text: string): AttemptKey => {
  const [transactionType = "", login = "", ...orderId] = text.split("\n")
  return { transactionType: transactionType as AttemptKey["transactionType"], login, orderId: orderId.join("\n") }
}

/** One text per key; no login holds a line break. */
export const textOf = ({ login, orderId, transactionType }: AttemptKey): string =>
  `${transactionType}\n${login}\n${orderId}`
