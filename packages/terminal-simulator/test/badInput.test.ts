import { assert, describe, it } from "@effect/vitest"
import { Cardholder, type SimulatorEvent, TerminalSimulator } from "@hipay-pos/terminal-simulator"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { fieldsOf, request } from "./ecr.ts"
import { connect, exchange } from "./memory.ts"

const Bytes = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 255 }))).check(
  Schema.isMaxLength(64)
)

const Pan = Schema.String.check(Schema.isPattern(/^[3-6]\d{12,18}$/))

/** UTF-8, one character a byte. */
const utf8 = (text: string) => String.fromCharCode(...new TextEncoder().encode(text))

/** Every event, and those that say what is wrong with a request. */
const listen = (terminal: TerminalSimulator.TerminalSimulator) => {
  const events: Array<SimulatorEvent.SimulatorEvent> = []
  terminal.subscribe((event) => {
    events.push(event)
  })
  const said = () => events.flatMap((event) => ("problem" in event && event.problem !== undefined ? [event] : []))
  return { events, said }
}

describe("bad input", () => {
  it.effect("that is not Concert is answered 09, and the line is dropped with a reason", () =>
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

  it.effect.each([
    ["\x05", 0, /^ENQ \(0x05\) opens /],
    ["\x05\x05", 0, /^ENQ \(0x05\) opens /],
    ["cz", 0, /^no field begins here/],
    [`${request()}\x03`, 64, /^ETX \(0x03\) ends .*Concert V3 over IP$/],
    [`${request()}\x03A`, 64, /^ETX \(0x03\) ends .*Concert V3 over IP$/],
    [`${request()}\x04`, 64, /^EOT \(0x04\) ends /],
    [`${request()}C?`, 64, /^no field begins here/]
  ] as const)(
    "is answered and explained at once where its last bytes can begin no field: %j",
    ([text, offset, words]) =>
      Effect.gen(function* () {
        for (const pieces of [[text], [...text]]) {
          const terminal = yield* TerminalSimulator.make()
          const { said } = listen(terminal)
          const connection = yield* connect(terminal)
          for (const piece of pieces) yield* connection.write(piece)
          assert.strictEqual(fieldsOf((yield* connection.read) ?? "").AF, "09")
          assert.isUndefined(yield* connection.read)
          assert.deepInclude(said()[0]?.problem, { offset })
          assert.match(said()[0]?.problem?.problem ?? "", words)
        }
      })
  )

  it.effect.each([
    ["GET / HTTP/1.1\r\n\r\n", { offset: 0 }, /^this is HTTP: /],
    ["\x16\x03\x01\x00\xc8\x01", { offset: 0 }, /^this is TLS: /],
    [`\x02${request()}\x03A`, { offset: 0 }, /^STX \(0x02\) .*Concert V3 over IP$/],
    ["\x05", { offset: 0 }, /^ENQ \(0x05\) /],
    ["CZABC0320", { offset: 0, tag: "CZ" }, /the length is not three digits/],
    [
      utf8(`${request()}CF005Été 1CK003100`),
      { tag: "CF", announced: 5, found: 7, characters: 5 },
      /^CF at byte 64 announces 5 bytes, 7 came \(5 characters of UTF-8\): lengths count bytes, not characters$/
    ],
    [request({ CB: "12.5" }), { tag: "CB" }, /^CB at byte 33: amount: expected digits only$/],
    [request({ CA: "001" }), { tag: "CA" }, /3 characters, expected 2/]
  ] as const)("is explained in the protocol's terms: %j", ([text, expected, words]) =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make()
      const { events, said } = listen(terminal)
      const connection = yield* connect(terminal)
      yield* connection.write(text)
      yield* connection.close
      yield* TestClock.adjust("20 seconds")
      assert.lengthOf(said(), 1, JSON.stringify(events))
      assert.deepInclude(said()[0]?.problem, expected)
      assert.match(said()[0]?.problem?.problem ?? "", words)
      assert.isNotEmpty(said()[0]?.received)
    })
  )

  it.effect.each(["\x06", "\x04", "\x15\x15"])(
    "after an answer is no request: dropped and explained, without an answer: %j",
    (noise) =>
      Effect.gen(function* () {
        const terminal = yield* TerminalSimulator.make({ closesAfterAnswer: false })
        const { events, said } = listen(terminal)
        const connection = yield* connect(terminal)
        yield* connection.write(request())
        assert.strictEqual(fieldsOf((yield* connection.read) ?? "").AE, "10")
        yield* connection.write(noise)
        assert.isUndefined(yield* connection.read)
        assert.deepInclude(said()[0], { what: "dropped", reason: "bytes after the answer that begin no request" })
        assert.match(said()[0]?.problem?.problem ?? "", /the serial dialogue/)
        assert.lengthOf(
          events.filter(({ _tag }) => _tag === "Answer"),
          1
        )
      })
  )

  it.effect("that was cut off is explained, too: which field, what it announced and what came", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make()
      const { said } = listen(terminal)
      const connection = yield* connect(terminal)
      yield* connection.write(utf8(`${request()}CF005Été 1`))
      yield* connection.close
      yield* Effect.yieldNow
      assert.deepInclude(said()[0]?.problem, { tag: "CF", announced: 5, found: 7, characters: 5 })
      const other = yield* connect(terminal)
      yield* other.write(request().slice(0, 35))
      yield* other.close
      yield* Effect.yieldNow
      assert.deepInclude(said()[1]?.problem, { tag: "CB", offset: 33 })
    })
  )

  it.effect("is named by the fields that it lacks", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make()
      const { said } = listen(terminal)
      const fiber = yield* Effect.forkChild(exchange(terminal, request({ CB: undefined, CE: undefined })))
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(fiber)
      assert.strictEqual(said()[0]?.problem?.problem, "missing: CB (amount), CE (currency)")
    })
  )

  it.effect("is refused where a field that a payment needs comes again and says another thing", () =>
    Effect.gen(function* () {
      for (const [again, tag] of [
        ["CB0049999", "CB"],
        ["CE003840", "CE"],
        ["CD0011", "CD"],
        ["CA00202", "CA"],
        ["CJ012999999999999", "CJ"]
      ] as const) {
        const terminal = yield* TerminalSimulator.make()
        const { said } = listen(terminal)
        const answer = fieldsOf((yield* exchange(terminal, request() + again)).text)
        assert.deepInclude(answer, { AE: "01", AF: "09" }, tag)
        assert.isEmpty(terminal.ledger.entries())
        assert.deepInclude(said()[0]?.problem, {
          offset: request().length,
          tag,
          problem: `${tag} at byte ${request().length}: sent twice, with another value at byte ${request().indexOf(tag)}`
        })
      }
    })
  )

  it.effect(
    "is told, and performed, where a field comes again that says the same or that a payment does not need",
    () =>
      Effect.gen(function* () {
        for (const [text, tag] of [
          [`${request()}CB0041245`, "CB"],
          [`${request()}CF001ACF001B`, "CF"]
        ] as const) {
          const terminal = yield* TerminalSimulator.make()
          const { said } = listen(terminal)
          assert.strictEqual(fieldsOf((yield* exchange(terminal, text)).text).AE, "10", tag)
          assert.lengthOf(said(), 1)
          assert.deepInclude(said()[0]?.problem, { tag, offset: text.lastIndexOf(tag) })
          assert.match(said()[0]?.problem?.problem ?? "", /: sent twice; the first one counts$/)
          assert.strictEqual(said()[0]?.received, text)
        }
        const terminal = yield* TerminalSimulator.make()
        const { said } = listen(terminal)
        yield* exchange(terminal, request())
        assert.isEmpty(said())
      })
  )

  it.effect.each([
    ["CF", { CF: "x".repeat(100) }, "private data: 100 characters, expected 1 to 99"],
    ["CZ", { CZ: "0330" }, "protocol version: expected 0300, 0310 or 0320"],
    ["CA", { CA: "00" }, "register number: expected 01 to 99"],
    ["BH", { BH: "123" }, "customer's phone: 3 characters, expected 8 to 20"]
  ] as const)("is told, and performed, where %s holds what no register should send", ([tag, changes, words]) =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make()
      const { said } = listen(terminal)
      const text = request(changes)
      assert.strictEqual(fieldsOf((yield* exchange(terminal, text)).text).AE, "10")
      assert.lengthOf(said(), 1)
      const offset = text.indexOf(tag)
      assert.deepStrictEqual(said()[0]?.problem, { tag, offset, problem: `${tag} at byte ${offset}: ${words}` })
    })
  )

  const shows = Effect.fnUntraced(function* (pan: string) {
    const terminal = yield* TerminalSimulator.make()
    const { events } = listen(terminal)
    for (const text of [pan, `${request()}${pan}`, `${request()}CF0${pan.length}${pan}?`, `${request()}CF005${pan}`]) {
      const connection = yield* connect(terminal)
      yield* connection.write(text)
      yield* connection.close
      yield* TestClock.adjust("20 seconds")
    }
    const shown = JSON.stringify(events)
    for (let at = 0; at + 7 <= pan.length; at++) assert.notInclude(shown, pan.slice(at, at + 7))
  })

  it.effect.prop("shows no card number in what it explains", [Pan], ([pan]) => shows(pan))

  it.effect("shows no card number that a short field cuts where a header could stand", () => shows("6775612002881"))

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

  it.effect("of blanks and line ends is not a request, however long nothing follows", () =>
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

describe("a program without types that gives only a name", () => {
  const refused = (options: object) => Effect.flip(Effect.sandbox(TerminalSimulator.make(options)))
  const step = 'a step such as Cardholder.pays(), got "declined"'
  const card = 'a card such as TestCard.get("refused"), got "refused"'

  it.effect.each([
    ["a fault", { faults: ["answer-lost"] }, 'a fault such as Fault.of("answer-lost"), got "answer-lost"'],
    ["a cardholder", { cardholder: "declined" }, 'a cardholder such as Cardholder.auto(), got "declined"'],
    ["a step", { cardholder: Cardholder.scripted(["declined" as never]) }, step],
    ["the step thereafter", { cardholder: Cardholder.scripted([], "declined" as never) }, step],
    ["a card", { cardholder: Cardholder.auto("refused" as never) }, card],
    ["a step's card", { cardholder: Cardholder.scripted([Cardholder.pays("refused" as never)]) }, card],
    ["a profile", { profile: "payxpert" }, 'a profile such as Profile.payxpert, got "payxpert"']
  ] as const)("is told what %s should be", ([, options, expected]) =>
    Effect.gen(function* () {
      assert.include(Cause.pretty(yield* refused(options)), `RangeError: expected ${expected}`)
    })
  )

  it.effect("is told so by a terminal that it has already, which stays as it was", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make()
      assert.throws(() => terminal.setFault("silent" as never), RangeError, "expected a fault such as")
      assert.throws(() => terminal.setFaults(["silent" as never]), RangeError, "expected a fault such as")
      assert.throws(() => terminal.setCardholder("auto" as never), RangeError, "expected a cardholder such as")
      assert.throws(() => terminal.setScript(["approved" as never]), RangeError, "expected a step such as")
      assert.throws(() => terminal.presentCard("refused" as never), RangeError, "expected a card such as")
      assert.deepStrictEqual([terminal.faults().length, terminal.stepsLeft()], [0, 0])
    })
  )
})
