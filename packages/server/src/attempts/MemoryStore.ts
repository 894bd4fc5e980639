/** A store of attempts in this process's memory. */
import { isUndecided } from "@hipay-pos/core/wire/AttemptState"
import * as Effect from "effect/Effect"
import type { Attempt } from "./Attempt.ts"
import { type AttemptStore, always, beforeGone, brief, endOf, matches, textOf } from "./AttemptStore.ts"
import { guardsOrder, guardsTerminal, isAt, mayHaveMoved, namesOf, standsAs } from "./Guards.ts"
import { sizeOf } from "./sizeOf.ts"
import { Wakers } from "./Wakers.ts"

/** An attempt as it stands, with its order and the names of its terminal. */
interface Kept {
  attempt: Attempt
  /** In the order of the claims. */
  readonly number: number
  readonly order: Order
  readonly names: ReadonlyArray<string>
  isQueued: boolean
}

/** The attempts of one order, for as long as one of them is kept. */
interface Order {
  readonly key: string
  /** How many are kept. */
  attempts: number
  /** The last one that was claimed. */
  latest: Kept | undefined
  /** The one that keeps it from being paid again. */
  standing: Kept | undefined
  /** Those that may have paid it: one, or more if an earlier one's end came late. */
  readonly live: Set<Kept>
}

/**
 * A store that lasts as long as the process. Keeps `capacity` attempts, or fewer if their orders exceed `budget` bytes, and
 * evicts those that ended first; open and unknown ones stay, because they guard against a second payment.
 */
export const make = (capacity = 10_000, budget = 64_000_000): AttemptStore => {
  const byId = new Map<string, Kept>()
  const orders = new Map<string, Order>()
  const terminals = new Map<string, Kept>()
  const queues = new Map<string, Set<Kept>>()
  /** Attempts that may have moved money, by terminal. */
  const moved = new Map<string, Set<Kept>>()
  const wakers = new Wakers()
  /** The versions that a change wrote: such a version is replaced only while it is still the current one. */
  const written = new WeakSet<Attempt>()
  /** In the order of their ends. */
  const ended: Array<Kept> = []
  let bytes = 0
  let claims = 0

  /** Evicts many at a time, as `BoundedMap` does. */
  const forgetEnded = () => {
    if (byId.size <= capacity + (capacity >> 3) && bytes <= budget * 1.125) return
    let gone = 0
    for (const kept of ended) {
      if (byId.size <= capacity && bytes <= budget) break
      gone++
      byId.delete(kept.attempt.id)
      bytes -= sizeOf(kept.attempt)
      forgetOrder(kept)
      for (const name of kept.names) remove(moved, name, kept)
    }
    ended.splice(0, gone)
  }

  /** Another attempt that has a terminal's guard: preferably an undecided one, else an open one. */
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

  /** Wakes the first in the queue, or all if none will be served. */
  const wakeQueue = (names: ReadonlyArray<string>, all: boolean) => {
    for (const name of names) {
      for (const { attempt } of queues.get(name) ?? []) {
        wakers.wake(attempt.id)
        if (!all) break
      }
    }
  }

  const releaseOrder = (kept: Kept) => {
    const { order } = kept
    order.live.delete(kept)
    if (order.standing === kept) order.standing = [...order.live].at(-1)
  }

  const forgetOrder = (kept: Kept) => {
    const { order } = kept
    releaseOrder(kept)
    if (order.latest === kept) order.latest = undefined
    if (--order.attempts === 0) orders.delete(order.key)
  }

  const guard = (kept: Kept, next: Attempt) => {
    const { order } = kept
    if (!guardsOrder(next)) releaseOrder(kept)
    else {
      order.live.add(kept)
      order.standing ??= kept
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
        const order = orders.get(key) ?? newOrder(key)
        if (order.standing !== undefined && !payAgain) return { _tag: "OrderTaken", attempt: order.standing.attempt }
        const holder = holderOf(names)
        if (holder !== undefined && holder.attempt.state !== "open")
          return { _tag: "TerminalUndecided", attempt: holder.attempt.id }
        const isQueued = holder !== undefined || names.some((name) => queues.has(name))
        const kept: Kept = { attempt, number: ++claims, order, names, isQueued }
        byId.set(attempt.id, kept)
        orders.set(key, order)
        order.latest = kept
        if (!payAgain) order.standing = kept
        order.attempts++
        order.live.add(kept)
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
        if (!standsAs(before, seen) || (before !== seen && written.has(seen)))
          return { _tag: "Stands", attempt: before }
        bytes += sizeOf(next) - sizeOf(before)
        kept.attempt = next
        written.add(next)
        guard(kept, next)
        if (isUndecided(before) && !isUndecided(next)) ended.push(kept)
        if (!isUndecided(before) && isUndecided(next)) ended.splice(ended.indexOf(kept), 1)
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
    standing: (key, after = "") =>
      Effect.sync(() => {
        const standing = orders.get(textOf(key))?.standing
        return standing !== undefined && standing.number > (byId.get(after)?.number ?? 0) ? standing.attempt : undefined
      }),
    latest: (key) => Effect.sync(() => orders.get(textOf(key))?.latest?.attempt),
    list: (filter) =>
      Effect.suspend(() => {
        if (filter.before !== undefined && !byId.has(filter.before)) return Effect.fail(beforeGone(filter.before))
        const found: Array<Attempt> = []
        let behind = filter.before === undefined
        for (const { attempt, names } of [...byId.values()].reverse()) {
          if (found.length === filter.limit) break
          if (behind && matches(attempt, filter) && isAt(names, filter.terminal))
            found.push(filter.isBrief === true ? brief(attempt) : attempt)
          if (attempt.id === filter.before) behind = true
        }
        return Effect.succeed(found)
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

const newOrder = (key: string): Order => ({
  key,
  attempts: 0,
  latest: undefined,
  standing: undefined,
  live: new Set()
})

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
