/**
 * What this side remembers of its payments: the interface, and an implementation in memory.
 *
 * `open` looks for an earlier attempt in the way of the order and records the new one, atomically; only an attempt that
 * it recorded may be sent. Entries are only ever added: an attempt is its opening and the endings added since. Neither
 * card data nor the customer's data is recorded.
 */
import { isPaid, isUndecided } from "@hipay-pos/core/wire/AttemptState"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type { AttemptState, Ending, Opening } from "./JournalEntry.ts"
import { contradicts } from "./paymentSigns.ts"

export type { AttemptState, Ending, Mode, Opening } from "./JournalEntry.ts"

/** An attempt and its state. */
export interface Attempt extends Opening {
  readonly state: AttemptState
  /** The last one counts. */
  readonly endings: ReadonlyArray<Ending>
}

/** Records attempts. */
export interface AttemptJournal {
  /**
   * Records a new attempt durably before it returns, unless an earlier one is {@link inTheWay}. Atomic, whatever else
   * writes to the same journal. Returns the attempt that the order has now: the new one, or the one in its way. It runs
   * in the context of the payment: a transaction that is open there must not be able to roll it back.
   */
  readonly open: (opening: Opening) => Effect.Effect<Attempt, JournalFailed>
  readonly end: (ending: Ending) => Effect.Effect<void, JournalFailed>
  /** The oldest first. */
  readonly attempts: Effect.Effect<ReadonlyArray<Attempt>, JournalFailed>
  /** The attempts of one order, if that needs no reading of all of them. */
  readonly ofOrder?: ((orderId: string) => Effect.Effect<ReadonlyArray<Attempt>, JournalFailed>) | undefined
  /** The unsettled attempts, if that needs no reading of all of them; the oldest first. */
  readonly unsettled?: Effect.Effect<ReadonlyArray<Attempt>, JournalFailed> | undefined
  /** Whether another process may still be waiting for the end of an attempt, if the journal can tell. */
  readonly isUnderWay?: ((id: string) => Effect.Effect<boolean, JournalFailed>) | undefined
}

/**
 * Whether an attempt may still move money, so that its order must not be sent again; true for states that this version
 * does not know.
 */
export const isUnsettled = (attempt: { readonly state: AttemptState | (string & {}) }): boolean => isUndecided(attempt)

/** Whether an attempt was paid, in full or in part. */
export const isApproved = (attempt: { readonly state: AttemptState | (string & {}) }): boolean => isPaid(attempt)

/** Whether an attempt that `open` returned is the new one, and not one in its way: only then may it be sent. */
export const isNew = ({ id, state }: Pick<Attempt, "id" | "state">, opening: Pick<Opening, "id">): boolean =>
  id === opening.id && state === "open"

/** The key that an attempt's order was sent with; undefined if it was not kept. */
export const keyOf = ({ id, idempotencyKey = id }: Opening): string | undefined =>
  idempotencyKey === "" ? undefined : idempotencyKey

/** The attempt's address at the server, if the server has given it. */
export const addressOf = ({ endings }: Pick<Attempt, "endings">): string | undefined =>
  endings.findLast(({ serverAttempt }) => serverAttempt !== undefined)?.serverAttempt

/** The payment to look for. Without an amount, it equals no other. */
export type Sought = Pick<Opening, "orderId" | "transactionType"> & {
  readonly [K in "mode" | "amount" | "currency"]?: Opening[K] | undefined
}

/**
 * The earlier attempt that keeps a new one from being sent: of the same order and type, unsettled or else approved,
 * preferably of the same amount. Simulated and live attempts do not affect each other; the server does not matter.
 */
export const inTheWay = (
  { orderId, transactionType, mode, amount, currency }: Sought,
  attempts: ReadonlyArray<Attempt>
): Attempt | undefined => {
  const same = attempts.filter(
    (each) => each.orderId === orderId && each.transactionType === transactionType && !excludes(each.mode, mode)
  )
  const unsettled = same.find(isUnsettled)
  if (unsettled !== undefined) return unsettled
  const approved = same.filter(isApproved)
  return approved.findLast((each) => each.amount === amount && each.currency === currency) ?? approved.at(-1)
}

const excludes = (one: Sought["mode"], other: Sought["mode"]): boolean =>
  (one === "simulated" && other === "live") || (one === "live" && other === "simulated")

/** A new attempt. */
export const opened = (opening: Opening): Attempt => ({ ...opening, state: "open", endings: [] })

/** Adds an ending to an attempt. The last ending counts, so one that does not supersede it is inserted before it. */
export const ended = (attempt: Attempt, ending: Ending): Attempt => {
  const { endings } = attempt
  if (!supersedes(ending, attempt)) {
    return { ...attempt, endings: [...endings.slice(0, -1), ending, ...endings.slice(-1)] }
  }
  return { ...attempt, ...(ending.mode && { mode: ending.mode }), state: ending.state, endings: [...endings, ending] }
}

/**
 * Whether an ending changes an attempt's state. No person changes a settled attempt, and what proves no outcome does so
 * only if it has signs of a payment that a person said was declined: then the attempt is unknown again. An approval that
 * a person recorded gives way only to a decline: if nothing of the attempt was sent, the person may have seen another
 * payment of the order, such as one typed at the terminal.
 */
const supersedes = (ending: Ending, attempt: Attempt): boolean => {
  if (isUnsettled(attempt)) return true
  if (ending.by !== undefined) return false
  const isByPerson = attempt.endings.at(-1)?.by !== undefined
  if (isUnsettled(ending))
    return isByPerson && attempt.state === "declined" && contradicts(ending, { ...attempt, paid: 0 })
  return !isApproved(attempt) || isApproved(ending) || (isByPerson && ending.state === "declined")
}

/** Builds attempts from entries, for implementations of a journal. */
export class Attempts {
  readonly #all = new Map<string, Attempt>()
  readonly #ids = new Map<string, Array<string>>()

  /** Adds an attempt, unless another one is in its way; then it returns that one. */
  open(opening: Opening): Attempt {
    const obstacle = inTheWay(opening, this.ofOrder(opening.orderId))
    if (obstacle !== undefined) return obstacle
    this.add(opening)
    return opened(opening)
  }

  /** Adds an entry to its attempt. Drops an ending without an opening. */
  add(entry: Opening | Ending): void {
    if ("openedAt" in entry) {
      this.#all.set(entry.id, opened(entry))
      const ids = this.#ids.get(entry.orderId)
      if (ids === undefined) this.#ids.set(entry.orderId, [entry.id])
      else ids.push(entry.id)
      return
    }
    const attempt = this.#all.get(entry.id)
    if (attempt !== undefined) this.#all.set(entry.id, ended(attempt, entry))
  }

  /** The oldest first. */
  all(): ReadonlyArray<Attempt> {
    return [...this.#all.values()]
  }

  /** The attempts of one order, the oldest first. */
  ofOrder(orderId: string): ReadonlyArray<Attempt> {
    return (this.#ids.get(orderId) ?? []).flatMap((id) => this.#all.get(id) ?? [])
  }
}

/** A journal with promises instead of effects: a rejection means that it failed. */
export interface PromiseJournal {
  /**
   * Records a new attempt durably before it resolves, unless an earlier one is {@link inTheWay}. Atomic: in a database,
   * one transaction that locks. Resolves to the attempt that the order has now.
   */
  readonly open: (opening: Opening) => Promise<Attempt>
  readonly end: (ending: Ending) => Promise<void>
  /** The oldest first. */
  readonly attempts: () => Promise<ReadonlyArray<Attempt>>
  readonly ofOrder?: ((orderId: string) => Promise<ReadonlyArray<Attempt>>) | undefined
  /** The oldest first. */
  readonly unsettled?: (() => Promise<ReadonlyArray<Attempt>>) | undefined
  /** Whether another process may still be waiting for the end of an attempt. */
  readonly isUnderWay?: ((id: string) => Promise<boolean>) | undefined
}

/** The promises that a journal was made from. */
const made = new WeakMap<AttemptJournal, PromiseJournal>()

/** The promises of a journal of effects that run without a context, so that one journal always has the same ones. */
const plain = new WeakMap<AttemptJournal, PromiseJournal>()

/** Makes a journal of your own database or service. `Attempts` builds attempts from entries. */
export const fromPromises = (promises: PromiseJournal): AttemptJournal => {
  const { open, end, attempts, ofOrder, unsettled, isUnderWay } = promises
  const attempt = <A>(run: () => Promise<A>): Effect.Effect<A, JournalFailed> =>
    Effect.tryPromise({ try: run, catch: toJournalFailed })
  const journal: AttemptJournal = {
    open: (opening) => attempt(() => open(opening)),
    end: (ending) => attempt(() => end(ending)),
    attempts: attempt(attempts),
    ofOrder: ofOrder && ((orderId) => attempt(() => ofOrder(orderId))),
    unsettled: unsettled && attempt(unsettled),
    isUnderWay: isUnderWay && ((id) => attempt(() => isUnderWay(id)))
  }
  made.set(journal, promises)
  return journal
}

/**
 * Effect's runtime is loaded with the first effect: at the latest in `open`, so before anything is sent. A page whose
 * journal is made of promises never loads it.
 */
const runPlain: RunEffect = async (effect) => (await import("./runPromise.ts")).runPromise(effect)

/** Runs an effect of a journal. */
export type RunEffect = <A>(effect: Effect.Effect<A, JournalFailed>) => Promise<A>

/**
 * The journal as promises: those it was made from, or its effects as `run` runs them; by default without a context.
 * Rejects with whatever made it fail.
 */
export const toPromises = (journal: AttemptJournal, run: RunEffect = runPlain): PromiseJournal => {
  const promises = made.get(journal) ?? (run === runPlain ? plain.get(journal) : undefined)
  if (promises !== undefined) return promises
  const { ofOrder, unsettled, isUnderWay } = journal
  const effects: PromiseJournal = {
    open: (opening) => run(journal.open(opening)),
    end: (ending) => run(journal.end(ending)),
    attempts: () => run(journal.attempts),
    ofOrder: ofOrder && ((orderId) => run(ofOrder(orderId))),
    unsettled: unsettled && (() => run(unsettled)),
    isUnderWay: isUnderWay && ((id) => run(isUnderWay(id)))
  }
  if (run === runPlain) plain.set(journal, effects)
  return effects
}

/** A journal in memory. */
export const memory = (): AttemptJournal => fromPromises(promisesInMemory())

/** The same with promises. */
export const promisesInMemory = (): PromiseJournal => {
  const attempts = new Attempts()
  return {
    open: async (opening) => attempts.open(opening),
    end: async (ending) => attempts.add(ending),
    attempts: async () => attempts.all(),
    ofOrder: async (orderId) => attempts.ofOrder(orderId)
  }
}

/** The journal could not be read or written. */
export class JournalFailed extends Data.TaggedError("JournalFailed")<{
  readonly detail: string
}> {
  override get message() {
    return `the journal of attempts failed: ${this.detail}`
  }
}

/** Converts a rejection of a journal of promises. */
export const toJournalFailed = (error: unknown): JournalFailed =>
  error instanceof JournalFailed ? error : new JournalFailed({ detail: String(error) })
