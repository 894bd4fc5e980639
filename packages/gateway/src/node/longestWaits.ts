/** How long a gateway waits at most, by the terminals that it has at the time: a reload may change them. */
import type * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import * as Timeouts from "@hipay-pos/concert-codec/Timeouts"
import * as GatewayConfig from "../terminals/GatewayConfig.ts"

/** Both in milliseconds. */
export interface LongestWaits {
  /** For an answer, with the queue and the connection before it. */
  readonly answer: () => number
  /** For an answer that comes too late. */
  readonly lateAnswer: () => number
}

/** The waits of terminals that say nothing else than `common`, and of a relay beside them, where there is one. */
export const longestWaits = (
  terminals: () => ReadonlyArray<GatewayConfig.GatewayTerminal>,
  common: ConcertTerminal.Settings,
  relayed: { readonly lateAnswer: number } | undefined
): LongestWaits => {
  const settings = () => terminals().map((terminal) => GatewayConfig.toSettings(terminal, common))
  return {
    answer: () => Timeouts.longest(relayed === undefined ? settings() : [common, ...settings()]),
    lateAnswer: () => Math.max(relayed?.lateAnswer ?? 0, ...settings().map(Timeouts.lateAnswerOf))
  }
}
