/**
 * The back end's answer at a path: fetched again when the path changes, a sale changes, a day is closed, or the back end is
 * reachable again.
 */
import { useState } from "hono/jsx/dom"
import { useWhileShown } from "./effects.ts"
import { useScreen } from "./Screen.ts"

/** How long until a failed request is repeated, in milliseconds. */
const RETRY_DELAY = 2000

/** The answer, `null` if there is none, or `undefined` while loading. */
export const useAnswer = <A>(path: string | undefined): A | null | undefined => {
  const { state, connected } = useScreen()
  const [answer, setAnswer] = useState<{ path: string; json: A | null } | undefined>(undefined)
  const { sale, parked, closings } = state
  const mark = JSON.stringify([sale?.id, sale?.revision, parked, closings])
  useWhileShown(() => {
    if (path === undefined || !connected) return
    const stop = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const ask = async () => {
      try {
        const response = await fetch(path, { signal: stop.signal })
        if (!response.ok && response.status !== 404) throw new Error(`HTTP ${response.status}`)
        setAnswer({ path, json: response.ok ? ((await response.json()) as A) : null })
      } catch {
        if (!stop.signal.aborted) timer = setTimeout(ask, RETRY_DELAY)
      }
    }
    void ask()
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
  }, [path, mark, connected])
  return answer?.path === path ? answer?.json : undefined
}
