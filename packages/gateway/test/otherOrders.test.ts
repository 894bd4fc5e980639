import { assert, describe, it } from "@effect/vitest"
import type { Attempt } from "@hipay-pos/server/Attempt"
import * as Effect from "effect/Effect"
import { isOtherOrder } from "../src/terminals/otherOrders.ts"

const attempts = [
  { id: "a2", key: { orderId: "Café-2" } },
  { id: "a1", key: { orderId: "SALE-1" } }
] as ReadonlyArray<Attempt>

const isOther = isOtherOrder({ list: () => Effect.succeed(attempts) }, { name: "t", address: "t" }, {}, "a1")

describe("isOtherOrder", () => {
  it.effect.each([
    ["of another attempt, as terminals write it", "Cafe-2", true],
    ["of the attempt itself", "SALE-1", false],
    ["of no attempt", "BY HAND", false]
  ] as const)("recognises an order id: %s", ([, reference, expected]) =>
    Effect.map(isOther(reference), (found) => assert.strictEqual(found, expected))
  )
})
