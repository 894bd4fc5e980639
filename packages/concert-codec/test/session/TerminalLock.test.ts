import { assert, describe, it } from "@effect/vitest"
import * as ConcertSession from "@hipay-pos/concert-codec/ConcertSession"
import type { Request } from "@hipay-pos/concert-codec/Request"
import { NotStarted } from "@hipay-pos/core/Terminal"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { TestClock } from "effect/testing"
import { Scripted } from "./scripted.ts"

const request = (amount: number): Request => ({
  version: "0320",
  protocolIdentifier: "012345678901",
  register: "01",
  amount,
  action: "debit",
  currency: "EUR"
})

const approved = "CZ0040320AE00210CD0010CE003978"

type Options = Partial<ConcertSession.Exchange>

/** Joins the queue, and lets everything run until it waits. */
const start = (terminal: Scripted, amount = 1245, options: Options = {}) =>
  Effect.tap(
    Effect.forkChild(
      ConcertSession.exchange({
        connector: terminal.connector,
        address: { host: "10.0.0.7", port: 8888 },
        request: request(amount),
        ...options
      }),
      { startImmediately: true }
    ),
    rest
  )

/** Runs everything that does not wait for time. */
const rest = TestClock.adjust(0)

/** Answers every request with the requested amount. */
const answer = (terminal: Scripted) => {
  const amount = /CB003(\d{3})/.exec(terminal.writes.at(-1) ?? "")?.[1] ?? "1245"
  terminal.send(`${approved}CB00${amount.length}${amount}`)
  terminal.end()
}

const answersAtOnce = (terminal: Scripted) => {
  terminal.onWrite = answer
}

/** A successful exchange shows that the lock is free. */
const assertFree = Effect.fnUntraced(function* (terminal: Scripted) {
  answersAtOnce(terminal)
  const fiber = yield* start(terminal)
  assert.strictEqual((yield* Fiber.join(fiber)).response.status, "done")
})

const notNow = Effect.fail(new NotStarted({ kind: "QueueFull", detail: "not now" }))

describe("the next one in line", () => {
  /** What is reported, and when the first caller knows, until the second one is admitted. */
  const until = Effect.fnUntraced(function* (
    ends: (terminal: Scripted) => Effect.Effect<void>,
    before: (terminal: Scripted) => void = () => {}
  ) {
    const terminal = new Scripted()
    before(terminal)
    const told: Array<string> = []
    const connecting = terminal.connecting
    // Holds the first one until the second one is queued.
    let go = () => {}
    terminal.connecting = Effect.andThen(
      Effect.callback<void>((resume) => {
        go = () => resume(Effect.void)
      }),
      connecting
    )
    const first = yield* start(terminal, 1245, {
      onEvent: ({ _tag }) => {
        if (_tag === "Answered" || _tag === "Unknown" || _tag === "Closed") told.push(_tag)
      },
      settings: { queueTimeout: "1 hour" }
    })
    first.addObserver(() => told.push("the caller knows"))
    yield* start(terminal, 1245, {
      admit: () =>
        Effect.andThen(
          Effect.sync(() => told.push("the next one")),
          notNow
        ),
      settings: { queueTimeout: "1 hour" }
    })
    go()
    yield* rest
    yield* ends(terminal)
    yield* rest
    return told.slice(0, told.indexOf("the next one"))
  })

  it.effect("starts once an answer is reported and the connection is closed", () =>
    Effect.gen(function* () {
      const ends = (terminal: Scripted) => Effect.sync(() => answer(terminal))
      assert.deepStrictEqual(yield* until(ends), ["Answered", "Closed", "the caller knows"])
    })
  )

  it.effect("starts once a cut connection is reported as unknown", () =>
    Effect.gen(function* () {
      const ends = (terminal: Scripted) => Effect.sync(() => terminal.breakOff())
      assert.deepStrictEqual(yield* until(ends), ["Unknown", "Closed", "the caller knows"])
    })
  )

  it.effect("starts once silence is reported as unknown, while the connection stays open", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* until(() => TestClock.adjust("180 seconds")), ["Unknown", "the caller knows"])
    })
  )

  it.effect("starts once a failed write is reported as unknown", () =>
    Effect.gen(function* () {
      const told = yield* until(
        () => Effect.void,
        (terminal) => {
          terminal.writeFails = true
        }
      )
      assert.deepStrictEqual(told, ["Unknown", "Closed", "the caller knows"])
    })
  )

  it.effect("starts once a bug is reported as unknown", () =>
    Effect.gen(function* () {
      const told = yield* until((terminal) => Effect.sync(() => terminal.send(undefined as unknown as string)))
      assert.deepStrictEqual(told, ["Unknown", "Closed", "the caller knows"])
    })
  )
})

describe("a queue", () => {
  it.effect("of four hundred is served in order of arrival, one at a time", () =>
    Effect.gen(function* () {
      const terminal = new Scripted()
      const amounts = Array.from({ length: 400 }, (_, index) => 100 + index)
      const fibers = []
      for (const amount of amounts) fibers.push(yield* start(terminal, amount))
      for (const [index, fiber] of fibers.entries()) {
        assert.strictEqual(terminal.writes.length, index + 1)
        answer(terminal)
        assert.strictEqual((yield* Fiber.join(fiber)).response.amount, amounts[index])
        yield* rest
      }
      yield* assertFree(terminal)
    })
  )

  it.effect("of three thousand that fail when their turn comes is empty at once", () =>
    Effect.gen(function* () {
      const terminal = new Scripted()
      const first = yield* start(terminal)
      const waiting = []
      for (let count = 0; count < 3_000; count++) {
        const exchange = ConcertSession.exchange({
          connector: terminal.connector,
          address: { host: "10.0.0.7", port: 8888 },
          request: request(1245),
          admit: () => notNow
        })
        waiting.push(yield* Effect.forkChild(exchange, { startImmediately: true }))
      }
      answer(terminal)
      yield* Fiber.join(first)
      for (const fiber of waiting) assert.deepInclude(yield* Effect.flip(Fiber.join(fiber)), { detail: "not now" })
      yield* assertFree(terminal)
      assert.strictEqual(terminal.connections, 2)
    })
  )

  it.effect("goes on if one is interrupted at the moment its turn comes", () =>
    Effect.gen(function* () {
      const terminal = new Scripted()
      const first = yield* start(terminal)
      const second = yield* start(terminal)
      const third = yield* start(terminal, 300)
      answer(terminal)
      second.interruptUnsafe()
      yield* Fiber.join(first)
      yield* rest
      assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(second)))
      assert.include(terminal.writes.at(-1) ?? "", "CB003300")
      answer(terminal)
      yield* Fiber.join(third)
      yield* assertFree(terminal)
    })
  )

  it.effect("goes on if one times out at the moment its turn comes", () =>
    Effect.gen(function* () {
      const terminal = new Scripted()
      const first = yield* start(terminal)
      const second = yield* start(terminal)
      yield* TestClock.adjust("9700 millis")
      const third = yield* start(terminal)
      // The wait for more of the answer ends at the same time as the second one's wait for the lock.
      terminal.send(`${approved}CB0041245`)
      yield* TestClock.adjust("300 millis")
      yield* Fiber.join(first)
      const served = [second, third].filter((fiber) => fiber.pollUnsafe() === undefined)
      for (const fiber of served) {
        answer(terminal)
        yield* Fiber.join(fiber)
        yield* rest
      }
      assert.strictEqual(terminal.writes.length, 1 + served.length)
      yield* assertFree(terminal)
    })
  )

  it.effect("keeps its order when one in the middle leaves", () =>
    Effect.gen(function* () {
      const terminal = new Scripted()
      const fibers = []
      for (const amount of [100, 200, 300, 400]) fibers.push(yield* start(terminal, amount))
      yield* Fiber.interrupt(fibers[1] ?? assert.fail())
      for (const _ of [1, 2, 3]) {
        answer(terminal)
        yield* rest
      }
      assert.deepStrictEqual(
        terminal.writes.map((text) => /CB003(\d+)CD/.exec(text)?.[1]),
        ["100", "300", "400"]
      )
    })
  )
})
