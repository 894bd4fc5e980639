/**
 * Effects that run once. Those of hono/jsx/dom (4.13) wait for the next frame, and run twice, the first one never to be
 * cleaned up, when a component is drawn again or goes away before it comes: a listener then hears every key twice.
 * Layout effects run when the page has been changed, each exactly once, and are cleaned up.
 */
import { useLayoutEffect, useState } from "hono/jsx/dom"

export { useLayoutEffect as useEffect } from "hono/jsx/dom"

/** A state that lives outside the page: drawn again whenever it changes. */
export const useStore = <A>(watch: (listener: () => void) => () => void, state: () => A): A => {
  const [, setSeen] = useState<A>(state)
  useLayoutEffect(() => {
    // What happened between drawing and watching is caught up with.
    setSeen(() => state())
    return watch(() => setSeen(() => state()))
  }, [watch, state])
  return state()
}
