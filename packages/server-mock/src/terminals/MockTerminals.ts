/**
 * The terminals of the mock: an address that was attached is dialled, everything else is simulated in memory.
 *
 * Both kinds go through the same codec and session. A simulated terminal comes to life with the first order that names
 * it, by host and port or by serial number, and keeps its memory. No address that an order names is ever dialled unless
 * it was attached.
 */
import * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import type { Address, Connector } from "@hipay-pos/concert-codec/Connection"
import type * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import { type Stage, TerminalSimulator } from "@hipay-pos/terminal-simulator"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import type { Terminals } from "./Terminals.ts"

/** How the mock's terminals are set up. */
export interface MockTerminalsOptions {
  /** Addresses that are really dialled, and the way there. */
  readonly attached?: { readonly addresses: ReadonlyArray<Address>; readonly connector: Connector }
  /** How fast simulated terminals are; `instant` by default. */
  readonly pace?: Stage.Pace
  readonly settings?: ConcertTerminal.Settings
}

/** The terminals of one mock, for as long as the scope lives. */
export const make = Effect.fnUntraced(function* (
  options: MockTerminalsOptions = {}
): Effect.fn.Return<Terminals, never, Scope.Scope> {
  const { pace = "instant", settings = {}, attached } = options
  const scope = yield* Effect.scope
  const dialled = new Map(attached?.addresses.map((address) => [nameOf(address), address]))
  const simulated = new Map<string, TerminalSimulator.TerminalSimulator>()

  const simulator = (name: string): Effect.Effect<TerminalSimulator.TerminalSimulator> =>
    Effect.suspend(() => {
      const known = simulated.get(name)
      if (known !== undefined) return Effect.succeed(known)
      return Effect.map(Effect.provideService(TerminalSimulator.make({ name, pace }), Scope.Scope, scope), (made) => {
        // Two first orders may have come at once: the terminal that was there first stays.
        const first = simulated.get(name) ?? made
        simulated.set(name, first)
        return first
      })
    })

  const way = (target: TerminalTarget.TerminalTarget) => {
    const address = addressOf(target)
    const attachedTo = dialled.get(nameOf(address))
    return attachedTo !== undefined && attached !== undefined
      ? Effect.succeed({ connector: attached.connector, address: attachedTo })
      : Effect.map(simulator(nameOf(address)), ({ connector }) => ({ connector, address }))
  }

  return {
    perform: (request, onEvent) =>
      Effect.flatMap(way(request.target), (path) =>
        ConcertTerminal.make({ ...path, settings, onEvent }).perform(request)
      )
  }
})

/** Where a target is; a terminal that is found by its serial number has no port. */
const addressOf = (target: TerminalTarget.TerminalTarget): Address =>
  target._tag === "Concert"
    ? { host: target.host, port: target.port }
    : { host: `${target.manufacturer} ${target.serialNumber}`, port: 0 }

const nameOf = ({ host, port }: Address): string => {
  const name = host.toLowerCase().replace(/^localhost$/, "127.0.0.1")
  return port === 0 ? name : `${name}:${port}`
}
