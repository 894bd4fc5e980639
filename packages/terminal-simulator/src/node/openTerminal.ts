/** Opens one terminal of a checked configuration: its store and its port, until the scope closes. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { FaultNotCountedError } from "../faults/Fault.ts"
import type { StoreFailed } from "../machine/Store.ts"
import * as TerminalConfig from "../TerminalConfig.ts"
import * as TerminalSimulator from "../TerminalSimulator.ts"
import * as FileStore from "./FileStore.ts"
import { type ListenFailed, type Listening, listen } from "./listen.ts"

/** A terminal that listens. */
export interface OpenTerminal extends Listening {
  readonly simulator: TerminalSimulator.TerminalSimulator
}

/** Opens a terminal as its configuration says. */
export const openTerminal = Effect.fnUntraced(function* (
  config: TerminalConfig.TerminalConfig
): Effect.fn.Return<OpenTerminal, ListenFailed | FaultNotCountedError | StoreFailed, Scope.Scope> {
  const options = TerminalConfig.toOptions(config)
  const simulator = yield* TerminalSimulator.make(
    config.store === undefined ? options : { ...options, store: yield* FileStore.open(config.store) }
  )
  return { simulator, ...(yield* listen(simulator, config)) }
})
