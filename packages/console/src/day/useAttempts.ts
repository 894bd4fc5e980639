/** All attempts of a day: every page of them, since one that is missing would look like one that was never sent. */
import type { AttemptList, AttemptSummary } from "@hipay-pos/core/wire/Attempt"
import { useCallback, useRef, useState } from "hono/jsx/dom"
import type { Reply, RequestProblem } from "../server/Server.ts"
import { useAppContext } from "../shell/context.ts"
import { useEffect } from "../shell/hooks.ts"
import type { Loaded } from "../shell/useLoad.ts"

type State = {
  readonly day: string
  readonly attempts?: ReadonlyArray<AttemptSummary> | undefined
  readonly problem?: RequestProblem
}

/** Again every so many milliseconds while the page is visible. */
export const useAttempts = (day: string, every?: number): Omit<Loaded<ReadonlyArray<AttemptSummary>>, "put"> => {
  const { server } = useAppContext()
  const [state, setState] = useState<State>({ day })
  const lastRequest = useRef(0)
  const reload = useCallback(() => {
    const number = (lastRequest.current ?? 0) + 1
    lastRequest.current = number
    const load = async (): Promise<State> => {
      const attempts: Array<AttemptSummary> = []
      for (let path: string | undefined = `/attempts?day=${day}&limit=1000`; path !== undefined; ) {
        const reply: Reply<AttemptList> = await server.get<AttemptList>(path)
        if (!reply.ok) return { day, problem: reply.problem }
        attempts.push(...reply.value.attempts)
        path = reply.value.next
      }
      return { day, attempts }
    }
    void load().then((loaded) => {
      // A later request has overtaken this one.
      if (lastRequest.current !== number) return
      setState((before) => (before.day === day ? { attempts: before.attempts, ...loaded } : loaded))
    })
  }, [server, day])
  useEffect(() => {
    reload()
    const timer = every === undefined ? undefined : setInterval(() => document.hidden || reload(), every)
    return () => {
      clearInterval(timer)
      lastRequest.current = (lastRequest.current ?? 0) + 1
    }
  }, [reload, every])
  return state.day === day ? { value: state.attempts, problem: state.problem, reload } : { reload }
}
