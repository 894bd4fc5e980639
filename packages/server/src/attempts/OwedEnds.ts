/**
 * A store of attempts that overlays owed ends: those that are known but could not be written yet. All readers see the end, not
 * what is still stored. `owedWrites` retries the writes.
 */
import * as ErrorText from "@hipay-pos/core/ErrorText"
import * as Effect from "effect/Effect"
import type { Attempt, AttemptKey } from "./Attempt.ts"
import { type AttemptStore, type Claim, matches, textOf } from "./AttemptStore.ts"
import { guardName, guardsOrder, isAt, mayHaveMoved, namesOf } from "./Guards.ts"
import { type WatchedWrites, watchWrites } from "./watchWrites.ts"

/** An end that has to be written. */
export interface Owed {
  readonly attempt: Attempt
  /** The attempt as the store still has it. */
  readonly seen: Attempt
  /** Why it could not be written. */
  readonly reason: string
  /** Since when, in milliseconds since 1970. */
  readonly since: number
  /** The store no longer has the attempt: its end is kept here, and the write is not retried. */
  readonly isLost?: boolean
}

/** A store that overlays its owed ends. */
export interface OwedEnds extends AttemptStore {
  readonly owed: () => ReadonlyArray<Owed>
  readonly find: (id: string) => Owed | undefined
  readonly owe: (owed: Owed) => void
  /** Drops the owed end of an attempt. */
  readonly clear: (id: string) => void
  /** Saves the owed ends for the next start to write; false if there is no spool, or it cannot be written. */
  readonly keep: () => boolean
  /** Saves them if they changed, at most once in {@link BETWEEN_KEEPS}, so that a killed process loses little. */
  readonly keepChanged: () => void
  /** Why nothing can be written; undefined while writing works. After a failed write, tries one. */
  readonly writeProblem: WatchedWrites["writeProblem"]
}

/** The least time between saves by `keepChanged`, in milliseconds. */
const BETWEEN_KEEPS = 1_000

/**
 * Overlays a store, with nothing owed yet. `onWarning` is called when the store cannot be written, and when it can again.
 * `spool` saves the owed ends beyond the end of the process, and an empty list when none is left; it throws if it cannot.
 */
export const over = (
  store: AttemptStore,
  onWarning: (detail: string) => void = () => {},
  spool?: (owed: ReadonlyArray<Owed>) => void
): OwedEnds => {
  const writes = watchWrites(store, onWarning)
  const owed = new Map<string, Owed>()
  const asKnown = <A extends Attempt | undefined>(attempt: A): A | Attempt =>
    (attempt === undefined ? undefined : owed.get(attempt.id)?.attempt) ?? attempt

  /** The stored version of an attempt that was seen with its owed end. */
  const inStore = (seen: Attempt): Attempt => {
    const end = owed.get(seen.id)
    return end?.attempt === seen ? end.seen : seen
  }

  /**
   * An attempt whose owed end keeps its order from being paid again. The store may not know: it may have lost the attempt, or
   * another process may have released the order. Compared with `after` by time of day, because the store's own order is not
   * known here.
   */
  const owedUnder = (key: AttemptKey, after?: Attempt): Attempt | undefined => {
    for (const { attempt } of owed.values()) {
      const isBefore = after !== undefined && attempt.openedAt < after.openedAt
      if (!isBefore && guardsOrder(attempt) && textOf(attempt.key) === textOf(key)) return attempt
    }
    return undefined
  }

  /**
   * The attempts that the store has lost, newest first, from the one after `before`; undefined if `before` is not one of them.
   * They come before all others, since the store has no place for them and a cancellation has to see them.
   */
  const lostBehind = (before: string | undefined): ReadonlyArray<Attempt> | undefined => {
    const lost = [...owed.values()].filter(({ isLost }) => isLost).map(({ attempt }) => attempt)
    lost.sort(newestFirst)
    if (before === undefined) return lost
    const place = lost.findIndex(({ id }) => id === before)
    return place < 0 ? undefined : lost.slice(place + 1)
  }

  /** When they were last saved, by the monotonic clock. */
  let keptAt = Number.NEGATIVE_INFINITY
  let isKept = true
  /** Whether the spool has ends of this process. */
  let isSpooled = false
  /** The last reported reason why saving failed. */
  let keepProblem: string | undefined
  const keep = (): boolean => {
    if (spool === undefined) return false
    // The spool may hold other ends, which are left alone.
    if (owed.size === 0 && !isSpooled) return true
    keptAt = performance.now()
    isKept = true
    try {
      spool([...owed.values()])
      isSpooled = owed.size > 0
      keepProblem = undefined
      return true
    } catch (error) {
      isKept = false
      const problem = ErrorText.of(error)
      if (problem !== keepProblem) onWarning(`payment results cannot be kept for the next start: ${problem}`)
      keepProblem = problem
      return false
    }
  }
  const keepChanged = () => {
    if (!isKept && performance.now() - keptAt >= BETWEEN_KEEPS) keep()
  }
  const owe = (each: Owed) => {
    owed.set(each.attempt.id, each)
    isKept = false
  }
  const clear = (id: string) => {
    if (!owed.delete(id)) return
    isKept = false
    if (owed.size === 0) keep()
  }

  const get: AttemptStore["get"] = (id) => {
    const known = owed.get(id)?.attempt
    return known === undefined ? store.get(id) : Effect.succeed(known)
  }

  const claim = Effect.fnUntraced(function* (wanted: Claim) {
    const standing = wanted.payAgain ? undefined : owedUnder(wanted.attempt.key)
    if (standing !== undefined) return { _tag: "OrderTaken", attempt: standing } as const
    for (;;) {
      const claimed = yield* writes.claim(wanted)
      if (claimed._tag !== "OrderTaken") return claimed
      const end = owed.get(claimed.attempt.id)
      if (end === undefined) return claimed
      if (guardsOrder(end.attempt)) return { ...claimed, attempt: end.attempt }
      // The owed end, once written, releases the order.
      const changed = yield* writes.change(end.seen, end.attempt, true)
      // Another process wrote something that holds the order until the next retry writes the end over it.
      if (changed._tag === "Stands" && changed.attempt !== undefined && guardsOrder(changed.attempt))
        return { ...claimed, attempt: changed.attempt }
      if (owed.get(end.attempt.id) !== end) continue
      // The next retry writes it again, with the alarm that it was late.
      if (changed._tag === "Written") owe({ ...end, seen: end.attempt })
      else clear(end.attempt.id)
    }
  })

  return {
    ...store,
    claim,
    // Flushed if it is owed: the spool, which is flushed, then drops it.
    change: (seen, next) => writes.change(inStore(seen), next, owed.has(next.id)),
    ended: (id) =>
      Effect.suspend(() => {
        const known = owed.get(id)?.attempt
        return known === undefined ? Effect.map(store.ended(id), asKnown) : Effect.succeed(known)
      }),
    get,
    standing: Effect.fnUntraced(function* (key, after) {
      const known = asKnown(yield* store.standing(key, after))
      if (known !== undefined && guardsOrder(known)) return known
      return owed.size === 0 ? undefined : owedUnder(key, after === undefined ? undefined : yield* get(after))
    }),
    latest: (key) => Effect.map(store.latest(key), asKnown),
    lastAt: (terminal, among = {}) =>
      Effect.suspend(() => {
        const lost = lostBehind(among.before)
        if (lost === undefined) return store.lastAt(terminal, among)
        const last = lost.find(
          (attempt) => attempt.id !== among.except && mayHaveMoved(attempt) && isAt(namesIn(attempt), terminal)
        )
        return last === undefined ? store.lastAt(terminal, { except: among.except }) : Effect.succeed(last.id)
      }),
    list: Effect.fnUntraced(function* (filter) {
      if (owed.size === 0) return yield* store.list(filter)
      const behind = lostBehind(filter.before)
      const isListed = (attempt: Attempt) => matches(attempt, filter) && isAt(namesIn(attempt), filter.terminal)
      const lost = (behind ?? []).filter(isListed).slice(0, filter.limit)
      const limit = filter.limit === undefined ? undefined : filter.limit - lost.length
      if (limit === 0) return lost
      const cursor = behind === undefined ? filter.before : undefined
      // More, because those with an owed end may not match any more: a page that is not full would look like the last one.
      const most = limit === undefined ? undefined : limit + owed.size
      const list = yield* store.list({ ...filter, limit: most, before: cursor })
      const before = cursor === undefined ? undefined : yield* store.get(cursor)
      // In the store's own order, which need not be that of time; by time only those that the store does not list.
      const listed = list.flatMap((attempt) => {
        const end = owed.get(attempt.id)
        if (end === undefined) return [attempt]
        return !end.isLost && isListed(end.attempt) ? [end.attempt] : []
      })
      const there = new Set(list.map(({ id }) => id))
      for (const { attempt, isLost } of owed.values()) {
        if (isLost || there.has(attempt.id) || !isListed(attempt)) continue
        if (before !== undefined && !isNewer(before, attempt)) continue
        const place = listed.findIndex((each) => isNewer(attempt, each))
        listed.splice(place < 0 ? listed.length : place, 0, attempt)
      }
      return [...lost, ...listed.slice(0, limit)]
    }),
    owed: () => [...owed.values()],
    find: (id) => owed.get(id),
    owe,
    clear,
    keep,
    keepChanged,
    writeProblem: writes.writeProblem
  }
}

const isNewer = (a: Attempt, b: Attempt): boolean =>
  a.openedAt > b.openedAt || (a.openedAt === b.openedAt && a.id > b.id)

const newestFirst = (a: Attempt, b: Attempt): number => (isNewer(a, b) ? -1 : 1)

/** The names of the terminal that an attempt dialled, taken from the attempt since the store may no longer have it. */
const namesIn = ({ terminal, target, events }: Attempt): ReadonlyArray<string> => {
  if (terminal !== "dialled" || target._tag !== "Concert") return []
  const connected = events.find((event) => event.kind === "connected")
  return namesOf({ name: guardName(target), address: connected?.to.toLowerCase() })
}
