/**
 * Order ids for tills that have none: sortable by time, and within every known limit.
 *
 * Ten characters of time (milliseconds) and sixteen random ones, in Crockford's base 32, which is the layout of a ULID:
 * 26 characters of `0-9 A-Z`. The service's interfaces and Concert take 1 to 32 such characters unharmed, so a prefix of
 * up to six may name shop and till. Ids of the same millisecond are in random order.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import { OrderId } from "./Order.ts"

/** What stands before each id: up to six of `0-9 A-Z a-z`. */
export const Prefix = Schema.String.check(Schema.isPattern(/^[0-9A-Za-z]{0,6}$/)).pipe(Schema.brand("OrderIdPrefix"))
export type Prefix = typeof Prefix.Type

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

/** A new order id. Time comes from `Clock`, randomness from `Random`. */
export const generate = Effect.fnUntraced(function* (prefix?: Prefix) {
  let id: string = prefix ?? ""
  const now = yield* Clock.currentTimeMillis
  for (let place = 9; place >= 0; place--) id += alphabet.charAt(Math.floor(now / 32 ** place) % 32)
  for (let i = 0; i < 16; i++) id += alphabet.charAt(yield* Random.nextIntBetween(0, 31))
  return OrderId.make(id)
})
