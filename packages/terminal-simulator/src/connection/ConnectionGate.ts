/**
 * Decides whether a new connection is accepted: yes, unless a profile refuses while busy, a fault refuses it, or the
 * terminal restarts.
 *
 * A TCP listener closes and opens its port with the gate; in memory the gate is asked at every connection.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { ActiveFaults } from "../faults/ActiveFaults.ts"
import type { Fault } from "../faults/Fault.ts"
import type { Busy } from "../profiles/Profile.ts"

/** Why a connection is not accepted. */
export type Refusal = "refused" | "asleep"

/** The gate in front of one terminal. */
export interface ConnectionGate {
  readonly isOpen: () => boolean
  /** Accepts a connection, or returns why not. The fault that decided is counted down. */
  readonly admit: () => Refusal | undefined
  /** Whether an operation is running. */
  readonly isBusy: () => boolean
  /** Counts an operation in. */
  readonly begin: () => Effect.Effect<void>
  /** Counts an operation out; done once the observers have run. */
  readonly end: () => Effect.Effect<void>
  /** Closed for so many milliseconds. */
  readonly restart: (milliseconds: number) => Effect.Effect<void>
  /** Runs `observer` whenever `isOpen` may have changed. Returns the function that removes it. */
  readonly observe: (observer: Effect.Effect<void>) => () => void
  /** Whether a listener opens and closes its port with this gate. */
  readonly isObserved: () => boolean
  /** Runs the observers, after faults were changed from outside. */
  readonly notify: Effect.Effect<void>
}

/** What the gate depends on. */
export interface Dependencies {
  readonly whenBusy: Busy
  readonly faults: ActiveFaults
  readonly now: () => number
  /** Where the end of a restart is awaited. */
  readonly scope: Scope.Scope
  readonly onFault: (fault: Fault) => void
}

/** An open gate. */
export const make = ({ whenBusy, faults, now, scope, onFault }: Dependencies): ConnectionGate => {
  const observers = new Set<Effect.Effect<void>>()
  let operations = 0
  let closedUntil = Number.NEGATIVE_INFINITY
  let lastAttempt = Number.NEGATIVE_INFINITY

  const notify = Effect.suspend(() => (observers.size === 0 ? Effect.void : Effect.all(observers, { discard: true })))
  const count = (by: 1 | -1): Effect.Effect<void> => {
    operations += by
    return whenBusy === "refuse" ? notify : Effect.void
  }
  const isOpen = () =>
    now() >= closedUntil &&
    !(whenBusy === "refuse" && operations > 0) &&
    !faults.at("before-accept").some(({ name }) => name === "refuse")

  return {
    isOpen,
    admit: () => {
      const attempt = now()
      const pause = attempt - lastAttempt
      lastAttempt = attempt
      for (const fault of faults.at("before-accept")) {
        if (fault.name !== "refuse" && pause < fault.milliseconds) continue
        onFault(fault)
        return fault.name === "refuse" ? "refused" : "asleep"
      }
      return isOpen() ? undefined : "refused"
    },
    isBusy: () => operations > 0,
    begin: () => count(1),
    end: () => count(-1),
    restart: (milliseconds) =>
      Effect.suspend(() => {
        closedUntil = now() + milliseconds
        if (observers.size === 0) return Effect.void
        const reopen = Effect.andThen(Effect.sleep(milliseconds), notify)
        return Effect.andThen(notify, Effect.asVoid(Effect.forkIn(reopen, scope)))
      }),
    observe: (observer) => {
      observers.add(observer)
      return () => {
        observers.delete(observer)
      }
    },
    isObserved: () => observers.size > 0,
    notify
  }
}
