/**
 * One exchange at a time per terminal inside a process, first come first served.
 *
 * Turns belong to a connector, so that terminals in memory do not wait for each other; the TCP connector is one for the
 * process. Nothing is kept for a terminal that nothing is sent to.
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Address, Connector } from "./Connection.ts"

/** Who waits for a terminal, in order; the first has the turn. A set, because any place may be left. */
type Line = Set<Turn>

/** The terminals that are talked to, by address. */
type Lines = Map<string, Line>

const linesBehind = new WeakMap<Connector, Lines>()

/** A place in the line of a terminal. Whatever becomes of the wait, `release` gives the place up. */
export class Turn {
  private readonly lines: Lines
  private readonly terminal: string
  private wake = () => {}

  constructor(lines: Lines, terminal: string) {
    this.lines = lines
    this.terminal = terminal
  }

  /** Whether the turn has come and was not released. */
  get hasCome(): boolean {
    const [first] = this.lines.get(this.terminal) ?? []
    return first === this
  }

  /** Waits for the turn, no longer than `atMost`; false when it has not come by then. */
  within(atMost: Duration.Input): Effect.Effect<boolean> {
    const comes = Effect.callback<void>((resume) => {
      this.wake = () => resume(Effect.void)
      if (this.hasCome) this.wake()
    })
    return Effect.map(Effect.timeoutOption(comes, atMost), () => this.hasCome)
  }

  /**
   * Leaves the line, and lets the next one in where this one had the turn. Calling it again changes nothing. The next one
   * runs only once all that runs now is done: its look at the terminal comes after everything this exchange tells.
   */
  release(): void {
    const line = this.lines.get(this.terminal)
    const hadCome = this.hasCome
    if (!line?.delete(this)) return
    const [next] = line
    if (next === undefined) this.lines.delete(this.terminal)
    else if (hadCome) queueMicrotask(() => next.wake())
  }
}

/** Takes the last place in the line of a terminal; where there is no line, the turn has come. */
export const join = (connector: Connector, address: Address): Turn => {
  const lines = linesBehind.get(connector) ?? new Map<string, Line>()
  linesBehind.set(connector, lines)
  const terminal = `${address.host}\0${address.port}`
  const turn = new Turn(lines, terminal)
  const line = lines.get(terminal)
  if (line === undefined) lines.set(terminal, new Set([turn]))
  else line.add(turn)
  return turn
}
