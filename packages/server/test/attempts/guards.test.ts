import { assert, describe, it } from "@effect/vitest"
import { guardsOrder } from "../../src/attempts/guards.ts"

describe("the guard of an order", () => {
  it.each([
    ["open", true],
    ["approved", true],
    ["approved-in-part", true],
    ["unknown", true],
    ["declined", false],
    ["not-started", false]
  ] as const)("after an attempt that is %s stands: %s", (state, stands) => {
    assert.strictEqual(guardsOrder({ state }), stands)
  })
})
