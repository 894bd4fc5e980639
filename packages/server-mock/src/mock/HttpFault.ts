/** Faults of the HTTP side, set by a test and applied to the next orders. */

/** What goes wrong. */
export const names = ["reset", "half-body", "error-before", "error-after", "silent"] as const
export type Name = (typeof names)[number]

/** A fault of the connection; the others change the answer. */
export type ConnectionFault = Exclude<Name, "error-before" | "error-after">

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
  /** The fault to apply to this order; its count goes down by one. */
  readonly next: () => HttpFault | undefined
}

/** No fault yet. */
export const make = (): HttpFaults => {
  let current: HttpFault | undefined
  return {
    get: () => current,
    set: (fault) => {
      current = fault
    },
    next: () => {
      const fault = current
      if (fault !== undefined) current = fault.times > 1 ? { ...fault, times: fault.times - 1 } : undefined
      return fault
    }
  }
}
