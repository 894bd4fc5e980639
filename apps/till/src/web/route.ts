/** The current view, kept in the address so that it survives a reload and works with the Back button. */
import { useState } from "hono/jsx/dom"
import { hashOf, type Route, routeOf } from "./address.ts"
import { useWhileShown } from "./effects.ts"

export const goTo = (route: Route): void => {
  location.hash = hashOf(route)
}

/** The route in the address bar, which may be newer than the one on the screen. */
export const currentRoute = (): Route => routeOf(location.hash)

/** The route, as it changes. */
export const useRoute = (): Route => {
  const [hash, setHash] = useState(location.hash)
  useWhileShown(() => {
    const changed = () => setHash(location.hash)
    addEventListener("hashchange", changed)
    return () => removeEventListener("hashchange", changed)
  }, [])
  return routeOf(hash)
}
