/**
 * Recognizes the order id of another attempt at a terminal in what the terminal says, so that its answer is not booked here.
 * Among attempts that were dialled: the store knows no terminal of those that a relay has sent on.
 */

import * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import type { AttemptStore, Filter } from "@hipay-pos/server/AttemptStore"
import type { GuardedTerminal } from "@hipay-pos/server/Guards"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { someListed } from "../someListed.ts"

/** How long a settled attempt's answer is looked out for, in milliseconds. */
const DAY = 86_400_000

/** How many attempts are read at a time. */
const PAGE = 1_000

/**
 * Whether `CF` is the order id of a dialled attempt at `terminal` other than `own` that is undecided or of the last day. Fails
 * where the store cannot be read, or one of them cannot.
 */
export const isOtherOrder = (
  store: Pick<AttemptStore, "list">,
  terminal: GuardedTerminal,
  settings: ConcertTerminal.Settings,
  own: string
): ConcertTerminal.IsOtherOrder => {
  /** Whether one of those that match has the id. What a terminal says of it is transliterated and cut, and cannot be looked for. */
  const isAmong = (privateData: string, filter: Filter) =>
    someListed(
      store,
      { ...filter, terminal, isComplete: true, page: PAGE },
      ({ id, key }) => id !== own && ConcertTerminal.saysOrder(privateData, key.orderId, settings)
    )
  return Effect.fnUntraced(function* (privateData) {
    const now = yield* Clock.currentTimeMillis
    const filters: ReadonlyArray<Filter> = [{ from: now - DAY }, { state: "unknown" }, { state: "open" }]
    for (const filter of filters) if (yield* isAmong(privateData, filter)) return true
    return false
  })
}
