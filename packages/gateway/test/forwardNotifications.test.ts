/** When a delivery is retried, and when it is given up. */
import { assert, describe, it } from "@effect/vitest"
import { type Forward, NotifyPlaces } from "@hipay-pos/server"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as Forwarder from "../src/relay/forwardNotifications.ts"

const delivery: Forward = {
  number: 1,
  tries: 0,
  dueAt: 0,
  place: "http://shop.example:3000/",
  url: "http://shop.example:3000/notify",
  contentType: "application/x-www-form-urlencoded",
  signature: "abc",
  body: new Uint8Array([1])
}

/** A forwarder with one delivery, and the times of its tries. */
const start = Effect.fnUntraced(function* (
  answer: (tries: number) => number,
  allowed = ["shop.example:3000"],
  waiting = delivery
) {
  const clock = yield* Clock.Clock
  const tried: Array<number> = []
  const warnings: Array<string> = []
  const givenUp: Array<string> = []
  let kept: Forward | undefined = waiting
  yield* Forwarder.start({
    store: {
      isShared: false,
      nextForward: () => Effect.sync(() => kept),
      dropForward: () =>
        Effect.sync(() => {
          kept = undefined
        }),
      delayForward: (_, dueAt) =>
        Effect.sync(() => {
          kept = kept && { ...kept, dueAt, tries: kept.tries + 1 }
        })
    },
    onWarning: (detail) => warnings.push(detail),
    onGivenUp: (reason) => givenUp.push(reason),
    isAllowed: NotifyPlaces.makeIsAllowed(allowed),
    post: async () => {
      tried.push(clock.currentTimeMillisUnsafe() / 1000)
      return answer(tried.length)
    }
  })
  return { tried, warnings, givenUp, isKept: () => kept !== undefined }
})

/** Lets pending work finish. */
const rest = Effect.promise(() => new Promise<void>((resolve) => setImmediate(resolve)))

const pass = (seconds: number) => Effect.andThen(TestClock.adjust(seconds * 1000), Effect.andThen(rest, rest))

describe("a delivery to a shop", () => {
  it.effect("is tried again after 10 s, 1 min, 10 min and every hour until the shop takes it", () =>
    Effect.gen(function* () {
      const { tried, warnings, isKept } = yield* start((tries) => (tries < 7 ? 500 : 204))
      yield* pass(0)
      for (const seconds of [10, 60, 600, 3600, 3600, 3600]) {
        assert.isTrue(isKept())
        yield* pass(seconds)
      }
      assert.deepStrictEqual(tried, [0, 10, 70, 670, 4270, 7870, 11470])
      assert.isFalse(isKept())
      assert.deepStrictEqual(warnings, [
        "a notification was not handed on to shop.example:3000 and is tried again: it answered 500"
      ])
    })
  )

  it.effect("is due if a clock that was ahead has put it off for longer than any pause", () =>
    Effect.gen(function* () {
      const { tried } = yield* start(() => 204, undefined, { ...delivery, tries: 1, dueAt: 2 * 3_600_000 })
      yield* pass(0)
      assert.deepStrictEqual(tried, [0])
    })
  )

  it.effect("is given up after three days, and says so", () =>
    Effect.gen(function* () {
      const { tried, warnings, givenUp, isKept } = yield* start(() => 302)
      for (let i = 0; i <= Forwarder.TRIES; i++) yield* pass(3600)
      assert.lengthOf(tried, Forwarder.TRIES)
      assert.isFalse(isKept())
      assert.include(warnings.at(-1), "given up")
      assert.deepStrictEqual(givenUp, ["not-taken"])
    })
  )

  it.effect("waits while its address is not allowed, with one warning, and is given up at last", () =>
    Effect.gen(function* () {
      const { tried, warnings, givenUp, isKept } = yield* start(() => 204, ["other.example:3000"])
      for (let i = 0; i < 9; i++) yield* pass(3600)
      assert.isTrue(isKept())
      assert.deepStrictEqual(givenUp, [])
      assert.deepStrictEqual(warnings, [
        "a notification was not handed on to shop.example:3000 and is tried again: shop.example:3000 is not among the --notify addresses"
      ])
      for (let i = 9; i <= Forwarder.TRIES; i++) yield* pass(3600)
      assert.isFalse(isKept())
      assert.lengthOf(warnings, 2)
      assert.include(warnings[1], "given up")
      assert.deepStrictEqual(givenUp, ["not-allowed"])
      assert.lengthOf(tried, 0)
    })
  )

  it.effect("causes a warning if its address is no longer allowed, even after earlier tries", () =>
    Effect.gen(function* () {
      const { tried, warnings, isKept } = yield* start(() => 204, [], { ...delivery, tries: 3 })
      yield* pass(0)
      assert.lengthOf(tried, 0)
      assert.lengthOf(warnings, 1)
      assert.isTrue(isKept())
    })
  )
})

describe("a delivery that several processes may forward", () => {
  it.effect("is not forwarded by a process that did not take it, even if it becomes due during the query", () =>
    Effect.gen(function* () {
      const asked: Array<number> = []
      let sent = 0
      yield* Forwarder.start({
        store: {
          isShared: true,
          // The first query takes a millisecond, in which the delivery becomes due; then another process takes it.
          nextForward: (now) =>
            asked.push(now) > 1 ? Effect.undefined : Effect.as(Effect.sleep(1), { ...delivery, dueAt: now + 1 }),
          dropForward: () => Effect.void,
          delayForward: () => Effect.void
        },
        onWarning: () => {},
        isAllowed: () => true,
        post: async () => {
          sent++
          return 204
        }
      })
      yield* rest
      yield* TestClock.adjust(1)
      yield* Effect.andThen(rest, rest)
      assert.strictEqual(asked.length, 2)
      assert.strictEqual(sent, 0)
    })
  )
})

describe("deliveries to several shops", () => {
  it.effect("go on while one shop does not answer, to each of them one after the other", () =>
    Effect.gen(function* () {
      const hosts = ["dead", "b", "b", "dead", "c", "b"]
      const waiting = new Map(
        hosts.map((host, i) => [i, { ...delivery, number: i, place: host, url: `http://${host}.example:3000/notify` }])
      )
      const [sent, lost]: [Array<string>, Array<number>] = [[], []]
      const dead = Promise.withResolvers<number>()
      yield* Forwarder.start({
        store: {
          isShared: false,
          nextForward: (_, except = []) =>
            Effect.sync(() => [...waiting.values()].find(({ place }) => !except.includes(place))),
          dropForward: (number) => Effect.sync(() => void waiting.delete(number)),
          delayForward: (number) => Effect.sync(() => void (lost.push(number) && waiting.delete(number)))
        },
        onWarning: () => {},
        isAllowed: () => true,
        post: ({ number, url }) => {
          sent.push(`${number} ${URL.parse(url)?.hostname}`)
          return url.includes("dead") ? dead.promise : Promise.resolve(204)
        }
      })
      for (let i = 0; i < 5; i++) yield* pass(0)
      assert.deepStrictEqual(sent.toSorted(), [
        "0 dead.example",
        "1 b.example",
        "2 b.example",
        "4 c.example",
        "5 b.example"
      ])
      assert.deepStrictEqual([...waiting.keys()], [0, 3])
      dead.reject(new DOMException("no answer", "TimeoutError"))
      for (let i = 0; i < 3; i++) yield* pass(0)
      assert.deepStrictEqual(lost, [0, 3])
      assert.lengthOf(sent, 6)
    })
  )
})
