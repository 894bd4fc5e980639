import { assert, describe, it } from "@effect/vitest"
import { attempt } from "@hipay-pos/server/testing"
import * as Effect from "effect/Effect"
import { isOtherOrder } from "../src/terminals/otherOrders.ts"

const of = (id: string, orderId: string) => ({ ...attempt(id), key: { ...attempt(id).key, orderId } })
const attempts = [of("a2", "Café-2"), of("a1", "SALE-1")]

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
