import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import { deadlineMillis, timerMillis } from "../src/timerMillis.ts"

describe("a deadline", () => {
  it.each([200, 30, 999])("is not a number of seconds: %s", (input) => {
    const expected = `deadline: expected a duration such as "200s": a number is milliseconds, and ${input} are too few for any terminal`
    assert.throws(() => deadlineMillis(input), expected)
  })

  it("may be as short as its unit says, for tests", () => {
    assert.strictEqual(deadlineMillis("200ms"), 200)
    assert.strictEqual(deadlineMillis("20 millis"), 20)
    assert.strictEqual(deadlineMillis(1_000), 1_000)
    assert.strictEqual(deadlineMillis(200_000), 200_000)
  })
})

describe("an option's duration", () => {
  it("is milliseconds or a text, and no longer than a timer can wait", () => {
    const durations = [
      ...[1_500, "1.5 seconds", { seconds: 1, milliseconds: 500 }, { seconds: 1.5, minutes: undefined }],
      ...[[1, 500_000_000], 1_500_000_000n, Duration.millis(1_500)]
    ] as ReadonlyArray<Duration.Input>
    for (const each of durations) assert.strictEqual(timerMillis("deadline", each), 1_500)
    for (const each of ["Infinity", "30 days", { days: Infinity }] as const)
      assert.strictEqual(timerMillis("deadline", each), 2_147_483_647)
  })

  it("is written as in flags and files, too", () => {
    const texts = [
      ["200s", 200_000],
      ["3m", 180_000],
      ["500ms", 500],
      ["1.5s", 1_500],
      ["1h", 3_600_000]
    ] as const
    for (const [text, millis] of texts) assert.strictEqual(timerMillis("deadline", text), millis)
  })

  it.each([
    ["200", "200"],
    ["0s", "0s"],
    ["200 s", "200 s"],
    [Number.NaN, "NaN"],
    [0, "0"],
    [-5, "-5"],
    ["-30 seconds", "-30 seconds"],
    ["-Infinity", "-Infinity"],
    ["5 sconds", "5 sconds"],
    [{}, "{}"],
    [{ second: 30 }, '{"second":30}'],
    [{ seconds: 30, minuts: 1 }, '{"seconds":30,"minuts":1}'],
    [{ milliseconds: 0 }, '{"milliseconds":0}'],
    [{ minutes: Number.NaN, seconds: 30 }, '{"minutes":null,"seconds":30}'],
    [{ minutes: "3" }, '{"minutes":"3"}'],
    [[Number.NaN, 0], "[null,0]"],
    [null, "null"],
    [true, "true"]
  ])(
    "is refused where it is not a duration above zero, with which a payment would be sent and not waited for: %j",
    (input, got) => {
      const expected = `deadline: expected a duration such as "5s", got ${got}`
      assert.throws(() => timerMillis("deadline", input as Duration.Input), expected)
    }
  )
})
