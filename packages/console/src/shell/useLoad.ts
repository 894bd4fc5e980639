/** Something fetched from the server, kept until the next answer: a value, a problem, or neither yet. */
import { useCallback, useRef, useState } from "hono/jsx/dom"
import type { Problem } from "../server/Server.ts"
import { useDesk } from "./context.ts"
import { useEffect } from "./hooks.ts"

export interface Loaded<A> {
  readonly value?: A
  readonly problem?: Problem
  readonly reload: () => void
  /** Puts a value in place, such as the answer to a change. */
  readonly put: (value: A) => void
}

/** Fetches a path, again whenever it changes, and every so many milliseconds if asked to while the page can be seen. */
export const useLoad = <A>(path: string, every?: number): Loaded<A> => {
  const { server } = useDesk()
  const [state, setState] = useState<{ path: string; value?: A; problem?: Problem }>({ path })
  const asked = useRef(0)

  const reload = useCallback(() => {
    const mine = (asked.current ?? 0) + 1
    asked.current = mine
    void server.get<A>(path).then((reply) => {
      // An answer that was overtaken by a later question is no longer of interest.
      if (asked.current !== mine) return
      setState((before) => {
        if (reply.ok) return { path, value: reply.value }
        return before.path === path && before.value !== undefined
          ? { path, value: before.value, problem: reply.problem }
          : { path, problem: reply.problem }
      })
    })
  }, [server, path])

  useEffect(() => {
    reload()
    const timer = every === undefined ? undefined : setInterval(() => document.hidden || reload(), every)
    return () => {
      asked.current = (asked.current ?? 0) + 1
      clearInterval(timer)
    }
  }, [reload, every])

  const put = useCallback((value: A) => setState({ path, value }), [path])
  const current = state.path === path ? state : { path }
  return {
    reload,
    put,
    ...(current.value === undefined ? {} : { value: current.value }),
    ...(current.problem === undefined ? {} : { problem: current.problem })
  }
}
