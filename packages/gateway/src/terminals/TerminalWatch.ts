/**
 * Checks regularly whether the terminals of a gateway accept a connection, which is closed at once: nothing is written, so no
 * terminal shows anything.
 *
 * A terminal with an open, queued or unresolved attempt is left alone, whichever process of the store has the attempt. A
 * payment that comes during the check of its terminal ends the check and then connects itself. If the store cannot tell,
 * nothing is checked.
 */

import type { Attempt } from "@hipay-pos/server/Attempt"
import type { AttemptStore } from "@hipay-pos/server/AttemptStore"
import { guardName, guardsTerminal } from "@hipay-pos/server/Guards"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Dialled } from "./DialledTerminals.ts"
import * as GatewayConfig from "./GatewayConfig.ts"

/** What is watched, and how. */
export interface TerminalWatchOptions {
  readonly terminals: () => ReadonlyArray<GatewayConfig.GatewayTerminal>
  readonly accepts: Dialled["accepts"]
  readonly store: Pick<AttemptStore, "lastAt" | "get">
  /** The pause between the end of one round and the start of the next. */
  readonly every: Duration.Input
  /** Called with the name of each terminal that was checked. */
  readonly onLook?: ((terminal: string, isReachable: boolean) => void) | undefined
}

/** The result of a terminal's last check. Times are in milliseconds since 1970. */
export interface Seen {
  readonly reachable: boolean
  /** Since when it has been so. */
  readonly since: number
  readonly checkedAt: number
}

/** A watch. */
export interface TerminalWatch {
  /** Checks all terminals once. */
  readonly look: Effect.Effect<void>
  /** Checks them again and again. */
  readonly run: Effect.Effect<never>
  /** By address; undefined before the first check. */
  readonly seen: (address: string) => Seen | undefined
  /** Ends the check of a terminal when an attempt there opens. */
  readonly onChange: (attempt: Attempt) => void
}

/** How many are checked at the same time. */
const AT_ONCE = 16

/** Watches the terminals of a gateway. */
export const make = ({ terminals, accepts, store, every, onLook }: TerminalWatchOptions): TerminalWatch => {
  const seen = new Map<string, Seen>()
  /** Ends the checks under way, by address. */
  const looks = new Map<string, Deferred.Deferred<Option.Option<boolean>>>()

  const lookAt = Effect.fnUntraced(function* (terminal: GatewayConfig.GatewayTerminal) {
    const address = GatewayConfig.addressOf(terminal)
    const text = guardName(address)
    const stopped = Deferred.makeUnsafe<Option.Option<boolean>>()
    looks.set(text, stopped)
    const isFree = Effect.fnUntraced(function* (guarded: Parameters<AttemptStore["lastAt"]>[0]) {
      const id = yield* store.lastAt(guarded)
      const last = id === undefined ? undefined : yield* store.get(id)
      return last === undefined || !guardsTerminal(last)
    })
    const found = yield* Effect.ensuring(
      Effect.raceFirst(accepts(address, isFree), Deferred.await(stopped)),
      Effect.sync(() => looks.delete(text))
    )
    if (Option.isNone(found)) return
    const now = yield* Clock.currentTimeMillis
    const before = seen.get(text)
    const since = before?.reachable === found.value ? before.since : now
    seen.set(text, { reachable: found.value, since, checkedAt: now })
    onLook?.(terminal.name ?? text, found.value)
  })

  const look = Effect.suspend(() => {
    const list = terminals()
    const configured = new Set(list.map((each) => guardName(GatewayConfig.addressOf(each))))
    for (const address of seen.keys()) if (!configured.has(address)) seen.delete(address)
    return Effect.forEach(list, (each) => Effect.ignore(lookAt(each)), { concurrency: AT_ONCE, discard: true })
  })

  return {
    look,
    run: Effect.forever(Effect.andThen(look, Effect.sleep(every))),
    seen: (address) => seen.get(address),
    onChange: ({ state, target }) => {
      if (state !== "open" || target._tag !== "Concert") return
      const stopped = looks.get(guardName(target))
      if (stopped !== undefined) Deferred.doneUnsafe(stopped, Effect.succeedNone)
    }
  }
}
