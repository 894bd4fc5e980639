/**
 * What this side remembers of its payments: a port, and its memory.
 *
 * `open` returns once the attempt is kept; only then may the order be sent. Entries are added, never changed: an attempt
 * is the first entry of its id and whatever was added since. Neither card data nor the customer's data is kept.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { AttemptState, Ending, Opening } from "./AttemptEntry.ts"

export type { AttemptState, Ending, Opening } from "./AttemptEntry.ts"

/** An attempt and where it stands. */
export interface Attempt extends Opening {
  readonly state: AttemptState
  readonly endings: ReadonlyArray<Ending>
}

/** Keeps attempts. */
export interface AttemptJournal {
  /** Keeps a new attempt for good before it returns. */
  readonly open: (opening: Opening) => Effect.Effect<void, JournalFailed>
  readonly end: (ending: Ending) => Effect.Effect<void, JournalFailed>
  /** The oldest first. */
  readonly attempts: Effect.Effect<ReadonlyArray<Attempt>, JournalFailed>
  /** Those of one order, where they can be had without reading all of them. */
  readonly ofOrder?: (orderId: string) => Effect.Effect<ReadonlyArray<Attempt>, JournalFailed>
}

/** Whether an attempt may still move money, so that its order must not be sent again. */
export const isUnsettled = ({ state }: Attempt): boolean => state === "open" || state === "unknown"

/** Attempts out of entries, for those who write a journal. */
export class Attempts {
  readonly #all = new Map<string, Attempt>()
  readonly #ids = new Map<string, Array<string>>()

  /** Adds an entry to the attempt that it is about. An ending without an opening is dropped. */
  add(entry: Opening | Ending): void {
    if ("openedAt" in entry) {
      this.#all.set(entry.id, { ...entry, state: "open", endings: [] })
      const ids = this.#ids.get(entry.orderId)
      if (ids === undefined) this.#ids.set(entry.orderId, [entry.id])
      else ids.push(entry.id)
      return
    }
    const attempt = this.#all.get(entry.id)
    if (attempt !== undefined) {
      this.#all.set(entry.id, { ...attempt, state: entry.state, endings: [...attempt.endings, entry] })
    }
  }

  /** The oldest first. */
  all(): ReadonlyArray<Attempt> {
    return [...this.#all.values()]
  }

  /** Those of one order, the oldest first. */
  ofOrder(orderId: string): ReadonlyArray<Attempt> {
    return (this.#ids.get(orderId) ?? []).flatMap((id) => this.#all.get(id) ?? [])
  }
}

/** A journal as those write it who know nothing of Effect: what rejects has failed. */
export interface PromiseJournal {
  /** Resolves once the attempt is kept for good. */
  readonly open: (opening: Opening) => Promise<void>
  readonly end: (ending: Ending) => Promise<void>
  /** The oldest first. */
  readonly attempts: () => Promise<ReadonlyArray<Attempt>>
  readonly ofOrder?: (orderId: string) => Promise<ReadonlyArray<Attempt>>
}

/** What journals were made of, or became; the same for the same journal. */
const made = new WeakMap<AttemptJournal, PromiseJournal>()

/** The journal of a database or a service of yours. `Attempts` builds attempts out of entries. */
export const fromPromises = (promises: PromiseJournal): AttemptJournal => {
  const { open, end, attempts, ofOrder } = promises
  const attempt = <A>(run: () => Promise<A>): Effect.Effect<A, JournalFailed> =>
    Effect.tryPromise({ try: run, catch: toJournalFailed })
  const journal: AttemptJournal = {
    open: (opening) => attempt(() => open(opening)),
    end: (ending) => attempt(() => end(ending)),
    attempts: attempt(attempts),
    ...(ofOrder === undefined ? {} : { ofOrder: (orderId) => attempt(() => ofOrder(orderId)) })
  }
  made.set(journal, promises)
  return journal
}

/** The journal for those who await: what it was made of, or its effects run. Rejects with whatever made it fail. */
export const toPromises = (journal: AttemptJournal): PromiseJournal => {
  const promises = made.get(journal)
  if (promises !== undefined) return promises
  const { ofOrder } = journal
  const run: PromiseJournal = {
    open: (opening) => Effect.runPromise(journal.open(opening)),
    end: (ending) => Effect.runPromise(journal.end(ending)),
    attempts: () => Effect.runPromise(journal.attempts),
    ...(ofOrder === undefined ? {} : { ofOrder: (orderId) => Effect.runPromise(ofOrder(orderId)) })
  }
  made.set(journal, run)
  return run
}

/** A journal that forgets with the process. */
export const memory = (): AttemptJournal => {
  const attempts = new Attempts()
  const keep = async (entry: Opening | Ending) => attempts.add(entry)
  return fromPromises({
    open: keep,
    end: keep,
    attempts: async () => attempts.all(),
    ofOrder: async (orderId) => attempts.ofOrder(orderId)
  })
}

/** The journal could not be read or written. */
export class JournalFailed extends Schema.TaggedError<JournalFailed>()("JournalFailed", { detail: Schema.String }) {
  override get message() {
    return `the journal of attempts failed: ${this.detail}`
  }
}

/** Whatever a journal of promises rejected with. */
export const toJournalFailed = (error: unknown): JournalFailed =>
  error instanceof JournalFailed ? error : new JournalFailed({ detail: String(error) })
