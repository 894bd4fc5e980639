import { assert, describe, it } from "@effect/vitest"
import { TerminalSimulator } from "@hipay-pos/terminal-simulator"
import * as Effect from "effect/Effect"
import { fieldsOf, request, ticketOf } from "./ecr.ts"
import { exchange } from "./memory.ts"

describe("TerminalSimulator", () => {
  it.effect("pays in memory, and its FIN ends the exchange at once", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make()
      const answer = yield* exchange(terminal, request())
      assert.strictEqual(fieldsOf(answer.text).AE, "10")
      assert.strictEqual(answer.segments, 1)
      assert.isTrue(answer.ended)
      assert.include(ticketOf(answer.text), "12,45 EUR")
    })
  )

  it.effect("writes what it charged into its ledger", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make()
      yield* exchange(terminal, request({ CF: "ORDER_1" }))
      yield* exchange(terminal, request({ CB: "0500", CF: "ORDER_2" }))
      assert.deepStrictEqual(
        terminal.ledger.entries().map(({ sequence, amount, privateData }) => ({ sequence, amount, privateData })),
        [
          { sequence: 1, amount: 1245, privateData: "ORDER_1" },
          { sequence: 2, amount: 500, privateData: "ORDER_2" }
        ]
      )
      assert.strictEqual(terminal.ledger.charged("EUR"), 1745)
    })
  )

  it.effect("tells what happens, in order", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make()
      const told: Array<string> = []
      terminal.subscribe((event) => told.push(event._tag === "Stage" ? event.stage : event._tag))
      yield* exchange(terminal, request())
      assert.deepStrictEqual(told, [
        "Connection",
        "Request",
        "woken",
        "card-presented",
        "authorising",
        "approved",
        "printing",
        "Answer",
        "idle",
        "Connection"
      ])
    })
  )

  it.effect("goes on when a listener throws", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make()
      terminal.subscribe(() => {
        throw new Error("a listener's bug")
      })
      assert.strictEqual(fieldsOf((yield* exchange(terminal, request())).text).AE, "10")
    })
  )
})
