/**
 * Who is let in: the terminal's door stands open unless a profile refuses while busy, a fault shuts it, or the terminal
 * restarts.
 *
 * A TCP listener follows the door by closing and opening its port; in memory it is asked at every connection.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { FaultBoard } from "../faults/ActiveFaults.ts"
import type { Fault } from "../faults/Fault.ts"
import type { Busy } from "../profiles/Profile.ts"

/** Why a connection is not let in. */
export type Refusal = "refused" | "asleep"

/** The way in. */
export interface Door {
  readonly isOpen: () => boolean
  /** Lets a connection in, or says why not. The fault that decided counts as having struck. */
  readonly admit: () => Refusal | undefined
  /** Whether an operation runs or waits for its turn to end. */
  readonly isBusy: () => boolean
  /** An operation begins. */
  readonly begin: () => Effect.Effect<void>
  /** An operation has ended; followers have opened when this is done. */
  readonly end: () => Effect.Effect<void>
  /** Shut for so many milliseconds. */
  readonly restart: (milliseconds: number) => Effect.Effect<void>
  /** Runs `follow` whenever `isOpen` may have changed. Returns how to let go. */
  readonly attach: (follow: Effect.Effect<void>) => () => void
  /** Runs the followers: something that the door depends on was changed from outside. */
  readonly moved: Effect.Effect<void>
}

/** What the door depends on. */
export interface Surroundings {
  readonly whenBusy: Busy
  readonly faults: FaultBoard
  readonly now: () => number
  /** Where it waits for the end of a restart. */
  readonly scope: Scope.Scope
  readonly struck: (fault: Fault) => void
}

/** A door that stands open. */
export const make = ({ whenBusy, faults, now, scope, struck }: Surroundings): Door => {
  const followers = new Set<Effect.Effect<void>>()
  let operations = 0
  let shutUntil = Number.NEGATIVE_INFINITY
  let lastSeen = Number.NEGATIVE_INFINITY

  const moved = Effect.suspend(() => (followers.size === 0 ? Effect.void : Effect.all(followers, { discard: true })))
  const count = (by: 1 | -1): Effect.Effect<void> => {
    operations += by
    return whenBusy === "refuse" ? moved : Effect.void
  }
  const isOpen = () =>
    now() >= shutUntil &&
    !(whenBusy === "refuse" && operations > 0) &&
    !faults.at("before-accept").some(({ name }) => name === "refuse")

  return {
    isOpen,
    admit: () => {
      const seen = now()
      const pause = seen - lastSeen
      lastSeen = seen
      for (const fault of faults.at("before-accept")) {
        if (fault.name !== "refuse" && pause < fault.milliseconds) continue
        struck(fault)
        return fault.name === "refuse" ? "refused" : "asleep"
      }
      return isOpen() ? undefined : "refused"
    },
    isBusy: () => operations > 0,
    begin: () => count(1),
    end: () => count(-1),
    restart: (milliseconds) =>
      Effect.suspend(() => {
        shutUntil = now() + milliseconds
        if (followers.size === 0) return Effect.void
        const reopen = Effect.andThen(Effect.sleep(milliseconds), moved)
        return Effect.andThen(moved, Effect.asVoid(Effect.forkIn(reopen, scope)))
      }),
    attach: (follow) => {
      followers.add(follow)
      return () => {
        followers.delete(follow)
      }
    },
    moved
  }
}
