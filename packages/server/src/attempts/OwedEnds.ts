/**
 * A store of attempts, and in front of it the ends that are known but could not be written yet: all who look see the end,
 * not what the file still says. Retrying is `Endings`' business.
 */
import * as Effect from "effect/Effect"
import type { Attempt } from "./Attempt.ts"
import { type AttemptStore, isNear, locate, matches } from "./AttemptStore.ts"

/** An end that has to be written. */
export interface Owed {
  readonly attempt: Attempt
  /** Why it could not be. */
  readonly reason: string
  /** Since when, in milliseconds since 1970. */
  readonly since: number
}

/** A store that shows what is owed to it. */
export interface OwedEnds extends AttemptStore {
  readonly owed: () => ReadonlyArray<Owed>
  readonly find: (id: string) => Owed | undefined
  readonly owe: (owed: Owed) => void
  /** It has been written. */
  readonly settle: (id: string) => void
}

/** A store to which nothing is owed yet. */
export const over = (store: AttemptStore): OwedEnds => {
  const owed = new Map<string, Owed>()
  const asKnown = <A extends Attempt | undefined>(attempt: A): A | Attempt =>
    (attempt === undefined ? undefined : owed.get(attempt.id)?.attempt) ?? attempt

  return {
    open: store.open,
    update: store.update,
    get: (id) => {
      const known = owed.get(id)?.attempt
      return known === undefined ? store.get(id) : Effect.succeed(known)
    },
    latest: (key) => Effect.map(store.latest(key), asKnown),
    list: Effect.fnUntraced(function* (filter) {
      const list = yield* store.list(filter)
      if (owed.size === 0) return list
      const before = filter.before === undefined ? undefined : yield* store.get(filter.before)
      const known = [...owed.values()]
        .map(({ attempt }) => attempt)
        .filter((attempt) => matches(attempt, filter) && (before === undefined || isNewer(before, attempt)))
      const merged = [...list.filter(({ id }) => !owed.has(id)), ...known].sort((a, b) => (isNewer(a, b) ? -1 : 1))
      return merged.slice(0, filter.limit)
    }),
    near: Effect.fnUntraced(function* (near) {
      if (owed.size === 0) return yield* store.near(near)
      const known = [...owed.values()].map(({ attempt }) => attempt)
      const own = known.filter((attempt) => isNear(attempt, near))
      // The file still says that they are open, so that it gives those which may have moved money in their order.
      const stale = near.which === "moved" ? known.filter((attempt) => !own.includes(attempt)) : known
      const found = yield* store.near({ ...near, except: [...(near.except ?? []), ...stale.map(({ id }) => id)] })
      if (near.which === "unresolved") return [...own.map(locate), ...found]
      return found.map((each) => {
        const attempt = owed.get(each.id)?.attempt
        return attempt === undefined ? each : locate(attempt)
      })
    }),
    owed: () => [...owed.values()],
    find: (id) => owed.get(id),
    owe: (each) => {
      owed.set(each.attempt.id, each)
    },
    settle: (id) => {
      owed.delete(id)
    }
  }
}

const isNewer = (a: Attempt, b: Attempt): boolean =>
  a.openedAt > b.openedAt || (a.openedAt === b.openedAt && a.id > b.id)
