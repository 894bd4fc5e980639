/** What the commands of the mock and the gateway share: they log, export telemetry and serve until the scope is closed. */
import type { CommandFailed } from "@hipay-pos/cli-kit"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { DayOptions } from "../node/businessDayOf.ts"
import type { Listener } from "../ServerEvent.ts"
import { useLightResponses } from "./lightResponses.ts"
import { makeLog } from "./log.ts"
import { logOptions } from "./logOptions.ts"
import type { ServerFlags } from "./serverFlags.ts"
import { startFailed } from "./startFailed.ts"
import { type Exported, exportTelemetry } from "./telemetry.ts"

/** A log of what the listener is told. */
export interface Logged {
  readonly listener: Listener
  /** Has it link attempts from now on: where the server is found is known once it listens. */
  readonly linkWith: (linkTo: (path: string) => string) => void
}

/** Logs and exports what happens, as the flags say. */
export const logAndExport = Effect.fnUntraced(function* (
  verb: string,
  flags: ServerFlags,
  days: DayOptions,
  program: { readonly version: string; readonly mode: string }
): Effect.fn.Return<Exported & Logged, CommandFailed, Scope.Scope> {
  let linkTo = (path: string): string => path
  const { listener, end } = makeLog({ ...logOptions(flags, days), linkTo: (path) => linkTo(path) })
  yield* Effect.addFinalizer(() => Effect.sync(end))
  const { host, metricsPort, allowHost: allowedHosts } = flags
  const linkWith: Logged["linkWith"] = (made) => {
    linkTo = made
  }
  return {
    listener,
    linkWith,
    ...(yield* exportTelemetry(verb, { host, metricsPort, allowedHosts, ...program, listener }))
  }
})

/** Starts a server, and closes it with the scope; where it does not start, the user is told why. */
export const startServing = <A extends { readonly close: () => Promise<void> }>(
  verb: string,
  start: () => Promise<A>
): Effect.Effect<A, CommandFailed, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.tryPromise({
      try: () => {
        useLightResponses()
        return start()
      },
      catch: (error) => startFailed(verb, error)
    }),
    (server) => Effect.promise(() => server.close())
  )
