/** Which view is shown, kept in the address so that a reload and the Back button find it again. */
import { useState } from "hono/jsx/dom"
import { useWhileShown } from "./effects.ts"

export type View = "sale" | "pay" | "history" | "day"

export interface Route {
  readonly view: View
  /** The past sale that the history shows. */
  readonly sale?: string
}

export const hashOf = ({ view, sale }: Route): string => `#/${view}${sale === undefined ? "" : `/${sale}`}`

export const routeOf = (hash: string): Route => {
  const [, view = "", sale] = /^#\/(\w+)(?:\/(\w+))?$/.exec(hash) ?? []
  if (view !== "pay" && view !== "history" && view !== "day") return { view: "sale" }
  return sale === undefined || view !== "history" ? { view } : { view, sale }
}

export const goTo = (route: Route): void => {
  location.hash = hashOf(route)
}

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
