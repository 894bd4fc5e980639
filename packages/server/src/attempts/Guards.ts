/**
 * What guards an order and a terminal, apart from what is known of the attempt that holds them: which states hold a guard,
 * and which release it.
 *
 * An order's guard stands while it may have been paid. A terminal's stands while an attempt at it is undecided; it ends by
 * a known end or a person's resolution, never by time.
 */
import type { Attempt, Resolution } from "./Attempt.ts"

/** A terminal that takes one payment at a time: both of its names are guarded. */
export interface GuardedTerminal {
  /** As orders name it: `host:port`, in lower case. */
  readonly name: string
  /** Where that name led when the order came; undefined where it is the same or not known. */
  readonly address: string | undefined
}

/**
 * The name of an address in a guard. Guards that stand in stores have it: an IPv6 address is without brackets, and stays so, or
 * a terminal whose payment is undecided would not be found.
 */
export const guardName = ({ host, port }: { readonly host: string; readonly port: number }): string =>
  `${host.toLowerCase()}:${port}`

/** The names under which a terminal is guarded. */
export const namesOf = (terminal: GuardedTerminal | undefined): ReadonlyArray<string> => {
  if (terminal === undefined) return []
  const { name, address } = terminal
  return address === undefined || address === name ? [name] : [name, address]
}

/** Whether some names are a terminal's; those of any where none is given. */
export const isAt = (names: ReadonlyArray<string>, terminal: GuardedTerminal | undefined): boolean =>
  terminal === undefined || namesOf(terminal).some((name) => names.includes(name))

/** Whether a person has let the terminal go on although the outcome is unknown. */
export const isSetAside = ({ resolutions }: Pick<Attempt, "resolutions">): boolean =>
  resolutions?.at(-1)?.outcome === "set-aside"

/** Whether the order's id takes no other attempt. */
export const guardsOrder = ({ state }: Pick<Attempt, "state">): boolean =>
  state !== "declined" && state !== "not-started"

/**
 * {@link guardsOrder} as a condition in SQL. Partial indexes have the very same text, which is spelt out in the store's formats,
 * because a format never changes.
 */
export const GUARDS_ORDER = "state NOT IN ('declined', 'not-started')"

/**
 * Whether money may have moved, by what a store can look for: its state, and whether a person has spoken of it, who may be
 * wrong. Of one that the terminal declined after that, only its outcome says that nothing moved: see {@link movedNothing}.
 */
export const mayHaveMoved = (attempt: Pick<Attempt, "state" | "resolutions">): boolean =>
  guardsOrder(attempt) || resolutionsOf(attempt) > 0

/** Whether it is known that no money moved, by the terminal or by what was sent to it: a person may be wrong. */
export const movedNothing = ({ state, outcome }: Pick<Attempt, "state" | "outcome">): boolean =>
  state === "not-started" || outcome?._tag === "Declined"

/** {@link mayHaveMoved} as conditions in SQL, either of which is enough: each has an index of its own. */
export const MAY_HAVE_MOVED = [GUARDS_ORDER, "resolutions > 0"] as const

/** Whether the attempt's terminal takes no other attempt, once it has its turn. */
export const guardsTerminal = (attempt: Pick<Attempt, "state" | "resolutions">): boolean =>
  attempt.state === "open" || (attempt.state === "unknown" && !isSetAside(attempt))

/** Whether an attempt's terminal takes one payment at a time, so that an unknown outcome keeps it from the next order. */
export const isGuarded = ({ guarded, terminal }: Pick<Attempt, "guarded" | "terminal">): boolean =>
  guarded ?? terminal === "dialled"

/** Whether an attempt stands as it was seen: no end and no resolution has been written since. */
export const standsAs = (attempt: Attempt, seen: Attempt): boolean =>
  attempt.state === seen.state && resolutionsOf(attempt) === resolutionsOf(seen)

/** How many resolutions an attempt has. */
export const resolutionsOf = ({ resolutions = [] }: Pick<Attempt, "resolutions">): number => resolutions.length

/** The state that a person's word alone gives an unknown attempt, and whether its guards stand then. */
export const resolvedAs = (resolution: Resolution) => {
  const { outcome } = resolution
  const state: "approved" | "declined" | "unknown" = outcome === "set-aside" ? "unknown" : outcome
  return {
    state,
    guardsOrder: guardsOrder({ state }),
    guardsTerminal: guardsTerminal({ state, resolutions: [resolution] })
  }
}
