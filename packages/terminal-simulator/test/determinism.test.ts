import { assert, describe, it } from "@effect/vitest"
import { Cardholder, Fault, Script, type SimulatorEvent, TerminalSimulator } from "@hipay-pos/terminal-simulator"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { request } from "./ecr.ts"
import { exchange } from "./memory.ts"

/** Plays a script at human pace: every byte, and every event with its time. */
const play = (script: ReadonlyArray<Script.Step>, seed: string | number, amount: number) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(Date.UTC(2026, 10, 23, 9))
    const terminal = yield* TerminalSimulator.make({
      seed,
      pace: "human",
      cardholder: Cardholder.scripted(Script.toBehaviours(script)),
      faults: [Result.getOrThrow(Fault.make("split"))]
    })
    const events: Array<SimulatorEvent.SimulatorEvent> = []
    terminal.subscribe((event) => events.push(event))
    const texts: Array<string> = []
    for (const _ of script) {
      const fiber = yield* Effect.forkChild(exchange(terminal, request({ CB: String(amount) })))
      yield* TestClock.adjust("5 minutes")
      texts.push((yield* Fiber.join(fiber)).text)
    }
    return { texts, events }
  })

describe("determinism", () => {
  it.effect.prop(
    "the same seed, script and clock give the same bytes and the same story",
    [
      Schema.Array(Script.Step).check(Schema.isMaxLength(4)),
      Schema.Union([Schema.String, Schema.Int]),
      Schema.Int.check(Schema.isBetween({ minimum: 10, maximum: 999_999 }))
    ],
    ([script, seed, amount]) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* play(script, seed, amount), yield* play(script, seed, amount))
      })
  )

  it.effect("another seed gives other authorization numbers", () =>
    Effect.gen(function* () {
      const one = yield* play(["approved"], 1, 1245)
      const other = yield* play(["approved"], 2, 1245)
      assert.notDeepEqual(one.texts, other.texts)
    })
  )

  it.effect("a reset begins the seed and the script again", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make({
        seed: 7,
        cardholder: Cardholder.scripted([Cardholder.walksAway])
      })
      const pay = Effect.map(exchange(terminal, request()), ({ text }) => text)
      const first = [yield* pay, yield* pay]
      yield* terminal.reset
      assert.strictEqual(terminal.ledger.count(), 0)
      assert.deepStrictEqual([yield* pay, yield* pay], first)
    })
  )
})
