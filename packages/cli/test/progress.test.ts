/** What a person sees while waiting for a terminal. */
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { makeWaiting, whileWaiting } from "../src/progress.ts"

const waitFor = (isTTY: boolean, once: boolean, columns = 80) =>
  Effect.gen(function* () {
    const written: Array<string> = []
    const screen = { isTTY, columns, write: (text: string) => written.push(text) }
    const waiting = whileWaiting({ what: "5.00 EUR", hint: "The red key cancels.", once, screen })
    const fiber = yield* Effect.forkChild(waiting(Effect.as(Effect.sleep("65 seconds"), "paid")))
    yield* TestClock.adjust("65 seconds")
    assert.strictEqual(yield* Fiber.join(fiber), "paid")
    return written
  })

describe("whileWaiting", () => {
  it.effect("counts the seconds on a terminal, then erases its line", () =>
    Effect.gen(function* () {
      const written = yield* waitFor(true, true)
      for (const seconds of [0, 12, 64])
        assert.include(written.join(""), `5.00 EUR: ${seconds} s. The red key cancels.`)
      assert.strictEqual(written.at(-1), "\r\u001b[K")
    })
  )

  it.effect("counts them even if the time of day is set meanwhile", () =>
    Effect.gen(function* () {
      const clock = yield* Clock.Clock
      const own = { ...clock, currentTimeMillis: Effect.map(clock.currentTimeMillis, (now) => -1_000 * now) }
      const written = yield* Effect.provideService(waitFor(true, true), Clock.Clock, own)
      assert.include(written.join(""), "5.00 EUR: 64 s. The red key cancels.")
    })
  )

  it.effect("never fills a line, which would wrap", () =>
    Effect.gen(function* () {
      const lines = (yield* waitFor(true, true, 20)).map((line) => line.replace("\r\u001b[K", ""))
      assert.strictEqual(Math.max(...lines.map(({ length }) => length)), 19)
    })
  )

  it.effect("shows no hint before the order is sent, and nothing at all without a terminal", () =>
    Effect.gen(function* () {
      const waitBefore = Effect.fnUntraced(function* (isTTY: boolean, leaves: boolean) {
        const written: Array<string> = []
        const screen = { isTTY, columns: 80, write: (text: string) => written.push(text) }
        const { left, during } = makeWaiting({ what: "5.00 EUR", hint: "The red key cancels.", once: true, screen })
        const sending = Effect.andThen(
          Effect.sleep("5 seconds"),
          Effect.sync(() => {
            if (leaves) left()
            if (leaves) left()
          })
        )
        const fiber = yield* Effect.forkChild(during(Effect.andThen(sending, Effect.sleep("5 seconds"))))
        yield* TestClock.adjust("10 seconds")
        yield* Fiber.join(fiber)
        return written
      })
      assert.deepStrictEqual(yield* waitBefore(false, false), [])
      assert.deepStrictEqual(yield* waitBefore(false, true), ["5.00 EUR: waiting. The red key cancels.\n"])
      const moving = (yield* waitBefore(true, true)).join("")
      assert.include(moving, "5.00 EUR: 4 s.\r")
      assert.include(moving, "5.00 EUR: 6 s. The red key cancels.")
      assert.notInclude((yield* waitBefore(true, false)).join(""), "red key")
    })
  )

  it.effect("prints it once without a terminal, or not at all", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* waitFor(false, true), ["5.00 EUR: waiting. The red key cancels.\n"])
      assert.deepStrictEqual(yield* waitFor(false, false), [])
    })
  )
})
