/** The faults that are set at one terminal, each with the number of times that it still applies. */
import { type Fault, FaultConflictError, type FaultName, type FaultStage, toText } from "./Fault.ts"
import * as ResponseFaults from "./ResponseFaults.ts"

/** At most one fault of each name, and one that changes the delivery of an answer. */
export interface ActiveFaults {
  /** Throws `FaultConflictError`. */
  readonly set: (fault: Fault) => void
  /** Removes one fault, or all. */
  readonly clear: (name?: FaultName) => void
  /** `times` is what is left of it. */
  readonly all: () => ReadonlyArray<Fault>
  readonly at: (stage: FaultStage) => ReadonlyArray<Fault>
  /** Decrements the remaining count; removes the fault at zero. */
  readonly countDown: (fault: Fault) => void
}

const none: ReadonlyArray<Fault> = []

/** Starts with these faults set. Throws `FaultConflictError`. */
export const make = (faults: ReadonlyArray<Fault>): ActiveFaults => {
  const left = new Map<FaultName, Fault>()
  const all = () => (left.size === 0 ? none : [...left.values()])
  const set = (fault: Fault) => {
    const refused = conflict(fault, all())
    if (refused !== undefined) throw refused
    left.set(fault.name, fault)
  }
  for (const fault of faults) set(fault)
  return {
    set,
    clear: (name) => {
      if (name === undefined) left.clear()
      else left.delete(name)
    },
    all,
    at: (stage) => (left.size === 0 ? none : [...left.values()].filter((fault) => fault.stage === stage)),
    countDown: ({ name }) => {
      const fault = left.get(name)
      if (fault?.times === undefined) return
      if (fault.times > 1) left.set(name, { ...fault, times: fault.times - 1 })
      else left.delete(name)
    }
  }
}

/** Why a fault cannot be set beside others; one of the same name is replaced. */
export const conflict = (fault: Fault, others: ReadonlyArray<Fault>): FaultConflictError | undefined => {
  if (!ResponseFaults.changesDelivery(fault)) return undefined
  const other = others.find((each) => each.name !== fault.name && ResponseFaults.changesDelivery(each))
  return other && new FaultConflictError({ fault: toText(fault), beside: toText(other) })
}
