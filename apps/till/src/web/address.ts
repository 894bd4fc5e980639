/** The content of the address: the view, and what the history shows. Pure. */
const views = ["sale", "pay", "history", "day", "customer"] as const
export type View = (typeof views)[number]

export interface Route {
  readonly view: View
  /** The past sale that the history shows. */
  readonly sale?: string | undefined
  /** The text that the history searches for. */
  readonly search?: string | undefined
  /** The day that the history shows, YYYY-MM-DD; the shop's today if absent. */
  readonly day?: string | undefined
}

export const hashOf = ({ view, sale, search, day }: Route): string => {
  const query = new URLSearchParams()
  if (search) query.set("q", search)
  if (day) query.set("day", day)
  return `#/${view}${sale === undefined ? "" : `/${sale}`}${query.size === 0 ? "" : `?${query}`}`
}

export const routeOf = (hash: string): Route => {
  const [, name = "", sale, query] = /^#\/(\w+)(?:\/(\w+))?(?:\?(.*))?$/s.exec(hash) ?? []
  const view = views.find((each) => each === name) ?? "sale"
  if (view !== "history") return { view }
  const asked = new URLSearchParams(query)
  const day = /^\d{4}-\d\d-\d\d$/.test(asked.get("day") ?? "") ? asked.get("day") : undefined
  return { view, sale, search: asked.get("q") || undefined, day: day ?? undefined }
}
