/**
 * When the guards of an order and a terminal hold, by the state of the attempt that took them.
 *
 * An order's guard holds while the order may have been paid. A terminal's guard holds while an attempt there is undecided; a
 * known end or a person's resolution releases it, never the passing of time.
 */
import type { Attempt, Resolution } from "./Attempt.ts"

/** A terminal that takes one payment at a time: both of its names are guarded. */
export interface GuardedTerminal {
  /** As orders name it: `host:port`, in lower case. */
  readonly name: string
  /** The address that the name resolved to when the order came; undefined if it is the same or not known. */
  readonly address: string | undefined
}

/**
 * An address as guards name it. Stores keep these names, so an IPv6 address must stay without brackets: otherwise a terminal
 * with an undecided payment would not be found.
 */
export const guardName = ({ host, port }: { readonly host: string; readonly port: number }): string =>
  `${host.toLowerCase()}:${port}`

/** The names under which a terminal is guarded. */
export const namesOf = (terminal: GuardedTerminal | undefined): ReadonlyArray<string> => {
  if (terminal === undefined) return []
  const { name, address } = terminal
  return address === undefined || address === name ? [name] : [name, address]
}

/** Whether some of the names are the terminal's; true if no terminal is given. */
export const isAt = (names: ReadonlyArray<string>, terminal: GuardedTerminal | undefined): boolean =>
  terminal === undefined || namesOf(terminal).some((name) => names.includes(name))

/** Whether a person has released the terminal although the outcome is unknown. */
export const isSetAside = ({ resolutions }: Pick<Attempt, "resolutions">): boolean =>
  resolutions?.at(-1)?.outcome === "set-aside"

/** Whether the order's id is taken: no other attempt may use it. */
export const guardsOrder = ({ state }: Pick<Attempt, "state">): boolean =>
  state !== "declined" && state !== "not-started"

/**
 * {@link guardsOrder} as a condition in SQL. Partial indexes use this very text; the store's formats spell it out, because a
 * format never changes.
 */
export const GUARDS_ORDER = "state NOT IN ('declined', 'not-started')"

/**
 * Whether money may have moved, as far as a store can query it: by state, and by whether a person (who may be wrong) has resolved
 * it. If the terminal declined it after that, only its outcome says that nothing moved: see {@link movedNothing}.
 */
export const mayHaveMoved = (attempt: Pick<Attempt, "state" | "resolutions">): boolean =>
  guardsOrder(attempt) || resolutionsOf(attempt) > 0

/** Whether the terminal's answer, or nothing having been sent, proves that no money moved. A person's resolution does not. */
export const movedNothing = ({ state, outcome }: Pick<Attempt, "state" | "outcome">): boolean =>
  state === "not-started" || outcome?._tag === "Declined"

/** {@link mayHaveMoved} as SQL conditions, either of which is enough; each has its own index. */
export const MAY_HAVE_MOVED = [GUARDS_ORDER, "resolutions > 0"] as const

/** Whether the attempt, once it has its turn, keeps its terminal from others. */
export const guardsTerminal = (attempt: Pick<Attempt, "state" | "resolutions">): boolean =>
  attempt.state === "open" || (attempt.state === "unknown" && !isSetAside(attempt))

/** Whether an attempt's terminal takes one payment at a time, so that an unknown outcome blocks its next order. */
export const isGuarded = ({ guarded, terminal }: Pick<Attempt, "guarded" | "terminal">): boolean =>
  guarded ?? terminal === "dialled"

/** Whether an attempt is still as it was seen: no end or resolution was written since. */
export const standsAs = (attempt: Attempt, seen: Attempt): boolean =>
  attempt.state === seen.state && resolutionsOf(attempt) === resolutionsOf(seen)

/** How many resolutions an attempt has. */
export const resolutionsOf = ({ resolutions = [] }: Pick<Attempt, "resolutions">): number => resolutions.length

/** The state and guards that a resolution alone gives an unknown attempt. */
export const resolvedAs = (resolution: Resolution) => {
  const { outcome } = resolution
  const state: "approved" | "declined" | "unknown" = outcome === "set-aside" ? "unknown" : outcome
  return {
    state,
    guardsOrder: guardsOrder({ state }),
    guardsTerminal: guardsTerminal({ state, resolutions: [resolution] })
  }
}
