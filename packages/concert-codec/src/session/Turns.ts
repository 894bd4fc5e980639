/**
 * One exchange at a time per terminal inside a process: whoever comes next waits in line, first come first served.
 *
 * Turns belong to a connector, so that terminals in memory do not wait for each other; the TCP connector is one for the
 * process. Nothing is kept for a terminal that nobody talks to.
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Address, Connector } from "./Connection.ts"

type Line = Array<() => void>

const lines = new WeakMap<Connector, Map<string, Line>>()

/** A terminal's turn: taken, or the line was too slow. */
export interface Turn {
  /** Lets the next one in. Calling it again changes nothing. */
  readonly release: () => void
}

/** Waits for a terminal's turn, no longer than `atMost`. */
export const take = (connector: Connector, address: Address, atMost: Duration.Input): Effect.Effect<Turn | undefined> =>
  Effect.suspend(() => {
    const key = `${address.host}\0${address.port}`
    const known = lines.get(connector) ?? new Map<string, Line>()
    lines.set(connector, known)
    const line = known.get(key)
    let held = true
    const turn: Turn = {
      release: () => {
        if (held) passOn(known, key)
        held = false
      }
    }
    if (line === undefined) {
      known.set(key, [])
      return Effect.succeed(turn)
    }
    return Effect.map(Effect.timeoutOption(wait(line), atMost), (came) => (Option.isSome(came) ? turn : undefined))
  })

const wait = (line: Line): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    const enter = () => resume(Effect.void)
    line.push(enter)
    return Effect.sync(() => {
      const place = line.indexOf(enter)
      if (place !== -1) line.splice(place, 1)
    })
  })

const passOn = (known: Map<string, Line>, key: string): void => {
  const next = known.get(key)?.shift()
  if (next === undefined) known.delete(key)
  else next()
}
