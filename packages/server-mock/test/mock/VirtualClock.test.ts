import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as VirtualClock from "../../src/mock/VirtualClock.ts"

const START = 1_000_000

/** A frozen clock, and what was recorded while it was advanced. */
const frozen = () => {
  const clock = VirtualClock.make(() => START)
  clock.freeze()
  return noting(clock)
}

const noting = (clock: VirtualClock.VirtualClock) => {
  const noted: Array<string> = []
  const note = (what: string) => Effect.map(Clock.currentTimeMillis, (now) => void noted.push(`${what} ${now - START}`))
  const fork = (effect: Effect.Effect<void>) => Effect.runFork(Effect.provideService(effect, Clock.Clock, clock))
  return { clock, noted, note, fork }
}

describe("a clock that is put forward", () => {
  it("wakes sleepers in the order of their wake-up times, each at its own", async () => {
    const { clock, noted, note, fork } = frozen()
    fork(Effect.andThen(Effect.sleep(300), note("late")))
    fork(Effect.andThen(Effect.sleep(100), note("early")))
    fork(
      Effect.andThen(
        Effect.sleep(100),
        Effect.andThen(note("first nap"), Effect.andThen(Effect.sleep(150), note("second nap")))
      )
    )
    await Effect.runPromise(clock.advance(299))
    assert.deepStrictEqual(noted, ["early 100", "first nap 100", "second nap 250"])
    await Effect.runPromise(clock.advance(1))
    assert.deepStrictEqual(noted.slice(3), ["late 300"])
  })

  it("waits for work outside before time passes, and for what follows from it", async () => {
    const { clock, noted, note, fork } = frozen()
    const answer = Promise.withResolvers<void>()
    const asking = clock.outside(Effect.promise(() => answer.promise))
    fork(Effect.andThen(asking, Effect.andThen(Effect.sleep(100), note("retry"))))
    const advanced = Effect.runPromise(clock.advance(1_000))
    await new Promise((resolve) => setImmediate(resolve))
    answer.resolve()
    await advanced
    assert.deepStrictEqual(noted, ["retry 100"])
  })

  it("does not wait for ever for work outside", async () => {
    const { clock, noted, note, fork } = frozen()
    fork(clock.outside(Effect.never))
    fork(Effect.andThen(Effect.sleep(100), note("other")))
    await Effect.runPromise(clock.advance(100))
    assert.deepStrictEqual(noted, ["other 100"])
  })

  it("can be set to an earlier or later time, without any time passing", async () => {
    const { clock, noted, note, fork } = frozen()
    fork(Effect.andThen(Effect.sleep(100), note("after")))
    await Effect.runPromise(clock.advance(40))
    clock.set(START - 500_000)
    assert.strictEqual(clock.currentTimeMillisUnsafe(), START - 500_000)
    await Effect.runPromise(clock.advance(59))
    assert.deepStrictEqual(noted, [])
    await Effect.runPromise(clock.advance(1))
    assert.deepStrictEqual(noted, ["after -499940"])
    clock.set(START + 500_000)
    assert.isTrue(clock.isFrozen())
    assert.strictEqual(clock.currentTimeMillisUnsafe(), START + 500_000)
  })

  it("keeps its monotonic time when it is set, and advances it when it is advanced", async () => {
    let passed = 0
    const clock = VirtualClock.make(
      () => START + passed,
      () => passed
    )
    const monotonic = () => Number(clock.monotonicTimeNanosUnsafe()) / 1e6
    clock.set(START + 86_400_000)
    assert.strictEqual(monotonic(), 0)
    await Effect.runPromise(clock.advance(1_000))
    assert.strictEqual(monotonic(), 1_000)
    passed += 10
    assert.strictEqual(monotonic(), 1_010)
    clock.freeze()
    passed += 5_000
    clock.set(START)
    assert.strictEqual(monotonic(), 1_010)
    await Effect.runPromise(clock.advance(90))
    assert.deepStrictEqual([monotonic(), clock.currentTimeMillisUnsafe()], [1_100, START + 90])
    clock.resume()
    passed += 10
    assert.deepStrictEqual([monotonic(), clock.currentTimeMillisUnsafe()], [1_110, START + 100])
  })

  it("shows the real time of day, even if that is set, and sleepers wait no longer for it", async () => {
    let timeOfDay = START
    const clock = VirtualClock.make(
      () => timeOfDay,
      () => 0
    )
    const { noted, note, fork } = noting(clock)
    fork(Effect.andThen(Effect.sleep(100), note("woke")))
    timeOfDay -= 86_400_000
    assert.strictEqual(clock.currentTimeMillisUnsafe(), START - 86_400_000)
    await Effect.runPromise(clock.advance(100))
    assert.deepStrictEqual(noted, ["woke -86399900"])
  })

  it("keeps running from the time that it is set to", () => {
    let real = START
    const clock = VirtualClock.make(() => real)
    clock.set(5_000)
    real += 10
    assert.isFalse(clock.isFrozen())
    assert.strictEqual(clock.currentTimeMillisUnsafe(), 5_010)
  })

  it("stops while it is frozen, and continues from there", async () => {
    let real = START
    const clock = VirtualClock.make(() => real)
    clock.freeze()
    real += 5_000
    assert.strictEqual(clock.currentTimeMillisUnsafe(), START)
    await Effect.runPromise(clock.advance(60_000))
    assert.strictEqual(clock.currentTimeMillisUnsafe(), START + 60_000)
    clock.resume()
    real += 10
    assert.strictEqual(clock.currentTimeMillisUnsafe(), START + 60_010)
  })

  it("forgets a sleeper who was interrupted", async () => {
    const { clock, noted, note, fork } = frozen()
    const sleeper = fork(Effect.andThen(Effect.sleep(100), note("woke")))
    await Effect.runPromise(Fiber.interrupt(sleeper))
    await Effect.runPromise(clock.advance(200))
    assert.deepStrictEqual(noted, [])
  })

  it("runs like any other clock until it is touched", async () => {
    const clock = VirtualClock.make()
    await Effect.runPromise(Effect.provideService(Effect.sleep(1), Clock.Clock, clock))
    assert.isFalse(clock.isFrozen())
  })
})

describe("ten thousand sleepers", () => {
  it("of the same hour wake together, in the order in which they went to sleep", async () => {
    const { clock, noted, note, fork } = frozen()
    const names = Array.from({ length: 10_000 }, (_, index) => `${index}`)
    for (const name of names) fork(Effect.andThen(Effect.sleep(100), note(name)))
    await Effect.runPromise(clock.advance(100))
    assert.deepStrictEqual(
      noted,
      names.map((name) => `${name} 100`)
    )
  })
})
