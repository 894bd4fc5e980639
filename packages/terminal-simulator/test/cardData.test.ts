import { assert, describe, it } from "@effect/vitest"
import { type SimulatorEvent, TerminalSimulator } from "@hipay-pos/terminal-simulator"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { request } from "./ecr.ts"
import { connect, exchange } from "./memory.ts"

const PAN = "4970108642097535"

/** No seven digits in a row of a number that was planted. */
const assertHidden = (kept: unknown) => {
  const text = JSON.stringify(kept)
  for (let at = 0; at + 7 <= PAN.length; at++) assert.notInclude(text, PAN.slice(at, at + 7))
}

describe("a card number that an ECR sends", () => {
  it.effect.prop(
    "is masked in journal, ledger and events, whatever field it stands in",
    [Schema.Literals(["CZ", "CJ", "CA", "CB", "CD", "CE", "CF", "CH", "CC", "BI", "QX"]), Schema.Boolean],
    ([tag, alone]) =>
      Effect.gen(function* () {
        const terminal = yield* TerminalSimulator.make()
        const told: Array<unknown> = []
        terminal.subscribe((event) => told.push(event))
        const connection = yield* connect(terminal)
        yield* connection.write(request({ [tag]: alone ? PAN : `order ${PAN} of today` }))
        yield* connection.close
        assert.isNotEmpty(told)
        assertHidden([terminal.journal(), terminal.ledger.entries(), told])
      })
  )

  it.effect.each([
    ["lacks a field", request({ CF: PAN, CE: undefined })],
    ["has a value out of bounds", request({ CA: "1", CH: `order ${PAN}` })],
    ["repeats a field", `${request({ CF: PAN })}CB0041245`],
    ["repeats its order id", `${request({ CF: PAN })}CF016${PAN}`],
    ["ends in noise", `${request({ CF: PAN })}\x03A`],
    ["is followed by another", `${request({ CE: undefined })}${request({ CF: PAN })}`]
  ] as const)("is masked in an order's id beside what is wrong with a request that %s", ([_, text]) =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make()
      const told: Array<SimulatorEvent.SimulatorEvent> = []
      terminal.subscribe((event) => told.push(event))
      const connection = yield* connect(terminal)
      yield* connection.write(text)
      yield* TestClock.adjust("1 second")
      yield* connection.close
      assert.isTrue(told.some((event) => "received" in event && event.received !== undefined))
      assertHidden([terminal.journal(), told])
    })
  )

  it.effect("leaves the other bytes of a request with a problem as they are, whatever its order's id is", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make()
      const told: Array<SimulatorEvent.SimulatorEvent> = []
      terminal.subscribe((event) => told.push(event))
      const text = request({ CF: "$&$'$$1", CE: undefined })
      const connection = yield* connect(terminal)
      yield* connection.write(text)
      yield* TestClock.adjust("1 second")
      yield* connection.close
      assert.deepStrictEqual(
        told.flatMap((event) => ("received" in event && event.received !== undefined ? [event.received] : [])),
        [text]
      )
    })
  )

  it.effect("is masked in a field that comes while the payment runs", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make({ closesAfterAnswer: false })
      const late = `CF016${PAN}`
      terminal.subscribe((event) => {
        if (event._tag === "Stage" && event.stage === "authorising") {
          Effect.runSync(Effect.ignore(connection.write(late)))
        }
      })
      const connection = yield* connect(terminal)
      yield* connection.write(request())
      const answer = (yield* connection.read) ?? ""
      assert.include(answer, late)
      yield* connection.close
      assertHidden(terminal.journal())
    })
  )

  it.effect("is not taken for one where an order's id holds a time: what is shown is what was sent", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make()
      yield* exchange(terminal, request({ CF: "ORDER-1764339737123-42" }))
      const [kept] = terminal.journal()
      assert.include(kept?.request, "CF022ORDER-1764339737123-42")
      assert.include(kept?.answer, "CF022ORDER-1764339737123-42")
    })
  )

  it.effect("is echoed on the line as it came, as a terminal does", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make()
      assert.include((yield* exchange(terminal, request({ CF: PAN }))).text, `CF016${PAN}`)
    })
  )
})
