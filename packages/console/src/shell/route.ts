/** The route in the URL fragment. Names are URL-encoded; an unknown place is the first view. */

export type Place =
  | "attempts"
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
}

/** Places in every server, for every login; and in a relay. */
const common: ReadonlyArray<Place> = ["attempts", "day"]
const relay: ReadonlyArray<Place> = ["drift"]

/** Every place, in the menu's order. */
export const places: ReadonlyArray<Place> = [
  ...common,
  ...relay,
  "terminals",
  "transactions",
  "notifications",
  "findings",
  "ledger",
  "simulation"
]

/** Whether a place exists only in a mock, for logins with the role `control`. */
export const needsControl = (place: Place): boolean => !common.includes(place) && !needsRelay(place)

/** Whether a place exists only in a relay, for logins with the role `read`. */
export const needsRelay = (place: Place): boolean => relay.includes(place)

export const fromHash = (hash: string): Route => {
  const [, first = "", second = ""] = /^#\/([^/?]*)(?:\/([^?]*))?/.exec(hash) ?? []
  const place = places.find((each) => each === first)
  if (place === undefined) return { place: "attempts" }
  const name = decoded(second)
  return name === "" ? { place } : { place, name }
}

export const toHash = ({ place, name }: Route): string =>
  name === undefined ? `#/${place}` : `#/${place}/${encodeURIComponent(name)}`

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return ""
  }
}
