/** The store that others are compared with: in memory, closed and pruned according to the laws. */
import { NotStarted, OutcomeUnknown } from "@hipay-pos/core/Terminal"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { close } from "../../src/attempts/Attempt.ts"
import type { AttemptStore } from "../../src/attempts/AttemptStore.ts"
import * as MemoryStore from "../../src/attempts/MemoryStore.ts"
import { prune } from "../../src/attempts/pruneAttempt.ts"
import { digestSync } from "../../src/node/digestSync.ts"
import { set } from "./storeLaws.ts"

/** A store that two processes open, close, reopen and prune. */
export interface Subject {
  /** Opens it again. What was open is not any more; `queued` are those that waited for their terminal. */
  readonly open: (
    queued: ReadonlySet<string>
  ) => Effect.Effect<readonly [AttemptStore, AttemptStore], unknown, Scope.Scope>
  /** Prunes whatever may be pruned, at any age. */
  readonly prune: (now: number) => Effect.Effect<void, unknown>
}

/** Makes one. */
export const makeModel = (): Subject => {
  const memory = MemoryStore.make()
  const removed = new Set<string>()
  const has = ({ id }: { readonly id: string }) => !removed.has(id)
  const list: AttemptStore["list"] = (filter) => Effect.map(memory.list(filter), (found) => found.filter(has))
  const store: AttemptStore = {
    ...memory,
    list,
    get: (id) => (removed.has(id) ? Effect.undefined : memory.get(id)),
    latest: (key) => Effect.map(list({}), (found) => found.find((each) => each.key.orderId === key.orderId)),
    change: (seen, next) =>
      removed.has(next.id) ? Effect.succeed({ _tag: "Stands", attempt: undefined }) : memory.change(seen, next)
  }
  return {
    open: (queued) => Effect.as(giveUp(store, queued), [store, store] as const),
    prune: Effect.fnUntraced(function* (now) {
      for (const each of yield* list({})) {
        const pruning = prune(each, ...boundsOf(now), digestSync)
        if (pruning._tag === "Removed") removed.add(each.id)
        if (pruning._tag === "Reduced") yield* set(store, pruning.attempt)
      }
    })
  }
}

/** Ends what was open when a store's processes ended; `queued` attempts waited for their terminal. */
export const giveUp = Effect.fnUntraced(function* (store: AttemptStore, queued: ReadonlySet<string>) {
  const at = yield* Clock.currentTimeMillis
  for (const open of yield* store.list({ state: "open" }))
    yield* set(store, close(open, { _tag: "Error", reason: queued.has(open.id) ? notSent : stopped }, at))
})

const stopped = new OutcomeUnknown({
  kind: "SilentAfterSend",
  detail: "the server ended while the payment was under way"
})
const notSent = new NotStarted({ kind: "QueueFull", detail: "the server ended before the terminal was free" })

/** The limits of pruning that includes all attempts last changed before now, at a much later time. */
export const boundsOf = (now: number): readonly [before: number, at: number] => [now + 30 * DAY, now + 90 * DAY]
const DAY = 86_400_000
