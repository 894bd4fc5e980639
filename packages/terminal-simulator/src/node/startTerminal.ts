/** Starts a simulated terminal without Effect: one Promise, one object to close. */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import * as TerminalSimulator from "../TerminalSimulator.ts"
import { type ListenOptions, listen } from "./listen.ts"

/** A terminal that listens. Leaving an `await using` block closes it. */
export interface StartedTerminal extends AsyncDisposable {
  readonly host: string
  readonly port: number
  readonly simulator: TerminalSimulator.TerminalSimulator
  /** Stops listening and resets open connections. */
  readonly close: () => Promise<void>
}

/** Starts a terminal. Rejects with `ListenFailed` if the port cannot be bound, and as `TerminalSimulator.make` dies. */
export const startTerminal = async (
  options: TerminalSimulator.Options & ListenOptions = {}
): Promise<StartedTerminal> => {
  const scope = Scope.makeUnsafe()
  const close = () => Effect.runPromise(Scope.close(scope, Exit.void))
  const start = Effect.gen(function* () {
    const simulator = yield* TerminalSimulator.make(options)
    return { simulator, ...(yield* listen(simulator, options)) }
  })
  try {
    const { simulator, host, port } = await Effect.runPromise(Scope.provide(start, scope))
    return { host, port, simulator, close, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}
