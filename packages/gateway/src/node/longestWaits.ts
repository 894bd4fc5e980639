/** How long a gateway waits at most for its terminals, which a reload may change. */
import type * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import * as Timeouts from "@hipay-pos/concert-codec/Timeouts"
import * as GatewayConfig from "../terminals/GatewayConfig.ts"

/** By all terminals since the start, since payments under way at a reload end as they began; in milliseconds. */
export interface LongestWaits {
  /** For an answer, with the queue and the connection before it. */
  readonly answer: () => number
  /** For an answer that comes too late. */
  readonly lateAnswer: () => number
  /** Takes the terminals of a reload. */
  readonly take: (terminals: ReadonlyArray<GatewayConfig.GatewayTerminal>) => void
}

/** The waits of terminals that say nothing else than `common`, and of a relay beside them, where there is one. */
export const longestWaits = (
  terminals: ReadonlyArray<GatewayConfig.GatewayTerminal>,
  common: ConcertTerminal.Settings,
  relayed: { readonly lateAnswer: number } | undefined
): LongestWaits => {
  let answer = 0
  let lateAnswer = relayed?.lateAnswer ?? 0
  const take: LongestWaits["take"] = (taken) => {
    const settings = taken.map((terminal) => GatewayConfig.toSettings(terminal, common))
    answer = Math.max(answer, Timeouts.longest(relayed === undefined ? settings : [common, ...settings]))
    lateAnswer = Math.max(lateAnswer, ...settings.map(Timeouts.lateAnswerOf))
  }
  take(terminals)
  return { answer: () => answer, lateAnswer: () => lateAnswer, take }
}
