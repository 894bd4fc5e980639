/**
 * The attempts that a mock or a gateway remembers: `client.attempts`.
 *
 * The code behind it is loaded at the first call, so that a till that only pays does not carry it.
 */
import type { ResolvedDamaged, ResolveRequest } from "@hipay-pos/core/wire/Resolution"
import { load } from "../load.ts"
import type { Server } from "../Server.ts"
import { firstOf } from "../signals.ts"
import type { AttemptDetail, AttemptEntry, AttemptSummary } from "./AttemptDetail.ts"
import type { AttemptEvent } from "./AttemptEvent.ts"
import type { AttemptFilter } from "./AttemptFilter.ts"
import { AttemptsError } from "./AttemptsError.ts"

/** Options of one call. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

/** Options of watching. */
export interface WatchOptions {
  /** The `position` of the last event seen; by default, only what happens from now on. */
  readonly since?: number | undefined
}

/** The attempts of one server. Every method rejects with `AttemptsError`. */
export interface Attempts {
  /** The newest first. */
  readonly list: (filter?: AttemptFilter, options?: CallOptions) => Promise<ReadonlyArray<AttemptSummary>>
  /** By id, or by the address that an error of a payment names (`/attempts/…`). */
  readonly get: (id: string, options?: CallOptions) => Promise<AttemptDetail>
  /**
   * Changes as they happen. Reconnects after a lost connection, and catches up on what happened meanwhile. Ends when
   * the loop is left or the signal aborts. Throws if the first connection fails or the server refuses.
   */
  readonly watch: (options?: WatchOptions & CallOptions) => AsyncIterable<AttemptEvent>
  /**
   * One attempt's timeline, entry by entry, until it has ended or the signal aborts: shows a waiting customer what the
   * terminal is doing. Throws if the connection fails or is lost.
   */
  readonly follow: (id: string, options?: CallOptions) => AsyncIterable<AttemptEntry>
  /**
   * Records the outcome of an unknown attempt and returns the attempt as it then stands. One whose record at the server
   * is damaged comes with `damaged`, and without amount and timeline; declining it needs `override`.
   */
  readonly resolve: (
    id: string,
    resolution: ResolveRequest,
    options?: CallOptions
  ) => Promise<AttemptDetail | ResolvedDamaged>
  /**
   * Asks the terminal of an unknown attempt for its last transaction, which moves no money, and returns the attempt if
   * that proves its outcome. Otherwise rejects with the code `attempt.not.proved`.
   */
  readonly ask: (id: string, options?: CallOptions) => Promise<AttemptDetail>
}

const toError = (detail: string) => new AttemptsError({ kind: "NotLoaded", detail })
const loadRequests = () => load(import("./onDemand.ts"), toError)
const loadWatching = () => load(import("./watchAttempts.ts"), toError)

/** The attempts of a server. */
export const make = (server: Server): Attempts => ({
  list: async (filter, options) => (await loadRequests()).list(server, filter, options?.signal),
  get: async (id, options) => (await loadRequests()).get(server, id, options?.signal),
  resolve: async (id, resolution, options) => (await loadRequests()).resolve(server, id, resolution, options?.signal),
  ask: async (id, options) => (await loadRequests()).askTerminal(server, id, options?.signal),
  watch: ({ since, signal } = {}) =>
    stream(signal, async function* (ends) {
      yield* (await loadWatching()).watch(server, since, ends)
    }),
  follow: (id, { signal } = {}) =>
    stream(signal, async function* (ends) {
      yield* (await loadWatching()).follow(server, id, ends)
    })
})

/** An iterator that waits for its next event ends by its signal only, so leaving the loop aborts a signal of its own. */
const stream = <A>(
  signal: AbortSignal | undefined,
  begin: (ends: AbortSignal) => AsyncGenerator<A, void>
): AsyncIterable<A> => ({
  [Symbol.asyncIterator]: () => {
    const controller = new AbortController()
    const events = begin(signal === undefined ? controller.signal : firstOf(signal, controller.signal))
    return {
      next: () => events.next(),
      return: () => {
        controller.abort()
        return events.return(undefined)
      }
    }
  }
})
