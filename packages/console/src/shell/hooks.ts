/**
 * Effects that run once. `useEffect` of hono/jsx/dom (4.13) waits for the next frame. If a component is rendered again or
 * removed before that, it runs twice and cleans up once: a listener is then called twice for every key. Layout effects run
 * once after each commit, and are cleaned up.
 */
import { useLayoutEffect, useState } from "hono/jsx/dom"

export { useLayoutEffect as useEffect } from "hono/jsx/dom"

/** State of an external store; the component is rendered again when it changes. */
export const useStore = <A>(watch: (listener: () => void) => () => void, state: () => A): A => {
  const [, setSeen] = useState<A>(state)
  useLayoutEffect(() => {
    // Re-read: the value may have changed between render and subscribe.
    setSeen(() => state())
    return watch(() => setSeen(() => state()))
  }, [watch, state])
  return state()
}
