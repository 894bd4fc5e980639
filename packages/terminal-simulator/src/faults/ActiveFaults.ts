/** The faults that are set at one terminal, each counting down if it strikes a limited number of times. */
import type { Fault, FaultName, FaultStage } from "./Fault.ts"

/** Faults that are set. One of each name at most. */
export interface FaultBoard {
  readonly set: (fault: Fault) => void
  /** Takes one fault away, or all. */
  readonly clear: (name?: FaultName) => void
  readonly all: () => ReadonlyArray<Fault>
  readonly at: (stage: FaultStage) => ReadonlyArray<Fault>
  /** Counts one strike; a fault that has none left goes away. */
  readonly struck: (fault: Fault) => void
}

const none: ReadonlyArray<Fault> = []

/** A board with these faults. */
export const make = (faults: ReadonlyArray<Fault>): FaultBoard => {
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
    struck: ({ name }) => {
      const entry = left.get(name)
      if (entry !== undefined && --entry.times <= 0) left.delete(name)
    }
  }
}
