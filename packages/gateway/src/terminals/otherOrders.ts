/** Recognizes the order id of another attempt at a terminal in what the terminal says, so that its answer is not booked here. */
import * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import type { AttemptStore, Filter } from "@hipay-pos/server/AttemptStore"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as GatewayConfig from "./GatewayConfig.ts"

/** How long a settled attempt's answer is looked out for, in milliseconds. */
const DAY = 86_400_000

/** The most attempts that are looked at of each kind; more than a terminal has in a day. */
const LIMIT = 1_000

/**
 * Whether `CF` is the order id of an attempt at `terminal` other than `own` that is undecided or of the last day. False
 * where the store cannot be read: that is reported when the outcome is written.
 */
export const isOtherOrder =
  (
    store: AttemptStore,
    terminal: { readonly host: string; readonly port: number },
    settings: ConcertTerminal.Settings,
    own: string
  ): ConcertTerminal.IsOtherOrder =>
  (privateData) =>
    Effect.orElseSucceed(
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const filters: ReadonlyArray<Filter> = [{ from: now - DAY }, { state: "unknown" }, { state: "open" }]
        for (const filter of filters) {
          // By the terminal: what it says of an order is transliterated and cut, and cannot be looked for in order ids.
          const found = yield* store.list({ ...filter, text: terminal.host, isBrief: true, limit: LIMIT })
          for (const { id, key, target } of found) {
            if (id === own || target._tag !== "Concert") continue
            const { host, port } = GatewayConfig.addressOf(target)
            if (host !== terminal.host || port !== terminal.port) continue
            if (ConcertTerminal.saysOrder(privateData, key.orderId, settings)) return true
          }
        }
        return false
      }),
      () => false
    )
