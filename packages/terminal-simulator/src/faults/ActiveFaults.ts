/** The faults that are set at one terminal, each with the number of times that it still applies. */
import { checkFault } from "../internal/kinds.ts"
import { type Fault, FaultConflictError, type FaultName, type FaultStage, toText } from "./Fault.ts"
import * as ResponseFaults from "./ResponseFaults.ts"

const none: ReadonlyArray<Fault> = []

/** At most one fault of each name, and at most one that changes the delivery of an answer. */
export class ActiveFaults {
  private active = none

  /** Throws `FaultConflictError`. */
  set(fault: Fault): void {
    checkFault(fault)
    const refused = conflict(fault, this.active)
    if (refused !== undefined) throw refused
    this.put(fault)
  }

  /** Replaces all faults with these; throws `FaultConflictError` without changing anything. */
  replace(faults: ReadonlyArray<Fault>): void {
    const next = new ActiveFaults()
    for (const fault of faults) next.set(fault)
    this.active = next.active
  }

  /** Removes one fault, or all. */
  clear(name?: FaultName): void {
    this.active = name === undefined ? none : this.active.filter((each) => each.name !== name)
  }

  /** `times` is the number of exchanges left. */
  all(): ReadonlyArray<Fault> {
    return this.active
  }

  at(stage: FaultStage): ReadonlyArray<Fault> {
    return this.active.length === 0 ? this.active : this.active.filter((fault) => fault.stage === stage)
  }

  /** Decrements the remaining count; removes the fault at zero. */
  countDown({ name }: Fault): void {
    const fault = this.active.find((each) => each.name === name)
    if (fault?.times === undefined) return
    if (fault.times > 1) this.put({ ...fault, times: fault.times - 1 })
    else this.clear(name)
  }

  /** Replaces a fault of the same name, in its place. */
  private put(fault: Fault): void {
    this.active = this.active.some(({ name }) => name === fault.name)
      ? this.active.map((each) => (each.name === fault.name ? fault : each))
      : this.active.concat(fault)
  }
}

/** Why a fault cannot be set beside others; one of the same name is replaced. */
export const conflict = (fault: Fault, others: ReadonlyArray<Fault>): FaultConflictError | undefined => {
  if (!ResponseFaults.changesDelivery(fault)) return undefined
  const other = others.find((each) => each.name !== fault.name && ResponseFaults.changesDelivery(each))
  return other && new FaultConflictError({ fault: toText(fault), beside: toText(other) })
}
