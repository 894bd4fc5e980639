/**
 * The route in the URL fragment: `#/place/name?key=value`. Names are URL-encoded; an unknown place is the first view.
 */

export type Place =
  | "attempts"
  | "new"
  | "day"
  | "drift"
  | "terminals"
  | "transactions"
  | "notifications"
  | "findings"
  | "ledger"
  | "simulation"

export interface Route {
  readonly place: Place
  /** Which attempt, terminal or notification. */
  readonly name?: string
  /** What a list is narrowed to, and the like; empty values are left out. */
  readonly query?: Readonly<Record<string, string>>
}

/** Places in every server, for every login; and in a relay. */
const common: ReadonlyArray<Place> = ["attempts", "new", "day"]
const relay: ReadonlyArray<Place> = ["drift"]

/** What HiPay's back office would show, and what only a mock knows: facets of payments, on one page. */
export const backOffice: ReadonlyArray<Place> = ["transactions", "notifications", "findings", "ledger"]

/** Every place. */
export const places: ReadonlyArray<Place> = [...common, ...relay, "terminals", "simulation", ...backOffice]

/** Whether a place exists only in a mock, for logins with the role `control`. */
export const needsControl = (place: Place): boolean => !common.includes(place) && !needsRelay(place)

/** Whether a place exists only in a relay, for logins with the role `read`. */
export const needsRelay = (place: Place): boolean => relay.includes(place)

export const fromHash = (hash: string): Route => {
  const [, first = "", second = "", search = ""] = /^#\/([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s.exec(hash) ?? []
  const place = places.find((each) => each === first)
  if (place === undefined) return { place: "attempts" }
  const name = decoded(second)
  const query = Object.fromEntries([...new URLSearchParams(search)].filter(([, value]) => value !== ""))
  return {
    place,
    ...(name === "" ? {} : { name }),
    ...(Object.keys(query).length === 0 ? {} : { query })
  }
}

export const toHash = ({ place, name, query = {} }: Route): string => {
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== "")).toString()
  return `#/${place}${name === undefined ? "" : `/${encodeURIComponent(name)}`}${search === "" ? "" : `?${search}`}`
}

/** Goes to a route without a step in the browser's history, such as for every letter of a search. */
export const replaceRoute = (route: Route): void => {
  history.replaceState(null, "", toHash(route))
  dispatchEvent(new Event("hashchange"))
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return ""
  }
}
