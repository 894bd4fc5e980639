/** What the commands of mock and gateway share: logging, exporting telemetry, and serving until the scope is closed. */
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

/** A log of the listener's events. */
export interface Logged {
  readonly listener: Listener
  /** Makes it link to attempts from now on, since the server's address is known only once it listens. */
  readonly linkWith: (linkTo: (path: string) => string) => void
}

/** Logs and exports events, as the flags say. */
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

/** Starts a server, and closes it with the scope. If it does not start, the user learns why. */
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
