/** The watch over a gateway's terminals, and its metric. */
import { guardName } from "@hipay-pos/server/Guards"
import { StartFailed } from "@hipay-pos/server/node"
import * as Duration from "effect/Duration"
import * as GatewayConfig from "../terminals/GatewayConfig.ts"
import * as TerminalWatch from "../terminals/TerminalWatch.ts"
import type { StartGatewayOptions } from "./StartGatewayOptions.ts"

/** Throws {@link StartFailed} if terminals would be connected to too often. */
export const checkWatch = (every: Duration.Input): void => {
  if (Duration.toMillis(every) < 1_000) throw new StartFailed({ problem: "--watch-terminals: expected at least 1s" })
}

/** Makes the watch; it counts the terminals by whether they were reachable, with three series for any number of them. */
export const watchTerminals = (
  { telemetry }: Pick<StartGatewayOptions, "telemetry">,
  options: TerminalWatch.TerminalWatchOptions
): TerminalWatch.TerminalWatch => {
  const watch = TerminalWatch.make(options)
  telemetry?.metrics?.onRefresh(() => {
    const counts: Record<"true" | "false" | "unknown", number> = { true: 0, false: 0, unknown: 0 }
    for (const terminal of options.terminals()) {
      const seen = watch.seen(guardName(GatewayConfig.addressOf(terminal)))
      counts[seen === undefined ? "unknown" : seen.reachable ? "true" : "false"]++
    }
    for (const [reachable, count] of Object.entries(counts))
      telemetry.metrics?.set(
        "hipay_pos_terminals_watched",
        "Terminals, by whether they accepted the watch's last connection.",
        count,
        { reachable }
      )
  })
  return watch
}
