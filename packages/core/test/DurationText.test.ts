import { assert, describe, it } from "@effect/vitest"
import * as DurationText from "@hipay-pos/core/DurationText"
import * as Duration from "effect/Duration"

const millis = (text: string) => {
  const duration = DurationText.fromText(text)
  return duration && Duration.toMillis(duration)
}

describe("a length of time", () => {
  it.each([
    ["500ms", 500],
    ["1.5s", 1_500],
    ["3m", 180_000],
    ["2h", 7_200_000],
    ["1d", 86_400_000],
    ["0s", 0]
  ])("is read from %s", (text, expected) => {
    assert.strictEqual(millis(text), expected)
  })

  it.each(["", "s", "3", "3 m", "-3m", "3M", "1w", "1m30s", ".5s", "1.s", "1e3s", "3 minutes"])(
    "is not read from %j",
    (text) => {
      assert.isUndefined(millis(text))
    }
  )

  it("is above zero where one of its digits is", () => {
    const told = ["0s", "0.0h", "00ms", "0.5s", "10ms"].map((text) => DurationText.ABOVE_ZERO.test(text))
    assert.deepStrictEqual(told, [false, false, false, true, true])
  })
})
