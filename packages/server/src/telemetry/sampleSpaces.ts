/** Gauges of undecided attempts, looked up in the store before each read. */
import * as Effect from "effect/Effect"
import { terminalNameOf } from "../attempts/Attempt.ts"
import { guardsTerminal, isGuarded, isSetAside } from "../attempts/Guards.ts"
import type { Space } from "../Space.ts"
import type { Metrics } from "./Metrics.ts"

/**
 * Sets the gauges for a server's spaces. Those of a store that cannot be read stay as they were. Servers that share the `store`
 * all report the same values, so its id is a label, to count them once.
 */
export const sampleSpaces = (
  metrics: Metrics,
  spaces: () => Promise<ReadonlyArray<Space>>,
  store?: string | undefined
): void => {
  const shared = store === undefined ? {} : { store }
  metrics.onRefresh(async () => {
    const list = await spaces()
    const { set } = metrics
    const owed = list.reduce((sum, { attempts }) => sum + attempts.owed().length, 0)
    set("hipay_pos_ends_owed", "Ends that are known and not on disk yet.", owed)
    const found = await Promise.all(list.map(unknownIn))
    const unknown = found.flatMap(({ attempts }) => attempts)
    const oldest = Math.max(0, ...found.map(({ oldest }) => oldest))
    const aside = unknown.filter(isSetAside).length
    const blocked = new Set(
      unknown
        .filter((attempt) => isGuarded(attempt) && guardsTerminal(attempt))
        .map((attempt) => terminalNameOf(attempt))
    )
    set("hipay_pos_attempts_unknown", "Attempts whose outcome is unknown.", unknown.length - aside, {
      ...shared,
      set_aside: "false"
    })
    set("hipay_pos_attempts_unknown", "Attempts whose outcome is unknown.", aside, { ...shared, set_aside: "true" })
    set(
      "hipay_pos_oldest_unknown_seconds",
      "Age of the oldest unknown attempt that is not set aside; 0 without one.",
      oldest,
      shared
    )
    set(
      "hipay_pos_terminals_blocked",
      "Terminals that take no order until an attempt is resolved.",
      blocked.size,
      shared
    )
  })
}

const unknownIn = async ({ attempts, now }: Space) => {
  const list = await Effect.runPromise(attempts.list({ state: "unknown", isBrief: true }))
  const decided = list.filter((attempt) => !isSetAside(attempt))
  const oldest = decided.reduce((age, { openedAt }) => Math.max(age, (now() - openedAt) / 1_000), 0)
  return { attempts: list, oldest }
}
