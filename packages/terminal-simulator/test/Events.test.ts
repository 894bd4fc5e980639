import { assert, describe, it } from "@effect/vitest"
import { Events, TerminalSimulator, Verify } from "@hipay-pos/terminal-simulator"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { dial, request } from "./ecr.ts"
import { exchange } from "./memory.ts"

describe("Events", () => {
  it.effect("are a stream", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make()
      const first = yield* Effect.forkChild(
        Events.stream(terminal).pipe(
          Stream.filter((event) => event._tag === "Stage"),
          Stream.take(3),
          Stream.runCollect
        ),
        { startImmediately: true }
      )
      yield* Effect.yieldNow
      yield* exchange(terminal, request())
      assert.deepStrictEqual(
        (yield* Fiber.join(first)).map((event) => event._tag === "Stage" && event.stage),
        ["woken", "card-presented", "authorising"]
      )
    })
  )

  it("are an AsyncIterable", async () => {
    await using terminal = await startTerminal({ port: 0, name: "front" })
    const events = Events.asyncIterable(terminal.simulator)[Symbol.asyncIterator]()
    const first = events.next()
    await dial(terminal.port, [request()])
    const { value } = await first
    assert.strictEqual(value?._tag, "Connection")
    assert.strictEqual(value?.terminal, "front")
    await events.return?.()
  })
})

describe("Verify", () => {
  it.effect("passes on what happened and says what did not", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make()
      Verify.receivedNothing(terminal)
      Verify.chargedNothing(terminal)
      yield* exchange(terminal, request({ CF: "A" }))
      Verify.receivedInOrder(terminal, [{ CF: "A", CB: "1245", BA: undefined }])
      Verify.charged(terminal, 1245)
      Verify.chargedOnce(terminal, 1245)
      yield* exchange(terminal, request({ CF: "B" }))
      assert.throws(() => Verify.chargedOnce(terminal, 1245), "expected one debit of 1245 EUR, got 1245 EUR, 1245 EUR")
      assert.throws(() => Verify.charged(terminal, 1245), "expected 1245 EUR charged, got 2490 EUR")
      assert.throws(() => Verify.receivedInOrder(terminal, [{ CF: "B" }, { CF: "A" }]), Verify.VerificationFailed)
      assert.throws(() => Verify.chargedNothing(terminal), "got 2490 EUR")
    })
  )
})
