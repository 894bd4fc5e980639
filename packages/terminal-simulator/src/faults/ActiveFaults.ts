/** The faults that are set at one terminal, each with the number of times that it still applies. */
import type { Fault, FaultName, FaultStage } from "./Fault.ts"

/** At most one fault of each name. */
export interface ActiveFaults {
  readonly set: (fault: Fault) => void
  /** Removes one fault, or all. */
  readonly clear: (name?: FaultName) => void
  readonly all: () => ReadonlyArray<Fault>
  readonly at: (stage: FaultStage) => ReadonlyArray<Fault>
  /** Decrements the remaining count; removes the fault at zero. */
  readonly countDown: (fault: Fault) => void
}

const none: ReadonlyArray<Fault> = []

/** Starts with these faults set. */
export const make = (faults: ReadonlyArray<Fault>): ActiveFaults => {
  const left = new Map<FaultName, { readonly fault: Fault; times: number }>()
  const set = (fault: Fault) => {
    left.set(fault.name, { fault, times: fault.times ?? Number.POSITIVE_INFINITY })
  }
  for (const fault of faults) set(fault)
  return {
    set,
    clear: (name) => {
      if (name === undefined) left.clear()
      else left.delete(name)
    },
    all: () => (left.size === 0 ? none : [...left.values()].map(({ fault }) => fault)),
    at: (stage) =>
      left.size === 0 ? none : [...left.values()].map(({ fault }) => fault).filter((fault) => fault.stage === stage),
    countDown: ({ name }) => {
      const entry = left.get(name)
      if (entry !== undefined && --entry.times <= 0) left.delete(name)
    }
  }
}
