/**
 * Recognizes the order id of another attempt in a terminal's answer, so that the answer is not booked for this one. Only
 * dialled attempts are compared: the store knows no terminal for relayed ones.
 */

import * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import type { AttemptStore, Filter } from "@hipay-pos/server/AttemptStore"
import type { GuardedTerminal } from "@hipay-pos/server/Guards"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { someListed } from "../someListed.ts"

/** How long a settled attempt's order id is still recognized, in milliseconds. */
const DAY = 86_400_000

/** How many attempts are read at a time. */
const PAGE = 1_000

/**
 * Whether a text is the order id of a dialled attempt at `terminal` other than `own` that is undecided or of the last day.
 * Fails if the store, or one of these attempts, cannot be read.
 */
export const isOtherOrder = (
  store: Pick<AttemptStore, "list">,
  terminal: GuardedTerminal,
  settings: ConcertTerminal.Settings,
  own: string
): ConcertTerminal.IsOtherOrder => {
  /** Whether a matching attempt has the id. The store cannot search for it: terminals transliterate and cut it. */
  const isAmong = (reference: string, filter: Filter) =>
    someListed(
      store,
      { ...filter, terminal, isComplete: true, page: PAGE },
      ({ id, key }) => id !== own && ConcertTerminal.saysOrder(reference, key.orderId, settings)
    )
  return Effect.fnUntraced(function* (reference) {
    const now = yield* Clock.currentTimeMillis
    const filters: ReadonlyArray<Filter> = [{ from: now - DAY }, { state: "unknown" }, { state: "open" }]
    for (const filter of filters) if (yield* isAmong(reference, filter)) return true
    return false
  })
}
