/** Simulated terminals in memory, asked without a session: one for each address. */
import { TerminalSimulator } from "@hipay-pos/terminal-simulator"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import type { Ask } from "./floor.ts"

/** Asks the simulated terminal of an address. */
export const makeSimulated = (): Ask => {
  const scope = Scope.makeUnsafe()
  const terminals = new Map<string, TerminalSimulator.TerminalSimulator>()
  const terminal = (name: string) => {
    const made = terminals.get(name) ?? Effect.runSync(Scope.provide(TerminalSimulator.make({ name }), scope))
    terminals.set(name, made)
    return made
  }
  return async (asked, address) => {
    const connection = await Effect.runPromise(terminal(`${address.host}:${address.port}`).connector.connect(address))
    return new Promise((resolve) => {
      let answer = ""
      connection.receive({ onData: (text) => (answer += text), onEnd: () => resolve(answer) })
      Effect.runSync(connection.write(asked))
      connection.close()
    })
  }
}
