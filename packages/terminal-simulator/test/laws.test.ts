import { assert, describe, it } from "@effect/vitest"
import { Cardholder, Script, TerminalSimulator } from "@hipay-pos/terminal-simulator"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { fieldsOf, request } from "./ecr.ts"
import { connect, exchange } from "./memory.ts"

const BEGIN = Date.UTC(2026, 10, 23, 9)

/** Few amounts, so that cancellations meet the sale that they are for. */
const Asked = Schema.Struct({
  action: Schema.Literals(["0", "1", "2", "3", "B", "I"]),
  amount: Schema.Literals(["1000", "2500", "6000"]),
  step: Script.Step
})

describe("laws", () => {
  it.effect.prop(
    "what the ECR was told adds up to what the ledger says",
    [Schema.Array(Asked).check(Schema.isMaxLength(12))],
    ([asked]) =>
      Effect.gen(function* () {
        yield* TestClock.setTime(BEGIN)
        const terminal = yield* TerminalSimulator.make()
        let told = 0
        for (const { action, amount, step } of asked) {
          const movesMoney = ["0", "1", "2"].includes(action)
          terminal.setCardholder(Cardholder.scripted(Script.toBehaviours([step])))
          const changes = movesMoney ? { CD: action, CB: amount } : { CD: action, CB: undefined, CE: undefined }
          const { AE, CB } = fieldsOf((yield* exchange(terminal, request(changes))).text)
          if (movesMoney && AE === "10") told += action === "0" ? Number(CB) : -Number(CB)
        }
        assert.strictEqual(terminal.ledger.charged(), told)
      })
  )

  it.effect.prop(
    "a request gets the same answer in whatever pieces it comes",
    [Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 70 }))).check(Schema.isMaxLength(6))],
    ([cuts]) =>
      Effect.gen(function* () {
        const answerTo = (pieces: ReadonlyArray<string>) =>
          Effect.gen(function* () {
            yield* TestClock.setTime(BEGIN)
            const terminal = yield* TerminalSimulator.make({ seed: 1 })
            const connection = yield* connect(terminal)
            // The first byte travels alone: a single whole piece would be taken at once.
            for (const piece of pieces) yield* connection.write(piece)
            const answer = yield* Effect.forkChild(connection.read)
            yield* TestClock.adjust(100)
            return fieldsOf((yield* Fiber.join(answer)) ?? "")
          })
        const text = request({ CF: "ORDER_1" })
        const at = [...new Set([1, ...cuts])].sort((a, b) => a - b)
        const pieces = at.map((cut, index) => text.slice(index === 0 ? 0 : at[index - 1], cut))
        const whole = yield* answerTo([text])
        assert.deepStrictEqual(yield* answerTo([...pieces, text.slice(at.at(-1))]), whole)
      })
  )
})
