import { assert, describe, it } from "@effect/vitest"
import { TerminalSimulator } from "@hipay-pos/terminal-simulator"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { fieldsOf, request } from "./ecr.ts"
import { connect, exchange } from "./memory.ts"

const Bytes = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 255 }))).check(
  Schema.isMaxLength(64)
)

describe("bad input", () => {
  it.effect("that is no Concert is answered 09, and the line is dropped with a reason", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make()
      const reasons: Array<string | undefined> = []
      terminal.subscribe((event) => {
        if (event._tag === "Connection") reasons.push(event.reason)
      })
      for (const text of ["GET / HTTP/1.1\r\n\r\n", "CZABC0320", "\x02CZ0040300"]) {
        const connection = yield* connect(terminal)
        yield* connection.write(text)
        const answer = yield* connection.read
        assert.strictEqual(fieldsOf(answer ?? "").AF, "09", text)
        yield* connection.close
      }
      assert.include(reasons, "not a Concert request")
    })
  )

  it.effect("that lacks a mandatory field is answered 09 once it grows no more", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make()
      for (const tag of ["CZ", "CJ", "CA", "CB", "CD", "CE"]) {
        const fiber = yield* Effect.forkChild(exchange(terminal, request({ [tag]: undefined })))
        yield* TestClock.adjust("1 second")
        assert.strictEqual(fieldsOf((yield* Fiber.join(fiber)).text).AF, "09", tag)
      }
      assert.strictEqual(terminal.ledger.count(), 0)
    })
  )

  it.effect("that is malformed in a field is answered 09", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make()
      for (const changes of [
        { CZ: "320" },
        { CJ: "012" },
        { CJ: "ABCDEFGHIJKL" },
        { CA: "001" },
        { CA: "A1" },
        { CB: "5" },
        { CB: "12.5" },
        { CB: "1234567890123" },
        { CB: "-100" },
        { CD: "00" },
        { CE: "EUR" }
      ]) {
        const { text } = yield* exchange(terminal, request(changes))
        assert.strictEqual(fieldsOf(text).AF, "09", JSON.stringify(changes))
      }
      assert.strictEqual(terminal.ledger.count(), 0)
    })
  )

  it.effect("that never ends is cut off after eight kilobytes", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make()
      const connection = yield* connect(terminal)
      yield* connection.write(`CF999${"x".repeat(999)}`.repeat(9))
      const answer = yield* connection.read
      assert.include(answer ?? "", "AF00209")
    })
  )

  it.effect("that comes too slowly is dropped ten seconds after its first byte", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make()
      const connection = yield* connect(terminal)
      const reading = yield* Effect.forkChild(Effect.exit(connection.read))
      for (const byte of "CF099ABCDEFG") {
        yield* connection.write(byte)
        yield* TestClock.adjust(900)
      }
      assert.strictEqual((yield* Fiber.join(reading))._tag, "Failure")
    })
  )

  it.effect("that is cut off by its sender is told as such", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make()
      const reasons: Array<string | undefined> = []
      terminal.subscribe((event) => {
        if (event._tag === "Connection") reasons.push(event.reason)
      })
      const connection = yield* connect(terminal)
      yield* connection.write(request().slice(0, 30))
      yield* connection.close
      yield* Effect.yieldNow
      assert.deepStrictEqual(reasons, [undefined, "the request was cut off"])
    })
  )

  it.effect("of blanks and line ends is no request, however long nothing follows", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make({ closesAfterAnswer: false })
      const connection = yield* connect(terminal)
      for (let payment = 1; payment <= 2; payment++) {
        yield* connection.write(request())
        assert.isDefined(yield* connection.read)
        yield* connection.write("\r\n")
        yield* TestClock.adjust("1 minute")
        assert.strictEqual(terminal.ledger.count(), payment)
      }
      yield* connection.close
    })
  )

  it.effect("of nothing at all ends as quietly as it began", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make()
      const connection = yield* connect(terminal)
      yield* connection.close
      assert.deepStrictEqual(terminal.journal(), [])
    })
  )

  it.effect.prop("of any kind leaves the terminal able to take the next payment", [Bytes, Bytes], ([one, two]) =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make()
      const connection = yield* connect(terminal)
      yield* Effect.ignore(connection.write(Buffer.from(one).toString("latin1")))
      yield* Effect.ignore(connection.write(Buffer.from(two).toString("latin1")))
      yield* TestClock.adjust("1 minute")
      yield* connection.close
      assert.strictEqual(fieldsOf((yield* exchange(terminal, request())).text).AE, "10")
    })
  )
})
