/** Which view is shown, kept in the address so that a reload and the Back button find it again. */
import { useState } from "hono/jsx/dom"
import { useWhileShown } from "./effects.ts"

const views = ["sale", "pay", "history", "day", "customer"] as const
export type View = (typeof views)[number]

export interface Route {
  readonly view: View
  /** The past sale that the history shows. */
  readonly sale?: string
}

export const hashOf = ({ view, sale }: Route): string => `#/${view}${sale === undefined ? "" : `/${sale}`}`

export const routeOf = (hash: string): Route => {
  const [, name = "", sale] = /^#\/(\w+)(?:\/(\w+))?$/.exec(hash) ?? []
  const view = views.find((each) => each === name) ?? "sale"
  return sale === undefined || view !== "history" ? { view } : { view, sale }
}

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
