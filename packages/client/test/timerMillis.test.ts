import { assert, describe, it } from "@effect/vitest"
import { timerMillis } from "../src/timerMillis.ts"

describe("an option's duration", () => {
  it("is milliseconds or a text, and no longer than a timer can wait", () => {
    const durations = [1_500, "1.5 seconds", { seconds: 1, milliseconds: 500 }] as const
    assert.deepStrictEqual(
      durations.map((each) => timerMillis("deadline", each)),
      [1_500, 1_500, 1_500]
    )
    assert.strictEqual(timerMillis("deadline", "Infinity"), 2_147_483_647)
    assert.strictEqual(timerMillis("deadline", "30 days"), 2_147_483_647)
    assert.strictEqual(timerMillis("deadline", 0), 0)
  })

  it("cannot be read where it is not a number: the payment would be sent, and not waited for", () => {
    const expected = 'deadline: expected a duration such as "5 seconds", got NaN'
    assert.throws(() => timerMillis("deadline", Number(undefined)), expected)
  })
})
