/** What the back end answers under a path, asked again when the path or the mark changes. */
import { useState } from "hono/jsx/dom"
import { useWhileShown } from "./effects.ts"

/** The answer, or `undefined` until it is there. */
export const useAnswer = <A>(path: string | undefined, mark?: unknown): A | undefined => {
  const [answer, setAnswer] = useState<{ path: string; json: A } | undefined>(undefined)
  useWhileShown(() => {
    if (path === undefined) return
    const stop = new AbortController()
    fetch(path, { signal: stop.signal })
      .then(async (response) => setAnswer({ path, json: (await response.json()) as A }))
      // The stream of states says that the back end is away, and asks again by its mark when it is back.
      .catch(() => {})
    return () => stop.abort()
  }, [path, mark])
  return answer?.path === path ? answer?.json : undefined
}
