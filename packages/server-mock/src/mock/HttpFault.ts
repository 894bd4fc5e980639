/** Faults of the HTTP side, set by a test: they strike the next orders, as often as they were asked to. */

/** What goes wrong. */
export const names = ["reset", "half-body", "error-before", "error-after", "silent"] as const
export type Name = (typeof names)[number]

/** What happens to the connection, and not to the answer. */
export type OfTheLine = Exclude<Name, "error-before" | "error-after">

/** A fault that is set. */
export interface HttpFault {
  readonly fault: Name
  /** For how many orders; one by default. */
  readonly times: number
  /** Of the answer, for `error-before` and `error-after`; 500 by default. */
  readonly status: number
}

/** The fault of a space, if one is set. */
export interface HttpFaults {
  readonly get: () => HttpFault | undefined
  readonly set: (fault: HttpFault | undefined) => void
  /** The fault that strikes now, counted down. */
  readonly strike: () => HttpFault | undefined
}

/** No fault yet. */
export const make = (): HttpFaults => {
  let current: HttpFault | undefined
  return {
    get: () => current,
    set: (fault) => {
      current = fault
    },
    strike: () => {
      const fault = current
      if (fault !== undefined) current = fault.times > 1 ? { ...fault, times: fault.times - 1 } : undefined
      return fault
    }
  }
}
