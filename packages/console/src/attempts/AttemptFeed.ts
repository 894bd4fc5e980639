/**
 * The live list of attempts: keeps a list up to date from the server's pages and its stream, for whoever looks.
 *
 * The stream is opened first and the first page fetched after its greeting, so that nothing falls between the two. So
 * it is after every interruption: a server that was restarted counts its changes anew, and its numbers prove nothing.
 * Changes reach the page once a frame at most.
 */
import type { AttemptPage, Summary } from "../server/model.ts"
import type { Problem, Server } from "../server/Server.ts"
import { type Link, subscribe } from "../server/subscribe.ts"
import * as AttemptList from "./AttemptList.ts"

export interface FeedState {
  readonly list: AttemptList.AttemptList
  readonly link: Link
  readonly problem?: Problem
}

export interface AttemptFeed {
  readonly state: () => FeedState
  /** Calls back after changes; returns how to stop. */
  readonly watch: (listener: () => void) => () => void
  /** Calls back when one attempt changed, or may have while the line was down; returns how to stop. */
  readonly watchOne: (id: string, listener: () => void) => () => void
  readonly filter: (filter: AttemptList.Filter) => void
  /** Fetches the next page, if there is one and it is not already on its way. */
  readonly more: () => void
  readonly close: () => void
}

/** Opens the stream of a server's attempts. */
export const makeAttemptFeed = (server: Server): AttemptFeed => {
  let state: FeedState = { list: AttemptList.loading(AttemptList.everything), link: { _tag: "Connecting" } }
  let asking: string | undefined
  let questions = 0
  let drawing = false
  const listeners = new Set<() => void>()
  const watchers = new Set<(id: string | undefined) => void>()

  const set = (change: Partial<FeedState>) => {
    state = { ...state, ...change }
    if (drawing) return
    drawing = true
    requestAnimationFrame(() => {
      drawing = false
      for (const listener of listeners) listener()
    })
  }

  const refetch = async (filter: AttemptList.Filter): Promise<void> => {
    const mine = ++questions
    set({ list: AttemptList.loading(filter, state.list) })
    const reply = await server.get<AttemptPage>(AttemptList.firstPage(filter))
    // An answer that was overtaken by a later question could cover what changed since.
    if (mine !== questions) return
    if (!reply.ok) return set({ problem: reply.problem })
    const { problem: _, ...rest } = state
    state = rest
    set({ list: AttemptList.withFirstPage(state.list, reply.value) })
  }

  const stop = subscribe({
    path: "/attempts/events",
    headers: server.headers,
    onSignedOut: server.signedOut,
    onLink: (link) => set({ link }),
    onEvent: ({ event, data }) => {
      if (event === "hello") {
        void refetch(state.list.filter)
        for (const watcher of watchers) watcher(undefined)
      } else if (event === "attempt") {
        const changed = JSON.parse(data) as Summary
        set({ list: AttemptList.withChange(state.list, changed) })
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
    filter: (filter) => void refetch(filter),
    more: () => {
      const { next } = state.list
      if (next === undefined || asking === next) return
      asking = next
      void server.get<AttemptPage>(next).then((reply) => {
        asking = undefined
        if (reply.ok) set({ list: AttemptList.withNextPage(state.list, next, reply.value) })
      })
    },
    close: () => {
      stop()
      listeners.clear()
      watchers.clear()
    }
  }
}
