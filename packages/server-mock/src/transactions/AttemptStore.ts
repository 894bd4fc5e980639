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
}

/** Which attempts are asked for; all of them by default. */
export interface Filter {
  readonly login?: string
  readonly state?: AttemptState
  /** Found in the order id, the terminal's name or the login, in any case. */
  readonly text?: string
  /** Opened from here on, and before there, in milliseconds since 1970. */
  readonly from?: number
  readonly to?: number
  /** Older than the attempt of this id. */
  readonly before?: string
  readonly limit?: number
}

/** Whether an attempt matches; its place among others aside. */
export const matches = (attempt: Attempt, { login, state, text, from = 0, to = Infinity }: Filter): boolean =>
  (login === undefined || attempt.key.login === login) &&
  (state === undefined || attempt.state === state) &&
  attempt.openedAt >= from &&
  attempt.openedAt < to &&
  (text === undefined || wordsIn(attempt).some((word) => word.toLowerCase().includes(text.toLowerCase())))

/** Where a text is looked for. */
export const wordsIn = ({ key, target, terminalName }: Attempt): ReadonlyArray<string> => [
  key.orderId,
  TerminalTarget.toText(target),
  key.login,
  ...(terminalName === undefined ? [] : [terminalName])
]

/** The store could not be read or written. */
export class StoreFailed extends Schema.TaggedError<StoreFailed>()("StoreFailed", { detail: Schema.String }) {
  override get message() {
    return `attempts cannot be kept: ${this.detail}`
  }
}

/**
 * A store that forgets with the process. Beyond `capacity` it forgets the attempts that ended first; open and unknown
 * ones it keeps, because they guard against a second payment.
 */
export const memory = (capacity = 10_000): AttemptStore => {
  const byId = new Map<string, Attempt>()
  const idByKey = new Map<string, string>()
  const ended = new Set<string>()

  const forget = (id: string) => {
    const attempt = byId.get(id)
    byId.delete(id)
    ended.delete(id)
    if (attempt === undefined) return
    const key = textOf(attempt.key)
    if (idByKey.get(key) === id) idByKey.delete(key)
  }

  return {
    open: (attempt) =>
      Effect.sync(() => {
        byId.set(attempt.id, attempt)
        idByKey.set(textOf(attempt.key), attempt.id)
        // Many at a time, as in `forgetOldest`.
        if (byId.size <= capacity + (capacity >> 3)) return
        for (const oldest of ended) {
          if (byId.size <= capacity) return
          forget(oldest)
        }
      }),
    update: (attempt) =>
      Effect.sync(() => {
        byId.set(attempt.id, attempt)
        if (attempt.state !== "open" && attempt.state !== "unknown") ended.add(attempt.id)
      }),
    get: (id) => Effect.sync(() => byId.get(id)),
    latest: (key) =>
      Effect.sync(() => {
        const id = idByKey.get(textOf(key))
        return id === undefined ? undefined : byId.get(id)
      }),
    list: (filter) =>
      Effect.sync(() => {
        const found: Array<Attempt> = []
        let behind = filter.before === undefined
        for (const attempt of [...byId.values()].reverse()) {
          if (found.length === filter.limit) break
          if (behind && matches(attempt, filter)) found.push(attempt)
          if (attempt.id === filter.before) behind = true
        }
        return found
      })
  }
}

/** One text per key; no login holds a line break. */
export const textOf = ({ login, orderId, transactionType }: AttemptKey): string =>
  `${transactionType}\n${login}\n${orderId}`
