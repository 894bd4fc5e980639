/**
 * Where attempts are kept: a port, and its memory.
 *
 * `open` returns before anything is sent to a terminal; a store that cannot keep the attempt fails there, and nothing is
 * sent.
 */
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Attempt, AttemptKey, AttemptState } from "./Attempt.ts"
import { sizeOf } from "./sizeOf.ts"

/** Keeps attempts. */
export interface AttemptStore {
  /** Writes a new attempt. */
  readonly open: (attempt: Attempt) => Effect.Effect<void, StoreFailed>
  /** Writes what has become of it. */
  readonly update: (attempt: Attempt) => Effect.Effect<void, StoreFailed>
  readonly get: (id: string) => Effect.Effect<Attempt | undefined, StoreFailed>
  /** The last attempt under a key. */
  readonly latest: (key: AttemptKey) => Effect.Effect<Attempt | undefined, StoreFailed>
  /** Those that match, the newest first. */
  readonly list: (filter: Filter) => Effect.Effect<ReadonlyArray<Attempt>, StoreFailed>
  /** Those that may have been at a terminal, the newest first; of those that are alike, the newest alone. */
  readonly near: (near: Near) => Effect.Effect<ReadonlyArray<Located>, StoreFailed>
}

/** Which attempts at which terminal. */
export interface Near {
  /** `unresolved`: unknown and not set aside. `moved`: not known to have moved no money. */
  readonly which: "unresolved" | "moved"
  /** The terminal as an order names it: `host:port`, in lower case. */
  readonly named: string
  /** Where that name leads to. Those are then given, too, that never were seen to connect, under whatever name. */
  readonly resolved?: string | undefined
  /** Ids that are not meant. */
  readonly except?: ReadonlyArray<string> | undefined
}

/** Where an attempt was: under which name, and where that led. */
export interface Located {
  readonly id: string
  /** Absent where it named no address. */
  readonly terminal?: string | undefined
  readonly connected?: string | undefined
}

/** Where an attempt was. */
export const locate = ({ id, target, events }: Attempt): Located => {
  const connected = events.find((event) => event.kind === "connected")
  return {
    id,
    ...(target._tag === "Concert" ? { terminal: `${target.host.toLowerCase()}:${target.port}` } : {}),
    ...(connected === undefined ? {} : { connected: connected.to })
  }
}

/** Whether a person has let the terminal go on although the outcome is unknown. */
export const isSetAside = ({ resolutions }: Attempt): boolean => resolutions?.at(-1)?.outcome === "set-aside"

/** Whether an attempt is one of those that are looked for near a terminal. */
export const isNear = (attempt: Attempt, { which, except = [] }: Near): boolean =>
  !except.includes(attempt.id) &&
  (which === "unresolved"
    ? attempt.state === "unknown" && !isSetAside(attempt)
    : attempt.state !== "declined" && attempt.state !== "not-started")

/** Which attempts are asked for; all of them by default. */
export interface Filter {
  readonly login?: string | undefined
  readonly state?: AttemptState | undefined
  /** Found in the order id, the terminal's name or the login, in any case. */
  readonly text?: string | undefined
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
export const matches = (attempt: Attempt, { login, state, text, from = 0, to = Infinity }: Filter): boolean =>
  (login === undefined || attempt.key.login === login) &&
  (state === undefined || attempt.state === state) &&
  attempt.openedAt >= from &&
  attempt.openedAt < to &&
  (text === undefined || wordsIn(attempt).some((word) => word.toLowerCase().includes(text.toLowerCase())))

/** Without what is large. */
export const brief = ({ recorded: _, ...attempt }: Attempt): Attempt => ({ ...attempt, order: undefined, events: [] })

/** Where a text is looked for. */
export const wordsIn = ({ key, target, terminalName }: Attempt): ReadonlyArray<string> => [
  key.orderId,
  TerminalTarget.toText(target),
  key.login,
  ...(terminalName === undefined ? [] : [terminalName])
]

/** The store could not be read or written. */
export class StoreFailed extends Schema.TaggedError<StoreFailed>()("AttemptStoreFailed", {
  detail: Schema.String,
  /** The attempt that cannot be read, where that is why. */
  damaged: Schema.optionalKey(Schema.String)
}) {
  override get message() {
    return `attempts cannot be kept: ${this.detail}`
  }
}

/** An attempt as it stands, and its key. */
interface Kept {
  attempt: Attempt
  readonly key: string
}

/**
 * A store that forgets with the process. It keeps `capacity` attempts, fewer where their orders come to more than `budget`
 * bytes, and forgets those that ended first; open and unknown ones it keeps, because they guard against a second payment.
 */
export const memory = (capacity = 10_000, budget = 64_000_000): AttemptStore => {
  const byId = new Map<string, Kept>()
  const byKey = new Map<string, Kept>()
  /** In the order of their ends. */
  const ended: Array<Kept> = []
  let bytes = 0

  /** Many at a time, as `BoundedMap` does. */
  const forgetEnded = () => {
    if (byId.size <= capacity + (capacity >> 3) && bytes <= budget * 1.125) return
    let gone = 0
    for (const kept of ended) {
      if (byId.size <= capacity && bytes <= budget) break
      gone++
      byId.delete(kept.attempt.id)
      bytes -= sizeOf(kept.attempt)
      if (byKey.get(kept.key) === kept) byKey.delete(kept.key)
    }
    ended.splice(0, gone)
  }

  return {
    open: (attempt) =>
      Effect.sync(() => {
        const kept: Kept = { attempt, key: textOf(attempt.key) }
        byId.set(attempt.id, kept)
        byKey.set(kept.key, kept)
        bytes += sizeOf(attempt)
        forgetEnded()
      }),
    update: (attempt) =>
      Effect.sync(() => {
        const kept = byId.get(attempt.id)
        if (kept === undefined) return
        const before = kept.attempt.state
        bytes += sizeOf(attempt) - sizeOf(kept.attempt)
        kept.attempt = attempt
        if (isUndecided(before) && !isUndecided(attempt.state)) ended.push(kept)
      }),
    get: (id) => Effect.sync(() => byId.get(id)?.attempt),
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
    near: (near) =>
      Effect.sync(() =>
        [...byId.values()]
          .filter(({ attempt }) => attempt.terminal === "dialled" && isNear(attempt, near))
          .map(({ attempt }) => locate(attempt))
          .reverse()
      )
  }
}

const isUndecided = (state: AttemptState): boolean => state === "open" || state === "unknown"

/** One text per key; no login holds a line break. */
export const textOf = ({ login, orderId, transactionType }: AttemptKey): string =>
  `${transactionType}\n${login}\n${orderId}`
