/**
 * The live list of attempts, from the server's pages and its event stream; the unknown ones, whatever the filter; and the
 * number in each state.
 *
 * The stream is opened first, and the first page is fetched after its `hello`, so that no change falls between the two;
 * likewise after every interruption. Without a stream, such as behind a proxy that keeps back events, the list is polled.
 * Listeners are called at most once per frame.
 */
import type { AttemptCounts, AttemptList as AttemptPage, AttemptSummary } from "@hipay-pos/core/wire/Attempt"
import type { RequestProblem, Server } from "../server/Server.ts"
import { type ConnectionState, subscribe } from "../server/subscribe.ts"
import * as AttemptList from "./AttemptList.ts"

export interface FeedState {
  readonly list: AttemptList.AttemptList
  /** The first page of unknown attempts. */
  readonly unknown: AttemptList.AttemptList
  /** The total number of unknown attempts. */
  readonly unknownCount: number
  /** Counts for the filter without its state; absent until known. */
  readonly counts?: AttemptCounts | undefined
  readonly connection: ConnectionState
  /** Why the list or the unknown attempts could not be fetched. */
  readonly problem?: RequestProblem
}

export interface AttemptFeed {
  readonly state: () => FeedState
  /** Calls back after changes; returns a function that stops it. */
  readonly watch: (listener: () => void) => () => void
  /** Calls back when an attempt changed, or may have while disconnected; returns a function that stops it. */
  readonly watchOne: (id: string, listener: () => void) => () => void
  readonly filter: (filter: AttemptList.Filter) => void
  readonly reload: () => void
  /** Fetches the next page, if there is one and it is not being fetched. */
  readonly more: () => void
  readonly close: () => void
}

/** How long changes are collected before counting again, in milliseconds. */
const COUNT_AFTER = 1_000

/** How long until the unknown attempts are fetched again after a failure, in milliseconds. */
const RETRY_AFTER = 5_000

/** How often the list is fetched while no events come, in milliseconds. */
const POLL_INTERVAL = 5_000

/** Subscribes to the attempts of a server. */
export const makeAttemptFeed = (server: Server, filter = AttemptList.unfiltered): AttemptFeed => {
  let state: FeedState = {
    list: AttemptList.loading(filter),
    unknown: AttemptList.loading({ ...AttemptList.unfiltered, state: "unknown" }),
    unknownCount: 0,
    connection: { _tag: "Connecting" }
  }
  let fetching: string | undefined
  let requests = 0
  let unknownRequests = 0
  let unanswered = 0
  let counting: ReturnType<typeof setTimeout> | undefined
  let retrying: ReturnType<typeof setTimeout> | undefined
  let scheduled = false
  const problems = new Map<"list" | "unknown", RequestProblem>()
  const listeners = new Set<() => void>()
  const watchers = new Set<(id: string | undefined) => void>()

  const set = (change: Partial<FeedState>) => {
    state = { ...state, ...change }
    if (scheduled) return
    scheduled = true
    requestAnimationFrame(() => {
      scheduled = false
      for (const listener of listeners) listener()
    })
  }

  /** Reports why the list or the unknown attempts could not be fetched, until they are. */
  const report = (what: "list" | "unknown", problem?: RequestProblem) => {
    if (problem === undefined) problems.delete(what)
    else problems.set(what, problem)
    const { problem: _, ...rest } = state
    const [first] = problems.values()
    state = first === undefined ? rest : { ...rest, problem: first }
  }

  const fetchFirstPage = async (list: AttemptList.AttemptList): Promise<void> => {
    const number = ++requests
    set({ list })
    count(0)
    unanswered++
    const reply = await server.get<AttemptPage>(AttemptList.firstPage(list.filter))
    unanswered--
    // A response that a later request has overtaken could hide newer changes.
    if (number !== requests) return
    report("list", reply.ok ? undefined : reply.problem)
    set(reply.ok ? { list: AttemptList.withFirstPage(state.list, reply.value) } : {})
  }

  const fetchUnknown = async (): Promise<void> => {
    const number = ++unknownRequests
    clearTimeout(retrying)
    const { filter } = state.unknown
    set({ unknown: AttemptList.reloading(state.unknown) })
    const reply = await server.get<AttemptPage>(AttemptList.firstPage(filter))
    const isPart = reply.ok && reply.value.next !== undefined
    const counted = isPart
      ? await server.get<AttemptCounts>(AttemptList.pathOf(filter, { format: "counts" }))
      : undefined
    if (number !== unknownRequests) return
    report("unknown", reply.ok ? undefined : reply.problem)
    // Other views show their number, but not why it is missing.
    if (!reply.ok) retrying = setTimeout(fetchUnknown, RETRY_AFTER)
    const unknown = AttemptList.withFirstPage(state.unknown, reply.ok ? reply.value : state.unknown)
    set(withUnknown(unknown, counted?.ok ? counted.value.counts.unknown : state.unknownCount))
  }

  /** The number of unknown attempts is the server's if not all are loaded. */
  const withUnknown = (unknown: AttemptList.AttemptList, counted: number) => ({
    unknown,
    unknownCount: unknown.next === undefined ? unknown.attempts.length : Math.max(counted, unknown.attempts.length)
  })

  const count = (after: number): void => {
    if (after > 0 && counting !== undefined) return
    clearTimeout(counting)
    counting = setTimeout(async () => {
      counting = undefined
      // An unknown attempt that is not loaded may have been resolved, or may have to move up.
      if (state.unknown.next !== undefined) void fetchUnknown()
      const { filter } = state.list
      const reply = await server.get<AttemptCounts>(AttemptList.pathOf({ ...filter, state: "" }, { format: "counts" }))
      if (reply.ok && filter === state.list.filter) set({ counts: reply.value })
    }, after)
  }

  const reload = (): void => {
    void fetchFirstPage(AttemptList.reloading(state.list))
    void fetchUnknown()
  }

  // A server that takes longer than the interval is not asked again meanwhile.
  const polling = setInterval(() => {
    if (state.connection._tag !== "Live" && !document.hidden && unanswered === 0) reload()
  }, POLL_INTERVAL)

  const stop = subscribe({
    path: "/attempts/events",
    headers: server.headers,
    fetch: server.fetch,
    onSignedOut: server.signedOut,
    onConnection: (connection) => set({ connection }),
    onEvent: ({ event, data }) => {
      if (event === "hello") {
        reload()
        for (const watcher of watchers) watcher(undefined)
      } else if (event === "attempt") {
        const changed = JSON.parse(data) as AttemptSummary
        set({
          list: AttemptList.withChange(state.list, changed),
          ...withUnknown(AttemptList.withChange(state.unknown, changed), state.unknownCount)
        })
        count(COUNT_AFTER)
        for (const watcher of watchers) watcher(changed.id)
      }
    }
  })

  return {
    state: () => state,
    watch: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    watchOne: (id, listener) => {
      const watcher = (changed: string | undefined) => {
        if (changed === undefined || changed === id) listener()
      }
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    filter: (filter) => {
      if (JSON.stringify(filter) === JSON.stringify(state.list.filter)) return
      void fetchFirstPage(AttemptList.loading(filter))
    },
    reload,
    more: () => {
      const { next } = state.list
      if (next === undefined || fetching === next) return
      fetching = next
      void server.get<AttemptPage>(next).then((reply) => {
        fetching = undefined
        if (state.list.next !== next) return
        if (reply.ok) {
          report("list")
          set({ list: AttemptList.withNextPage(state.list, next, reply.value) })
        }
        // The attempt that the page starts after is no longer kept: reload the list.
        else if (reply.problem.status === 400) void fetchFirstPage(AttemptList.loading(state.list.filter))
        else {
          report("list", reply.problem)
          set({})
        }
      })
    },
    close: () => {
      stop()
      unknownRequests++
      clearInterval(polling)
      clearTimeout(counting)
      clearTimeout(retrying)
      listeners.clear()
      watchers.clear()
    }
  }
}
