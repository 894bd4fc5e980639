/**
 * The route in the URL fragment: `#/place/name?key=value`. Names are URL-encoded; an unknown place is the first view.
 */

import type { Session } from "@hipay-pos/core/wire/Session"

export type Place =
  | "attempts"
  | "new"
  | "day"
  | "reconcile"
  | "gateway"
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
  /** Filters of a list and other parameters; empty values are left out. */
  readonly query?: Readonly<Record<string, string>>
}

/** Places in every server, for every login; in a gateway; and in one that relays. */
const common: ReadonlyArray<Place> = ["attempts", "new", "day", "reconcile"]
const gateway: ReadonlyArray<Place> = ["gateway"]
const relay: ReadonlyArray<Place> = ["drift"]

/** What HiPay's back office would show, and what only a mock knows: all on one page. */
export const backOffice: ReadonlyArray<Place> = ["transactions", "notifications", "findings", "ledger"]

/** Every place. */
export const places: ReadonlyArray<Place> = [...common, ...gateway, ...relay, "terminals", "simulation", ...backOffice]

/** Whether a login has access to a place on a server. */
export const hasPlace = (place: Place, { mode, roles, relays }: Session): boolean => {
  if (common.includes(place)) return true
  const isGateway = mode !== "simulated" && roles.includes("read")
  if (gateway.includes(place)) return isGateway
  if (relay.includes(place)) return isGateway && relays === true
  return mode === "simulated" && roles.includes("control")
}

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

/** Goes to a route without adding to the browser's history, such as for every letter of a search. */
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
