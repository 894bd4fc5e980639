import { assert, describe, it } from "@effect/vitest"
import * as DurationText from "@hipay-pos/core/DurationText"
import * as Duration from "effect/Duration"
import * as Result from "effect/Result"

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

  it("is read from options in code, too, as text or as Effect takes it", () => {
    const given = { wait: "180s", queue: "10 seconds", drain: 500, every: undefined, name: "till" } as const
    const read = Result.getOrThrow(DurationText.readOptions(given, "wait", "queue", "drain", "every"))
    assert.deepStrictEqual(
      [read.wait, read.queue, read.drain].map((duration) => Duration.toMillis(duration)),
      [180_000, 10_000, 500]
    )
    assert.isUndefined(read.every)
    assert.strictEqual(read.name, "till")
    const empty: { readonly wait?: DurationText.Input | undefined } = {}
    assert.deepStrictEqual(DurationText.readOptions(empty, "wait"), Result.succeed({}))
  })

  it.each([
    ["180", '"180"'],
    ["3 hrs", '"3 hrs"'],
    [Number.NaN, "NaN"],
    [null, "null"],
    [{}, "an object"]
  ])("is refused as an option by its name where it is none: %j", (wait, got) => {
    const problem = Result.getOrThrow(Result.flip(DurationText.readOptions({ wait: wait as number }, "wait")))
    assert.strictEqual(problem, `wait: expected a length of time such as "180s" or "180 seconds", got ${got}`)
  })

  it("is above zero where one of its digits is", () => {
    const told = ["0s", "0.0h", "00ms", "0.5s", "10ms"].map((text) => DurationText.ABOVE_ZERO.test(text))
    assert.deepStrictEqual(told, [false, false, false, true, true])
  })
})
