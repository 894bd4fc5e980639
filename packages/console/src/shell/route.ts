/** Where the reader is: the part of the address behind `#`. Names are URL-encoded; an unknown place is the first view. */

export type Place = "attempts" | "terminals" | "transactions" | "notifications" | "findings" | "ledger" | "simulation"

export interface Route {
  readonly place: Place
  /** Which attempt, terminal or notification. */
  readonly name?: string
}

/** Every place, in the menu's order; all but the first exist in the mock only. */
export const places: ReadonlyArray<Place> = [
  "attempts",
  "terminals",
  "transactions",
  "notifications",
  "findings",
  "ledger",
  "simulation"
]

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
