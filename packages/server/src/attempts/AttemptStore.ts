/**
 * Where attempts are kept: a port, and its memory.
 *
 * `claim` returns before anything is sent to a terminal; a store that cannot keep the attempt fails there, and nothing is
 * sent.
 */
import * as Money from "@hipay-pos/core/Money"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { TerminalAccess } from "../terminals/TerminalAccess.ts"
import {
  type Attempt,
  type AttemptKey,
  type AttemptState,
  authorizationOf,
  evidenceOf,
  outcomeOf,
  type Resolution
} from "./Attempt.ts"
import {
  type GuardedTerminal,
  guardsOrder,
  guardsTerminal,
  isSetAside,
  mayHaveMoved,
  namesOf,
  standsAs
} from "./guards.ts"
import { sizeOf } from "./sizeOf.ts"
import { Wakers } from "./Wakers.ts"

export { type GuardedTerminal, isSetAside }

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
   * seen: by its state and its resolutions. What is known can always be written, whichever attempt holds the guards by then.
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
  ) => Effect.Effect<ResolvedDamaged | undefined, StoreFailed>
  /** Waits for the end of an attempt, in whichever process it is performed. Undefined where there is no such attempt. */
  readonly ended: (id: string) => Effect.Effect<Attempt | undefined, StoreFailed>
  readonly get: (id: string) => Effect.Effect<Attempt | undefined, StoreFailed>
  /** The attempt under a key that keeps its order from being paid again: not always the last one, where a truth came late. */
  readonly standing: (key: AttemptKey) => Effect.Effect<Attempt | undefined, StoreFailed>
  /** The last attempt under a key. */
  readonly latest: (key: AttemptKey) => Effect.Effect<Attempt | undefined, StoreFailed>
  /** Those that match, the newest first. */
  readonly list: (filter: Filter) => Effect.Effect<ReadonlyArray<Attempt>, StoreFailed>
  /**
   * The id of the newest attempt at a terminal, under any of its names, that is not known to have moved no money, or of which
   * a person has said something: they may be wrong.
   */
  readonly lastAt: (terminal: GuardedTerminal, among?: Among) => Effect.Effect<string | undefined, StoreFailed>
  /** Writes something that changes nothing: it shows whether the store can be written. */
  readonly tryWrite: () => Effect.Effect<void, StoreFailed>
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
  /** The terminal has an attempt, by its id, whose end is unknown. */
  | TerminalUndecided

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
export interface ResolvedDamaged {
  readonly id: string
  readonly key: AttemptKey
  /** `unknown` where it was set aside. */
  readonly state: "approved" | "declined" | "unknown"
}

/** Where nothing but the process itself owns its attempts, it may always dial. */
export const always = (): boolean => true

/** Which attempts are asked for; all of them by default. */
export interface Filter {
  readonly login?: string | undefined
  readonly state?: AttemptState | undefined
  /** Found in any of `wordsIn`, in any case. */
  readonly text?: string | undefined
  /** At one of these terminals. */
  readonly terminals?: TerminalAccess | undefined
  /** Opened from here on, and before there, in milliseconds since 1970. */
  readonly from?: number | undefined
  readonly to?: number | undefined
  /** Without order and what happened at the terminal, which are large and which lists do not show. */
  readonly isBrief?: boolean | undefined
  /** Older than the attempt of this id. */
  readonly before?: string | undefined
  readonly limit?: number | undefined
}

/** Whether an attempt matches; its place among others aside. */
export const matches = (
  attempt: Attempt,
  { login, state, text, terminals, from = 0, to = Infinity }: Filter
): boolean =>
  (login === undefined || attempt.key.login === login) &&
  (state === undefined || attempt.state === state) &&
  terminals?.includes(attempt) !== false &&
  attempt.openedAt >= from &&
  attempt.openedAt < to &&
  (text === undefined || wordsIn(attempt).some((word) => word.toLowerCase().includes(text.toLowerCase())))

/** Without what is large. */
export const brief = ({ recorded: _, ...attempt }: Attempt): Attempt => ({ ...attempt, order: undefined, events: [] })

/** Where a text is looked for. Card and authorization number are known only once the terminal has answered. */
export const wordsIn = (attempt: Attempt): ReadonlyArray<string> => {
  const { id, key, target, terminalName, amount } = attempt
  const authorizationNumber = authorizationOf(attempt)
  const pan = (outcomeOf(attempt)?.card ?? evidenceOf(attempt)?.card)?.pan
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

/** The store could not be read or written. */
export class StoreFailed extends Schema.TaggedError<StoreFailed>()("AttemptStoreFailed", {
  detail: Schema.String,
  /** The attempt that cannot be read, where that is why. */
  damaged: Schema.optionalKey(Schema.String),
  /** Of a claim: it is not known whether the order has an earlier attempt. */
  isEarlierUnknown: Schema.optionalKey(Schema.Boolean)
}) {
  override get message() {
    return `attempts cannot be kept: ${this.detail}`
  }
}

/** An attempt as it stands, with its key and the names of its terminal. */
interface Kept {
  attempt: Attempt
  /** In the order of the claims. */
  readonly number: number
  readonly key: string
  readonly names: ReadonlyArray<string>
  isQueued: boolean
}

/**
 * A store that forgets with the process. It keeps `capacity` attempts, fewer where their orders come to more than `budget`
 * bytes, and forgets those that ended first; open and unknown ones it keeps, because they guard against a second payment.
 */
export const memory = (capacity = 10_000, budget = 64_000_000): AttemptStore => {
  const byId = new Map<string, Kept>()
  const byKey = new Map<string, Kept>()
  const orders = new Map<string, Kept>()
  /** Those of an order that may have been paid: one, or more where the truth of an earlier one came late. */
  const live = new Map<string, Set<Kept>>()
  const terminals = new Map<string, Kept>()
  const queues = new Map<string, Set<Kept>>()
  /** Those at a terminal that may have moved money. */
  const moved = new Map<string, Set<Kept>>()
  const wakers = new Wakers()
  /** In the order of their ends. */
  const ended: Array<Kept> = []
  let bytes = 0
  let claims = 0

  /** Many at a time, as `BoundedMap` does. */
  const forgetEnded = () => {
    if (byId.size <= capacity + (capacity >> 3) && bytes <= budget * 1.125) return
    let gone = 0
    for (const kept of ended) {
      if (byId.size <= capacity && bytes <= budget) break
      gone++
      byId.delete(kept.attempt.id)
      bytes -= sizeOf(kept.attempt)
      for (const guards of [byKey, orders]) if (guards.get(kept.key) === kept) guards.delete(kept.key)
      remove(live, kept.key, kept)
      for (const name of kept.names) remove(moved, name, kept)
    }
    ended.splice(0, gone)
  }

  /** Another attempt that has a terminal's guard: one that is undecided, or else one that is open. */
  const holderOf = (names: ReadonlyArray<string>, own?: Kept): Kept | undefined => {
    const holders = names.map((name) => terminals.get(name)).filter((each) => each !== undefined && each !== own)
    return holders.find((each) => each?.attempt.state !== "open") ?? holders[0]
  }

  const take = (kept: Kept) => {
    for (const name of kept.names) terminals.set(name, kept)
  }

  const leaveQueue = (kept: Kept) => {
    kept.isQueued = false
    for (const name of kept.names) remove(queues, name, kept)
  }

  /** Wakes the first in line, or all of them where none will be served. */
  const wakeQueue = (names: ReadonlyArray<string>, all: boolean) => {
    for (const name of names) {
      for (const { attempt } of queues.get(name) ?? []) {
        wakers.wake(attempt.id)
        if (!all) break
      }
    }
  }

  const guard = (kept: Kept, next: Attempt) => {
    if (!guardsOrder(next)) {
      remove(live, kept.key, kept)
      if (orders.get(kept.key) === kept) {
        orders.delete(kept.key)
        for (const other of live.get(kept.key) ?? []) orders.set(kept.key, other)
      }
    } else {
      add(live, kept.key, kept)
      if (!orders.has(kept.key)) orders.set(kept.key, kept)
    }
    const keep = mayHaveMoved(next) ? add : remove
    for (const name of kept.names) keep(moved, name, kept)
    if (kept.isQueued) leaveQueue(kept)
    if (!guardsTerminal(next)) for (const name of kept.names) if (terminals.get(name) === kept) terminals.delete(name)
    wakeQueue(kept.names, guardsTerminal(next))
  }

  return {
    claim: ({ attempt, terminal, payAgain }) =>
      Effect.sync(() => {
        const key = textOf(attempt.key)
        const names = namesOf(terminal)
        const standing = orders.get(key)
        if (standing !== undefined && !payAgain) return { _tag: "OrderTaken", attempt: standing.attempt }
        const holder = holderOf(names)
        if (holder !== undefined && holder.attempt.state !== "open")
          return { _tag: "TerminalUndecided", attempt: holder.attempt.id }
        const isQueued = holder !== undefined || names.some((name) => queues.has(name))
        const kept: Kept = { attempt, number: ++claims, key, names, isQueued }
        byId.set(attempt.id, kept)
        byKey.set(key, kept)
        if (!payAgain) orders.set(key, kept)
        add(live, key, kept)
        for (const name of names) add(moved, name, kept)
        if (isQueued) for (const name of names) add(queues, name, kept)
        else take(kept)
        bytes += sizeOf(attempt)
        forgetEnded()
        return { _tag: "Written", isQueued, mayDial: always }
      }),
    turn: (id) =>
      Effect.sync(() => {
        const kept = byId.get(id)
        if (kept?.attempt.state !== "open") return { _tag: "Ended" }
        const holder = holderOf(kept.names, kept)
        if (holder?.attempt.state === "open") return { _tag: "Queued" }
        if (holder !== undefined) return { _tag: "TerminalUndecided", attempt: holder.attempt.id }
        leaveQueue(kept)
        take(kept)
        return { _tag: "Taken" }
      }),
    freed: (id) =>
      wakers.wait(id, () => {
        const kept = byId.get(id)
        if (kept === undefined || !kept.isQueued) return true
        const holder = holderOf(kept.names)
        if (holder !== undefined) return holder.attempt.state !== "open"
        return kept.names.every((name) => queues.get(name)?.values().next().value === kept)
      }),
    change: (seen, next) =>
      Effect.sync(() => {
        const kept = byId.get(next.id)
        if (kept === undefined) return { _tag: "Stands", attempt: undefined }
        const before = kept.attempt
        if (!standsAs(before, seen)) return { _tag: "Stands", attempt: before }
        bytes += sizeOf(next) - sizeOf(before)
        kept.attempt = next
        guard(kept, next)
        if (isUndecided(before.state) && !isUndecided(next.state)) ended.push(kept)
        if (!isUndecided(before.state) && isUndecided(next.state)) ended.splice(ended.indexOf(kept), 1)
        if (next.state !== "open") wakers.wake(endOf(next.id))
        return { _tag: "Written" }
      }),
    resolveDamaged: () => Effect.undefined,
    ended: (id) =>
      Effect.map(
        wakers.wait(endOf(id), () => byId.get(id)?.attempt.state !== "open"),
        () => byId.get(id)?.attempt
      ),
    get: (id) => Effect.sync(() => byId.get(id)?.attempt),
    standing: (key) => Effect.sync(() => orders.get(textOf(key))?.attempt),
    latest: (key) => Effect.sync(() => byKey.get(textOf(key))?.attempt),
    list: (filter) =>
      Effect.sync(() => {
        const found: Array<Attempt> = []
        let behind = filter.before === undefined
        for (const { attempt } of [...byId.values()].reverse()) {
          if (found.length === filter.limit) break
          if (behind && matches(attempt, filter)) found.push(filter.isBrief === true ? brief(attempt) : attempt)
          if (attempt.id === filter.before) behind = true
        }
        return found
      }),
    lastAt: (terminal, { except, before } = {}) =>
      Effect.sync(() => {
        const below = before === undefined ? Infinity : (byId.get(before)?.number ?? 0)
        let last: Kept | undefined
        for (const name of namesOf(terminal))
          for (const kept of moved.get(name) ?? [])
            if (kept.attempt.id !== except && kept.number < below && kept.number > (last?.number ?? 0)) last = kept
        return last?.attempt.id
      }),
    tryWrite: () => Effect.void
  }
}

const add = (sets: Map<string, Set<Kept>>, name: string, kept: Kept) => {
  const set = sets.get(name)
  if (set === undefined) sets.set(name, new Set([kept]))
  else set.add(kept)
}

const remove = (sets: Map<string, Set<Kept>>, name: string, kept: Kept) => {
  const set = sets.get(name)
  set?.delete(kept)
  if (set?.size === 0) sets.delete(name)
}

/** The name under which the end of an attempt is waited for. */
export const endOf = (id: string): string => `end of ${id}`

const isUndecided = (state: AttemptState): boolean => state === "open" || state === "unknown"

/** What {@link textOf} made of a key. */
export const keyIn = (text: string): AttemptKey => {
  const [transactionType = "", login = "", ...orderId] = text.split("\n")
  return { transactionType: transactionType as AttemptKey["transactionType"], login, orderId: orderId.join("\n") }
}

/** One text per key; no login holds a line break. */
export const textOf = ({ login, orderId, transactionType }: AttemptKey): string =>
  `${transactionType}\n${login}\n${orderId}`
