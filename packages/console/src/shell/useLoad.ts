/** A value fetched from the server: the value, a problem, or neither while loading. */
import { useCallback, useRef, useState } from "hono/jsx/dom"
import type { RequestProblem } from "../server/Server.ts"
import { useAppContext } from "./context.ts"
import { useEffect } from "./hooks.ts"

export interface Loaded<A> {
  readonly value?: A | undefined
  readonly problem?: RequestProblem | undefined
  readonly reload: () => void
  /** Replaces the value, such as by the response to a change. */
  readonly put: (value: A) => void
}

/** Calls a function every so many milliseconds while the page is visible; never without `every`. Returns the timer. */
export const repeatWhileVisible = (reload: () => void, every: number | undefined) =>
  every === undefined ? undefined : setInterval(() => document.hidden || reload(), every)

/** Fetches a path, again when it changes, and every so many milliseconds while the page is visible. */
export const useLoad = <A>(path: string, every?: number): Loaded<A> => {
  const { server } = useAppContext()
  const [state, setState] = useState<{ path: string; value?: A; problem?: RequestProblem }>({ path })
  const lastRequest = useRef(0)
  const lastShown = useRef(0)

  const reload = useCallback(() => {
    const number = (lastRequest.current ?? 0) + 1
    lastRequest.current = number
    void server.get<A>(path).then((reply) => {
      // A later request has already completed. One that is only in progress does not count: the server may take longer than
      // the polling interval.
      if (number <= (lastShown.current ?? 0)) return
      lastShown.current = number
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
    const timer = repeatWhileVisible(reload, every)
    return () => {
      lastShown.current = lastRequest.current
      clearInterval(timer)
    }
  }, [reload, every])

  const put = useCallback(
    (value: A) => {
      lastShown.current = lastRequest.current
      setState({ path, value })
    },
    [path]
  )
  const current = state.path === path ? state : { path }
  return {
    reload,
    put,
    value: current.value,
    problem: current.problem
  }
}
