/** The longest time that a gateway waits for an answer, including queue and connection; a reload may change it. */
import type * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import * as Timeouts from "@hipay-pos/concert-codec/Timeouts"
import * as GatewayConfig from "../terminals/GatewayConfig.ts"

/** Over all terminals since the start, because payments under way at a reload end as they began. */
export interface LongestWait {
  /** In milliseconds. */
  readonly answer: () => number
  /** Takes the terminals of a reload. */
  readonly take: (terminals: ReadonlyArray<GatewayConfig.GatewayTerminal>) => void
}

/** The wait for terminals with the defaults `common`, and for a relay if there is one. */
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
