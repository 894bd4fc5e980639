/** How long a gateway waits at most for an answer, with the queue and the connection before it; a reload may change that. */
import type * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import * as Timeouts from "@hipay-pos/concert-codec/Timeouts"
import * as GatewayConfig from "../terminals/GatewayConfig.ts"

/** By all terminals since the start, since payments under way at a reload end as they began. */
export interface LongestWait {
  /** In milliseconds. */
  readonly answer: () => number
  /** Takes the terminals of a reload. */
  readonly take: (terminals: ReadonlyArray<GatewayConfig.GatewayTerminal>) => void
}

/** The wait of terminals that say nothing else than `common`, and of a relay beside them, where there is one. */
export const longestWait = (
  terminals: ReadonlyArray<GatewayConfig.GatewayTerminal>,
  common: ConcertTerminal.Settings,
  isRelaying: boolean
): LongestWait => {
  let answer = 0
  const take: LongestWait["take"] = (taken) => {
    const settings = taken.map((terminal) => GatewayConfig.toSettings(terminal, common))
    answer = Math.max(answer, Timeouts.longest(isRelaying ? [common, ...settings] : settings))
  }
  take(terminals)
  return { answer: () => answer, take }
}
