/**
 * Decides whether a new connection is accepted: yes, unless a profile refuses while busy, a fault refuses it, or the terminal
 * is restarting.
 *
 * A TCP listener closes and opens its port with the gate; an in-memory connection asks the gate each time.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { ActiveFaults } from "../faults/ActiveFaults.ts"
import type { Fault } from "../faults/Fault.ts"
import type { Busy } from "../profiles/Profile.ts"

/** Why a connection is not accepted. */
export type Refusal = "refused" | "asleep"

/** What the gate depends on. */
export interface Dependencies {
  readonly profile: { readonly busy: Busy }
  readonly faults: ActiveFaults
  /** Monotonic time, in milliseconds. */
  readonly monotonic: () => number
  /** The scope of the fiber that waits for the end of a restart. */
  readonly scope: Scope.Scope
  readonly onFault: (fault: Fault) => void
}

/** The gate in front of one terminal. */
export class ConnectionGate {
  private readonly terminal: Dependencies
  /** Empty for most terminals. */
  private observers: ReadonlyArray<Effect.Effect<void>> = []
  private operations = 0
  private closedUntil = Number.NEGATIVE_INFINITY
  private lastAttempt = Number.NEGATIVE_INFINITY

  constructor(terminal: Dependencies) {
    this.terminal = terminal
  }

  isOpen(): boolean {
    return (
      this.terminal.monotonic() >= this.closedUntil &&
      !(this.refusesWhileBusy() && this.isBusy()) &&
      !this.terminal.faults.at("before-accept").some(({ name }) => name === "refuse")
    )
  }

  /** Accepts a connection, or returns why not. The fault that decided is counted down. */
  admit(): Refusal | undefined {
    const attempt = this.terminal.monotonic()
    const pause = attempt - this.lastAttempt
    this.lastAttempt = attempt
    for (const fault of this.terminal.faults.at("before-accept")) {
      if (fault.name !== "refuse" && pause < fault.milliseconds) continue
      this.terminal.onFault(fault)
      return fault.name === "refuse" ? "refused" : "asleep"
    }
    return this.isOpen() ? undefined : "refused"
  }

  /** Whether an operation is running. */
  isBusy(): boolean {
    return this.operations > 0
  }

  /** Counts an operation in. */
  begin(): Effect.Effect<void> {
    return this.count(1)
  }

  /** Counts an operation out; done once the observers have run. */
  end(): Effect.Effect<void> {
    return this.count(-1)
  }

  /** Closed for so many milliseconds. */
  restart(milliseconds: number): Effect.Effect<void> {
    return Effect.suspend(() => {
      this.closedUntil = this.terminal.monotonic() + milliseconds
      if (!this.isObserved()) return Effect.void
      return Effect.andThen(this.notify(), Effect.asVoid(Effect.forkIn(this.reopen(), this.terminal.scope)))
    })
  }

  /** Restores the initial state: a restart in progress is over. */
  reset(): Effect.Effect<void> {
    this.closedUntil = this.lastAttempt = Number.NEGATIVE_INFINITY
    return this.notify()
  }

  /** Runs the observers once the gate is open again: a timer may be a millisecond early. */
  private reopen(): Effect.Effect<void> {
    return Effect.suspend(() => {
      const left = this.closedUntil - this.terminal.monotonic()
      return left > 0 ? Effect.andThen(Effect.sleep(left), this.reopen()) : this.notify()
    })
  }

  /** Runs `observer` whenever `isOpen` may have changed. Returns the function that removes it. */
  observe(observer: Effect.Effect<void>): () => void {
    this.observers = this.observers.concat(observer)
    return () => {
      this.observers = this.observers.filter((each) => each !== observer)
    }
  }

  /** Whether a listener opens and closes its port with this gate. */
  isObserved(): boolean {
    return this.observers.length > 0
  }

  /** Runs the observers, after faults were changed from outside. */
  notify(): Effect.Effect<void> {
    return Effect.suspend(() => (this.isObserved() ? Effect.all(this.observers, { discard: true }) : Effect.void))
  }

  private count(by: 1 | -1): Effect.Effect<void> {
    this.operations += by
    return this.refusesWhileBusy() ? this.notify() : Effect.void
  }

  private refusesWhileBusy(): boolean {
    return this.terminal.profile.busy === "refuse"
  }
}
