/** All attempts of a query, or of a day: every page, because a missing attempt would look as if it was never sent. */
import type { AttemptList, AttemptSummary } from "@hipay-pos/core/wire/Attempt"
import { useCallback, useRef, useState } from "hono/jsx/dom"
import type { Reply, RequestProblem, Server } from "../server/Server.ts"
import { useAppContext } from "../shell/context.ts"
import { useEffect } from "../shell/hooks.ts"
import { type Loaded, repeatWhileVisible } from "../shell/useLoad.ts"

/** All attempts of a query. */
export const listAttempts = async (
  server: Server,
  query: Readonly<Record<string, string>>
): Promise<Reply<ReadonlyArray<AttemptSummary>>> => {
  const attempts: Array<AttemptSummary> = []
  for (let path: string | undefined = `/attempts?${new URLSearchParams({ ...query, limit: "1000" })}`; ; ) {
    const reply: Reply<AttemptList> = await server.get<AttemptList>(path)
    if (!reply.ok) return reply
    attempts.push(...reply.value.attempts)
    path = reply.value.next
    if (path === undefined) return { ...reply, value: attempts }
  }
}

type State = {
  readonly day: string
  readonly attempts?: ReadonlyArray<AttemptSummary> | undefined
  readonly problem?: RequestProblem
}

/** Fetches again every so many milliseconds while the page is visible. */
export const useAttempts = (day: string, every?: number): Omit<Loaded<ReadonlyArray<AttemptSummary>>, "put"> => {
  const { server } = useAppContext()
  const [state, setState] = useState<State>({ day })
  const lastRequest = useRef(0)
  const lastShown = useRef(0)
  const reload = useCallback(() => {
    const number = (lastRequest.current ?? 0) + 1
    lastRequest.current = number
    const load = async (): Promise<State> => {
      const reply = await listAttempts(server, { day })
      return reply.ok ? { day, attempts: reply.value } : { day, problem: reply.problem }
    }
    void load().then((loaded) => {
      // A later request has already completed. One that is only in progress does not count: on a busy day there always is.
      if (number <= (lastShown.current ?? 0)) return
      lastShown.current = number
      setState((before) => (before.day === day ? { attempts: before.attempts, ...loaded } : loaded))
    })
  }, [server, day])
  useEffect(() => {
    reload()
    const timer = repeatWhileVisible(reload, every)
    return () => {
      clearInterval(timer)
      lastShown.current = lastRequest.current
    }
  }, [reload, every])
  return state.day === day ? { value: state.attempts, problem: state.problem, reload } : { reload }
}
