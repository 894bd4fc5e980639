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

/** Who waits for a terminal, in order. */
type Line = Array<() => void>

/** The terminals that are talked to, by address. */
type Busy = Map<string, Line>

const busyBehind = new WeakMap<Connector, Busy>()

/** A terminal's turn. */
export class Turn {
  private readonly busy: Busy
  private readonly terminal: string
  private isHeld = true

  constructor(busy: Busy, terminal: string) {
    this.busy = busy
    this.terminal = terminal
  }

  /** Lets the next one in. Calling it again changes nothing. */
  release(): void {
    if (!this.isHeld) return
    this.isHeld = false
    const next = this.busy.get(this.terminal)?.shift()
    if (next === undefined) this.busy.delete(this.terminal)
    else next()
  }
}

/**
 * Takes a terminal's turn: now, where nobody has it, and the effect has ended already. Otherwise it waits, no longer than
 * `atMost`; `undefined` when the line was too slow.
 */
export const take = (
  connector: Connector,
  address: Address,
  atMost: Duration.Input
): Effect.Effect<Turn | undefined> => {
  const terminal = `${address.host}\0${address.port}`
  const busy = busyBehind.get(connector) ?? new Map<string, Line>()
  const line = busy.get(terminal)
  const turn = new Turn(busy, terminal)
  if (line === undefined) {
    busyBehind.set(connector, busy.set(terminal, []))
    return Effect.succeed(turn)
  }
  return Effect.map(Effect.timeoutOption(wait(line), atMost), (came) => (Option.isSome(came) ? turn : undefined))
}

const wait = (line: Line): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    const enter = () => resume(Effect.void)
    line.push(enter)
    return Effect.sync(() => {
      const place = line.indexOf(enter)
      if (place !== -1) line.splice(place, 1)
    })
  })
