/**
 * The attempts that a mock or a gateway remembers: what `client.attempts` is.
 *
 * The code behind it is loaded at the first call: a till that only pays does not carry it.
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

/** From where attempts are watched. */
export interface WatchOptions {
  /** The `position` of the last event that was seen; from now on by default. */
  readonly since?: number | undefined
}

/** The attempts of one server. Everything rejects with `AttemptsError`. */
export interface Attempts {
  /** The newest first. */
  readonly list: (filter?: AttemptFilter, options?: CallOptions) => Promise<ReadonlyArray<AttemptSummary>>
  /** By id, or by the address that an error of a payment names (`/attempts/…`). */
  readonly get: (id: string, options?: CallOptions) => Promise<AttemptDetail>
  /**
   * Changes as they happen. Connects again after a lost connection, and asks for what happened meanwhile. Ends when the
   * loop is left or the signal aborts. Throws where the first connection fails, or where the server refuses.
   */
  readonly watch: (options?: WatchOptions & CallOptions) => AsyncIterable<AttemptEvent>
  /**
   * What happened to one attempt and what happens to it, entry by entry, until it has ended or the signal aborts: what the
   * terminal is doing, for a waiting customer's display. Throws where the connection fails or is lost.
   */
  readonly follow: (id: string, options?: CallOptions) => AsyncIterable<AttemptEntry>
  /**
   * Records how an attempt ended that is unknown; gives it as it then stands. One whose record at the server is damaged is
   * given with `damaged`, and neither amount nor timeline; its `declined` needs `override`.
   */
  readonly resolve: (
    id: string,
    resolution: ResolveRequest,
    options?: CallOptions
  ) => Promise<AttemptDetail | ResolvedDamaged>
  /**
   * Asks the terminal of an attempt that is unknown for its last transaction, which moves no money; gives the attempt where
   * that proves it. Rejects with the code `attempt.not.proved` where it does not.
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

/** An iterator that waits for its next event ends by the signal only: leaving the loop aborts one of its own. */
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
