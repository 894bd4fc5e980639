import { assert, describe, it } from "@effect/vitest"
import { MemoryStore } from "@hipay-pos/server"
import { attempt, type Changes, put } from "@hipay-pos/server/testing"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { isOtherOrder } from "../src/terminals/otherOrders.ts"

const terminal = { name: "till-1", address: "192.168.1.20:8888" }
const elsewhere = { name: "till-2", address: "192.168.1.21:8888" }

/** Whether an order id is another attempt's than `own`, two days after the first attempts were opened. */
const isOther = (reference: string) =>
  Effect.gen(function* () {
    const store = MemoryStore.make()
    const at = (id: string, orderId: string, openedAt: number, changes: Changes = {}, guard = terminal) =>
      put(store, { ...attempt(id, { orderId, state: "approved", guarded: true, ...changes }), openedAt }, guard)
    const now = 2 * 86_400_000
    yield* at("1", "LONG AGO", 0)
    yield* at("3", "ELSEWHERE", now, {}, elsewhere)
    yield* at("4", "Café-2", now)
    yield* at("own", "SALE-1", now)
    yield* at("2", "UNDECIDED", 0, { state: "unknown" })
    yield* TestClock.setTime(now)
    return yield* isOtherOrder(store, terminal, {}, "own")(reference)
  })

describe("isOtherOrder", () => {
  it.effect.each([
    ["of another attempt, as terminals write it", "Cafe-2", true],
    ["of an attempt that is still undecided, however old", "UNDECIDED", true],
    ["of an attempt that ended more than a day ago", "LONG AGO", false],
    ["of an attempt at another terminal", "ELSEWHERE", false],
    ["of the attempt itself", "SALE-1", false],
    ["of no attempt", "BY HAND", false]
  ] as const)("recognises an order id: %s", ([, reference, expected]) =>
    Effect.map(isOther(reference), (found) => assert.strictEqual(found, expected))
  )
})
