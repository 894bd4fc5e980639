/** Recognizes the order id of another attempt at a terminal in what the terminal says, so that its answer is not booked here. */
import * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import type { Address } from "@hipay-pos/concert-codec/Connection"
import type { AttemptStore, Filter } from "@hipay-pos/server/AttemptStore"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as GatewayConfig from "./GatewayConfig.ts"

/** How long a settled attempt's answer is looked out for, in milliseconds. */
const DAY = 86_400_000

/** How many attempts are read at a time. */
const PAGE = 1_000

/**
 * Whether `CF` is the order id of an attempt at `terminal` other than `own` that is undecided or of the last day. False
 * where the store cannot be read: that is reported when the outcome is written.
 */
export const isOtherOrder = (
  store: Pick<AttemptStore, "list">,
  terminal: Address,
  settings: ConcertTerminal.Settings,
  own: string
): ConcertTerminal.IsOtherOrder => {
  // By the terminal: what it says of an order is transliterated and cut, and cannot be looked for in order ids.
  const text = GatewayConfig.addressText(terminal)
  /** Whether one of those that match has the id. */
  const isAmong = Effect.fnUntraced(function* (privateData: string, filter: Filter) {
    let before: string | undefined
    for (;;) {
      const page = yield* store.list({ ...filter, text, isBrief: true, limit: PAGE, before })
      for (const { id, key, target } of page) {
        if (id === own || target._tag !== "Concert") continue
        if (GatewayConfig.addressText(GatewayConfig.addressOf(target)) !== text) continue
        if (ConcertTerminal.saysOrder(privateData, key.orderId, settings)) return true
      }
      if (page.length < PAGE) return false
      before = page.at(-1)?.id
    }
  })
  return (privateData) =>
    Effect.orElseSucceed(
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const filters: ReadonlyArray<Filter> = [{ from: now - DAY }, { state: "unknown" }, { state: "open" }]
        for (const filter of filters) if (yield* isAmong(privateData, filter)) return true
        return false
      }),
      () => false
    )
}
