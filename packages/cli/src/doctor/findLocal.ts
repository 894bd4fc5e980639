/** What listens on this machine, for a doctor without arguments. */
import { connect } from "node:net"
import type { Address } from "@hipay-pos/concert-codec/Connection"
import { addressText } from "@hipay-pos/core/Host"
import * as Effect from "effect/Effect"
import type * as Check from "./Check.ts"

/** Where `hipay-pos mock` and `hipay-pos terminal` listen by default. */
export const usual = {
  server: { host: "127.0.0.1", port: 8080 },
  terminal: { host: "127.0.0.1", port: 8888 }
}

/** What was found, and a check that says what was not. */
export interface Local {
  readonly url: string
  readonly terminal: string
  readonly missing: ReadonlyArray<Check.Check>
}

/** Opens a connection to each and closes it without sending a byte. */
export const findLocal = Effect.fnUntraced(function* ({ server, terminal }: typeof usual) {
  const [hasServer, hasTerminal] = yield* Effect.all([listens(server), listens(terminal)], { concurrency: 2 })
  const found: Local = {
    url: hasServer ? `http://${addressText(server)}` : "",
    terminal: hasTerminal ? addressText(terminal) : "",
    missing: [
      ...(hasServer
        ? []
        : [missing("server", server, "hipay-pos mock starts a mock there; --url names another server.")]),
      ...(hasTerminal
        ? []
        : [missing("terminal", terminal, "hipay-pos terminal starts a simulated one there; --terminal names another.")])
    ]
  }
  return found
})

const missing = (name: "server" | "terminal", address: Address, next: string): Check.Check => ({
  name,
  verdict: "skipped",
  detail: `nothing listens on ${addressText(address)}`,
  next
})

const listens = ({ host, port }: Address): Effect.Effect<boolean> =>
  Effect.callback<boolean>((resume) => {
    const socket = connect({ host, port, timeout: 1_000 })
    const end = (is: boolean) => () => {
      socket.destroy()
      resume(Effect.succeed(is))
    }
    socket.once("connect", end(true)).once("error", end(false)).once("timeout", end(false))
    return Effect.sync(() => socket.destroy())
  })
