import { assert, describe, it, vi } from "@effect/vitest"
import * as ConcertSession from "@hipay-pos/concert-codec/ConcertSession"
import type { Address } from "@hipay-pos/concert-codec/Connection"
import type { Request } from "@hipay-pos/concert-codec/Request"
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import { NotStarted, type OutcomeUnknown } from "@hipay-pos/core/Terminal"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import { Scripted } from "./scripted.ts"

const request: Request = {
  version: "0320",
  protocolIdentifier: "012345678901",
  register: "01",
  amount: 1245,
  action: "debit",
  currency: "EUR"
}
const sent = "CZ0040320CJ012012345678901CA00201CB0041245CD0010CE003978"

const head = "CZ0040320CJ012012345678901CA00201CB0041245CD0010CE003978"
const approved = `${head}AE00210CC003001`
const refused = `${head}AE00201AF00204`
const acknowledged = `${head}AE00211`
const ticket = Tlv.encode([
  {
    tag: "ZT",
    value: Tlv.encode([
      { tag: "CK", value: "100" },
      { tag: "AK", value: btoa("TICKET CLIENT") }
    ])
  }
])

type Options = Partial<ConcertSession.Exchange>

const exchange = (terminal: Scripted, options: Options = {}) =>
  ConcertSession.exchange({
    connector: terminal.connector,
    address: { host: "10.0.0.7", port: 8888 },
    request,
    ...options
  })

/** Starts an exchange and lets it run until it waits. */
const start = (terminal: Scripted, options: Options = {}) =>
  Effect.forkChild(exchange(terminal, options), { startImmediately: true })

/** Whether there is a result so far, without waiting. */
const soFar = <A, E>(fiber: Fiber.Fiber<A, E>) => fiber.pollUnsafe() !== undefined

const failure = <A>(fiber: Fiber.Fiber<A, NotStarted | OutcomeUnknown>) => Effect.flip(Fiber.join(fiber))

const receivedOf = (error: NotStarted | OutcomeUnknown) =>
  error._tag === "TerminalOutcomeUnknown" ? (error.evidence?.received ?? "") : undefined

describe("ConcertSession", () => {
  describe("the write", () => {
    it.effect("is one, of the whole request", () =>
      Effect.gen(function* () {
        const terminal = new Scripted().answersAndCloses(approved)
        yield* exchange(terminal)
        assert.deepStrictEqual(terminal.writes, [sent])
      })
    )

    it.effect.each([
      ["CR", "\r"],
      ["LF", "\n"],
      ["CRLF", "\r\n"]
    ] as const)("ends with %s where the terminal wants that", ([requestTerminator, end]) =>
      Effect.gen(function* () {
        const terminal = new Scripted().answersAndCloses(approved)
        yield* exchange(terminal, { settings: { requestTerminator } })
        assert.deepStrictEqual(terminal.writes, [sent + end])
      })
    )

    it.effect("that fails leaves the outcome unknown, since a byte may have left", () =>
      Effect.gen(function* () {
        const terminal = new Scripted()
        terminal.writeFails = true
        const events: Array<string> = []
        const error = yield* Effect.flip(exchange(terminal, { onEvent: (event) => events.push(event._tag) }))
        assert.deepInclude(error, {
          _tag: "TerminalOutcomeUnknown",
          kind: "CutLine",
          detail: "the connection broke while the request was sent"
        })
        assert.deepStrictEqual(events, ["Connecting", "Connected", "Unknown", "Closed"])
        assert.strictEqual(terminal.closed, 1)
      })
    )

    it.effect("does not happen if the request cannot be encoded", () =>
      Effect.gen(function* () {
        const terminal = new Scripted()
        const error = yield* Effect.flip(exchange(terminal, { request: { ...request, register: "1" } }))
        assert.deepInclude(error, { _tag: "TerminalNotStarted", kind: "EncodeFailed" })
        assert.strictEqual(terminal.connections, 0)
      })
    )

    it.effect.each([
      ["answerTimeout", "10 s", 'a duration such as "10 seconds", 0 or more'],
      ["drainWindow", null, 'a duration such as "10 seconds", 0 or more'],
      ["ticketWindow", -1, 'a duration such as "10 seconds", 0 or more'],
      ["queueTimeout", Number.NaN, 'a duration such as "10 seconds", 0 or more'],
      ["requestTerminator", "NUL", "none, CR, LF or CRLF"],
      ["requestTerminator", "toString", "none, CR, LF or CRLF"],
      ["maximumBytes", "64 kB", "1 or more"],
      ["maximumBytes", 0, "1 or more"]
    ] as const)("does not happen when the setting %s is %j", ([setting, value, expected]) =>
      Effect.gen(function* () {
        const terminal = new Scripted()
        const settings = { [setting]: value } as unknown as ConcertSession.Settings
        assert.deepInclude(yield* Effect.flip(exchange(terminal, { settings })), {
          _tag: "TerminalNotStarted",
          kind: "EncodeFailed",
          detail: `the setting ${setting}: expected ${expected}, got ${value}`
        })
        assert.strictEqual(terminal.connections, 0)
      })
    )

    it.effect("has the default of every setting that is undefined", () =>
      Effect.gen(function* () {
        const settings = Object.fromEntries(Object.keys(ConcertSession.defaults).map((name) => [name, undefined]))
        const terminal = new Scripted()
        const fiber = yield* start(terminal, { settings })
        terminal.send(approved)
        yield* TestClock.adjust("299 millis")
        assert.isFalse(soFar(fiber))
        yield* TestClock.adjust("1 millis")
        assert.strictEqual((yield* Fiber.join(fiber)).response.status, "done")
        assert.deepStrictEqual(terminal.writes, [sent])
      })
    )
  })

  describe("what comes before the request", () => {
    it.effect.each([
      ["an approval", [approved]],
      ["a refusal", [refused]],
      ["an acknowledgement", [acknowledged]],
      ["an answer byte by byte, its first", ["C"]],
      ["an answer byte by byte, its first four", ["C", "Z", "0", "0"]],
      ["an answer without a version", ["AE00210AC003001"]],
      ["an answer behind white space", ["\r\n", approved]],
      ["an answer behind a banner", ["READY\r\n", approved]],
      ["an answer whose first byte was damaged", [`?${approved.slice(1)}`]]
    ] as const)("stops the exchange where it is %s: nothing was sent", ([_, early]) =>
      Effect.gen(function* () {
        const terminal = new Scripted()
        terminal.onConnect = (it) => it.send(...early)
        assert.deepInclude(yield* Effect.flip(exchange(terminal)), {
          _tag: "TerminalNotStarted",
          kind: "AnsweredEarly",
          detail:
            "10.0.0.7:8888 sent an answer before it was asked, perhaps to an earlier request: check at the terminal that its last payment was not for this order, then try again"
        })
        assert.deepStrictEqual([terminal.writes, terminal.closed], [[], 1])
        // The lock is free.
        terminal.onConnect = () => {}
        terminal.answersAndCloses(approved)
        assert.strictEqual((yield* exchange(terminal)).response.status, "done")
      })
    )

    it.effect.each([
      ["ENQ", "\x05"],
      ["a line end", "\r\n"],
      ["a banner", "Terminal READY 12\r\n"],
      ["a short banner", "OK"],
      ["a banner that ends in C", "TPE EC"]
    ] as const)("is skipped where it is no answer: %s", ([_, early]) =>
      Effect.gen(function* () {
        const terminal = new Scripted()
        terminal.onConnect = (it) => it.send(early)
        terminal.answersAndCloses(approved)
        const events: Array<string> = []
        const answer = yield* exchange(terminal, { onEvent: ({ _tag }) => events.push(_tag) })
        assert.strictEqual(answer.frame, approved)
        assert.deepStrictEqual(
          answer.warnings.map(({ code }) => code),
          early.trim() === "" ? [] : ["leading-bytes"]
        )
        assert.deepStrictEqual(events.slice(2, 5), ["RequestSent", "Received", "Received"])
      })
    )

    it.effect.each(["end", "breakOff"] as const)("stops the exchange where it is the connection's end: %s", (how) =>
      Effect.gen(function* () {
        const terminal = new Scripted()
        terminal.onConnect = (it) => it[how]()
        assert.deepInclude(yield* Effect.flip(exchange(terminal)), {
          _tag: "TerminalNotStarted",
          detail: "10.0.0.7:8888 ended the connection before the request was sent"
        })
        assert.deepStrictEqual([terminal.writes, terminal.closed], [[], 1])
      })
    )
  })

  describe("connecting", () => {
    it.effect("gives up after five seconds", () =>
      Effect.gen(function* () {
        const terminal = new Scripted()
        terminal.connecting = Effect.never
        const fiber = yield* start(terminal)
        yield* TestClock.adjust("4999 millis")
        assert.isFalse(soFar(fiber))
        yield* TestClock.adjust("1 millis")
        assert.deepInclude(yield* failure(fiber), { _tag: "TerminalNotStarted", kind: "Unreachable" })
      })
    )

    it.effect("passes on why it failed, and lets the next one start", () =>
      Effect.gen(function* () {
        const terminal = new Scripted()
        terminal.connecting = Effect.fail(new NotStarted({ kind: "ConnectionRefused", detail: "refused" }))
        for (const _ of [1, 2]) {
          assert.deepInclude(yield* Effect.flip(exchange(terminal)), { kind: "ConnectionRefused" })
        }
      })
    )

    it.effect("can be cancelled: nothing was sent, and the next one starts", () =>
      Effect.gen(function* () {
        const terminal = new Scripted()
        terminal.connecting = Effect.never
        const fiber = yield* start(terminal)
        yield* Fiber.interrupt(fiber)
        terminal.connecting = Effect.void
        terminal.answersAndCloses(approved)
        assert.strictEqual((yield* exchange(terminal)).response.status, "done")
        assert.strictEqual(terminal.writes.length, 1)
      })
    )
  })

  describe("the end of an answer", () => {
    it.effect("is the peer's FIN on a field boundary, without any wait", () =>
      Effect.gen(function* () {
        const terminal = new Scripted().answersAndCloses(approved)
        const answer = yield* exchange(terminal)
        assert.strictEqual(answer.response.status, "done")
        assert.strictEqual(answer.frame, approved)
        assert.strictEqual(terminal.closed, 1)
      })
    )

    it.effect("is 300 ms of quiet on an open connection", () =>
      Effect.gen(function* () {
        const terminal = new Scripted().answers(approved)
        const fiber = yield* start(terminal)
        yield* TestClock.adjust("299 millis")
        assert.isFalse(soFar(fiber))
        yield* TestClock.adjust("1 millis")
        assert.deepInclude(yield* Fiber.join(fiber), { elapsed: 300, frame: approved })
      })
    )

    it.effect("took as long as it took from the write on, whenever that was", () =>
      Effect.gen(function* () {
        const terminal = new Scripted()
        yield* TestClock.adjust("1 hour")
        const fiber = yield* start(terminal)
        yield* TestClock.adjust("12 seconds")
        terminal.send(approved)
        terminal.end()
        assert.strictEqual((yield* Fiber.join(fiber)).elapsed, 12_000)
      })
    )

    it.effect("waits again after every chunk, so that a reason that comes late counts", () =>
      Effect.gen(function* () {
        const terminal = new Scripted().answers(`${head}AE00210`)
        const fiber = yield* start(terminal)
        yield* TestClock.adjust("299 millis")
        terminal.send("AF00204")
        yield* TestClock.adjust("299 millis")
        assert.isFalse(soFar(fiber))
        yield* TestClock.adjust("1 millis")
        assert.deepInclude(yield* failure(fiber), { kind: "Contradictory" })
      })
    )

    it.effect("is a second of quiet while a ticket that was asked for is missing", () =>
      Effect.gen(function* () {
        const terminal = new Scripted().answers(approved)
        const fiber = yield* start(terminal, { request: { ...request, ticket: "100" } })
        yield* TestClock.adjust("999 millis")
        assert.isFalse(soFar(fiber))
        terminal.send(ticket)
        yield* TestClock.adjust("299 millis")
        assert.isFalse(soFar(fiber))
        yield* TestClock.adjust("1 millis")
        assert.strictEqual((yield* Fiber.join(fiber)).response.receipt, "TICKET CLIENT")
      })
    )

    it.effect("needs no more quiet than that if the ticket has come without its frame", () =>
      Effect.gen(function* () {
        const terminal = new Scripted().answers(`${approved}AK004QUJD`)
        const fiber = yield* start(terminal, { request: { ...request, ticket: "100" } })
        yield* TestClock.adjust("300 millis")
        assert.strictEqual((yield* Fiber.join(fiber)).response.receipt, "ABC")
      })
    )

    it.effect("is a second of quiet while an answer that says done has no amount", () =>
      Effect.gen(function* () {
        const terminal = new Scripted().answers("CZ0040320AE00210")
        const fiber = yield* start(terminal)
        yield* TestClock.adjust("999 millis")
        assert.isFalse(soFar(fiber))
        terminal.send("CB0041245")
        yield* TestClock.adjust("300 millis")
        assert.strictEqual((yield* Fiber.join(fiber)).response.amount, 1245)
      })
    )

    it.effect("is a second of quiet while an answer that says not done gives no reason", () =>
      Effect.gen(function* () {
        const terminal = new Scripted().answers(`${head}AE00201`)
        const fiber = yield* start(terminal)
        yield* TestClock.adjust("999 millis")
        assert.isFalse(soFar(fiber))
        terminal.send("AF00204")
        yield* TestClock.adjust("300 millis")
        assert.strictEqual((yield* Fiber.join(fiber)).response.complement, "04")
      })
    )

    it.effect.each([
      ["a FIN", true],
      ["an open connection", false]
    ] as const)("is whole with a ticket whose length alone is too high: %s", ([_, ends]) =>
      Effect.gen(function* () {
        const terminal = new Scripted()
        const fiber = yield* start(terminal, { request: { ...request, ticket: "100" } })
        const length = ticket.length - 5
        terminal.send(approved + ticket.replace(`ZT0${length}`, `ZT0${length + 1}`))
        if (ends) terminal.end()
        else yield* TestClock.adjust("1 second")
        const { response, frame, warnings } = yield* Fiber.join(fiber)
        assert.strictEqual(response.status, "done")
        assert.strictEqual(response.receipt, "TICKET CLIENT")
        assert.strictEqual(frame, approved + ticket)
        assert.deepStrictEqual(
          warnings.map(({ code }) => code),
          ["ticket-length"]
        )
      })
    )

    it.effect("is worth nothing next to another one for another amount", () =>
      Effect.gen(function* () {
        const terminal = new Scripted()
        terminal.onWrite = (it) => {
          it.send(approved)
          it.send(approved.replace("CB0041245", "CB0041244"))
          it.end()
        }
        const fiber = yield* start(terminal)
        assert.deepInclude(yield* failure(fiber), {
          kind: "Contradictory",
          detail: "two answers that say different things: done (12.45 EUR), then done (12.44 EUR)"
        })
      })
    )

    it.effect("stands next to another one if both say not done, whatever else they say", () =>
      Effect.gen(function* () {
        const other = refused.replace("CB0041245", "CB0041244").replace("AF00204", "AF00208")
        const { response } = yield* exchange(new Scripted().answersAndCloses(refused, other))
        assert.deepInclude(response, { status: "not-done", complement: "04" })
      })
    )

    it.effect("is worth nothing next to another one with another authorization number", () =>
      Effect.gen(function* () {
        const terminal = new Scripted().answersAndCloses(`${approved}AC006111111`, `${approved}AC006222222`)
        const error = yield* Effect.flip(exchange(terminal))
        const detail =
          "two answers that say different things: done (12.45 EUR, authorization 111111), then done (12.45 EUR, authorization 222222)"
        assert.deepInclude(error, { kind: "Contradictory", detail })
      })
    )

    it.effect.each([
      ["for another register", approved, approved.replace("CA00201", "CA00202"), "register"],
      ["in another currency", approved.replace("CE003978", ""), approved.replace("CE003978", "CE003840"), "USD"],
      ["for another action", approved.replace("CD0010", ""), approved.replace("CD0010", "CD0011"), "credit"],
      ["with the complement of a refusal", approved, `${approved}AF00204`, "complement 04"]
    ] as const)("is worth nothing if another one is done %s", ([_, first, second, detail]) =>
      Effect.gen(function* () {
        const terminal = new Scripted().answersAndCloses(first, second)
        const error = yield* Effect.flip(exchange(terminal))
        assert.deepInclude(error, { _tag: "TerminalOutcomeUnknown", kind: "Contradictory" })
        assert.include(error.detail, detail)
      })
    )

    it.effect.each([
      ["twice the same", approved, approved],
      ["with and without an authorization number", `${approved}AC006111111`, approved],
      ["with an authorization number and blanks", `${approved}AC006111111`, `${approved}AC006      `],
      ["with and without an amount", approved, approved.replace("CB0041245", "")],
      ["without and with a currency", approved.replace("CE003978", ""), approved],
      ["refused twice, for two reasons", refused, refused.replace("AF00204", "AF00205")],
      ["refused twice, for two amounts", refused, `${refused}CB0041244`]
    ] as const)("is the first of two that agree: %s", ([_, first, second]) =>
      Effect.gen(function* () {
        const terminal = new Scripted().answersAndCloses(first, second)
        assert.strictEqual((yield* exchange(terminal)).frame, first)
      })
    )

    it.effect.each([
      ["not done", refused, "not done (12.45 EUR, refused)"],
      ["done", approved, "done (12.45 EUR)"]
    ] as const)("is not quiet while a message behind one that says %s is not whole", ([_, first, said]) =>
      Effect.gen(function* () {
        const second = first === refused ? approved : refused
        for (let cut = 1; cut < second.indexOf("AE") + 7; cut++) {
          const terminal = new Scripted().answers(first + second.slice(0, cut))
          const fiber = yield* start(terminal)
          yield* TestClock.adjust("4999 millis")
          assert.isFalse(soFar(fiber), `byte ${cut}`)
          terminal.send(second.slice(cut))
          yield* TestClock.adjust("1 seconds")
          assert.deepInclude(yield* failure(fiber), { kind: "Contradictory" }, `byte ${cut}`)
        }
        const terminal = new Scripted().answers(`${first}${head}AE002`)
        const fiber = yield* start(terminal)
        yield* TestClock.adjust("5 seconds")
        const error = yield* failure(fiber)
        const detail = `${said}, and another message behind it: no whole answer within 5s: the text stops inside the field AE at byte ${first.length + head.length}: 2 bytes announced, 0 came`
        assert.deepInclude(error, { kind: "SilentAfterSend", detail })
        assert.strictEqual(receivedOf(error), `${first}${head}AE002…`)
      })
    )

    it.effect.each([
      ["a lone version", "CZ0040320"],
      ["a state of the terminal", "CZ0040310CJ012012345678901CA00201"]
    ] as const)("stands where it says done and %s comes behind it, after five seconds on an open line", ([_, behind]) =>
      Effect.gen(function* () {
        const terminal = new Scripted().answers(approved, behind)
        const fiber = yield* start(terminal)
        for (let seconds = 0; seconds < 4; seconds++) {
          yield* TestClock.adjust("1 seconds")
          assert.isFalse(soFar(fiber))
          terminal.send(behind)
        }
        yield* TestClock.adjust("1 seconds")
        assert.deepInclude(yield* Fiber.join(fiber), { frame: approved, elapsed: 5000 })

        const ending = new Scripted().answersAndCloses(approved, behind)
        assert.deepInclude(yield* exchange(ending), { frame: approved, elapsed: 0 })
      })
    )

    it.effect(
      "does not count as a refusal when a message without a status follows: unknown after five seconds on an open line",
      () =>
        Effect.gen(function* () {
          const terminal = new Scripted().answers(refused, "CZ0040320")
          const fiber = yield* start(terminal)
          yield* TestClock.adjust("5 seconds")
          const detail = "not done (12.45 EUR, refused), and another message behind it: no whole answer within 5s"
          assert.deepInclude(yield* failure(fiber), { kind: "SilentAfterSend", detail })
        })
    )

    it.effect("is not waited for beyond the answer deadline, whatever has begun behind it", () =>
      Effect.gen(function* () {
        const terminal = new Scripted()
        const fiber = yield* start(terminal)
        yield* TestClock.adjust("178 seconds")
        terminal.send(refused, "CZ0040320")
        yield* TestClock.adjust("1999 millis")
        assert.isFalse(soFar(fiber))
        yield* TestClock.adjust("1 millis")
        const detail = "not done (12.45 EUR, refused), and another message behind it: no whole answer within 2s"
        assert.deepInclude(yield* failure(fiber), { kind: "SilentAfterSend", detail })
      })
    )

    it.effect.each([
      ["an echo of the request", sent],
      ["a state of the terminal", "CZ0040310CJ012012345678901CA00201"]
    ] as const)("stands behind %s, approved or refused", ([_, before]) =>
      Effect.gen(function* () {
        for (const answer of [approved, refused]) {
          const terminal = new Scripted()
          terminal.onWrite = (it) => {
            it.send(before, answer)
            it.end()
          }
          assert.strictEqual((yield* exchange(terminal)).frame, answer)
        }
      })
    )

    it.effect("stands beside a damaged one that says the same, as when a terminal repeats its answer", () =>
      Effect.gen(function* () {
        for (const [damaged, answer] of [
          [`?${approved.slice(1)}`, approved],
          [`${head}XX007AE00210CC003001`, approved],
          [`?${refused.slice(1)}`, refused]
        ] as const) {
          const terminal = new Scripted().answersAndCloses(damaged, answer)
          assert.strictEqual((yield* exchange(terminal)).frame, answer)
        }
      })
    )

    it.effect("is not a refusal with an acknowledgement after it: an answer is still to come", () =>
      Effect.gen(function* () {
        const terminal = new Scripted().answers(refused + acknowledged)
        for (const end of [() => terminal.end(), () => {}]) {
          const fiber = yield* start(terminal)
          yield* TestClock.adjust("4999 millis")
          assert.isFalse(soFar(fiber))
          end()
          yield* TestClock.adjust("1 millis")
          assert.deepInclude(yield* failure(fiber), { kind: "AcknowledgedOnly" })
        }
      })
    )

    it.effect("is not quiet inside a field", () =>
      Effect.gen(function* () {
        const terminal = new Scripted().answers(`${approved}AC0069836`)
        const fiber = yield* start(terminal)
        yield* TestClock.adjust("10 seconds")
        assert.isFalse(soFar(fiber))
        terminal.send("28")
        yield* TestClock.adjust("300 millis")
        assert.strictEqual((yield* Fiber.join(fiber)).response.authorizationNumber, "983628")
      })
    )

    it.effect("may be a reset once a whole answer has come", () =>
      Effect.gen(function* () {
        const terminal = new Scripted()
        terminal.onWrite = (it) => {
          it.send(approved)
          it.breakOff()
        }
        assert.strictEqual((yield* exchange(terminal)).response.status, "done")
      })
    )
  })

  describe("a terminal that never stops sending", () => {
    const settings = { answerTimeout: 3000, lateAnswer: 2000, drainWindow: 300, ticketWindow: 1000 }

    /** Sends a piece every 30 ms, for this many milliseconds. */
    const drip = Effect.fnUntraced(function* (terminal: Scripted, piece: string, milliseconds: number) {
      for (let passed = 0; passed < milliseconds; passed += 30) {
        terminal.send(piece)
        yield* TestClock.adjust("30 millis")
      }
    })

    it.effect.each(["\0", "\r\n", "QQ0011", "AC006983628"] as const)(
      "holds neither the caller nor the next exchange longer than the deadline: %j",
      (piece) =>
        Effect.gen(function* () {
          for (const [answer, status] of [
            [approved, "done"],
            [refused, "not-done"]
          ] as const) {
            const terminal = new Scripted().answers(answer)
            const fiber = yield* start(terminal, { settings })
            yield* drip(terminal, piece, 2970)
            assert.isFalse(soFar(fiber))
            yield* drip(terminal, piece, 30)
            assert.isTrue(soFar(fiber))
            const { elapsed, response } = yield* Fiber.join(fiber)
            assert.deepStrictEqual([elapsed, response.status], [3000, status])
            assert.strictEqual(terminal.closed, 1)
          }
        })
    )

    it.effect("is read no longer than the time for a late answer", () =>
      Effect.gen(function* () {
        const terminal = new Scripted()
        const late: Array<string> = []
        const fiber = yield* start(terminal, {
          settings,
          onEvent: (event) => event._tag === "LateAnswer" && late.push(event.result._tag)
        })
        yield* TestClock.adjust("3 seconds")
        yield* failure(fiber)
        terminal.send(approved)
        yield* drip(terminal, "\0", 1980)
        assert.deepStrictEqual([late, terminal.closed], [[], 0])
        yield* drip(terminal, "\0", 30)
        assert.deepStrictEqual([late, terminal.closed], [["Success"], 1])
      })
    )

    it.effect("has its window for the answer that came just before the deadline, and no more", () =>
      Effect.gen(function* () {
        const terminal = new Scripted()
        const fiber = yield* start(terminal, { settings })
        yield* TestClock.adjust("2950 millis")
        terminal.send("CZ0040320AE00210")
        yield* TestClock.adjust("200 millis")
        terminal.send("CB0041245")
        yield* TestClock.adjust("99 millis")
        assert.isFalse(soFar(fiber))
        yield* TestClock.adjust("1 millis")
        assert.isTrue(soFar(fiber))
        assert.deepInclude(yield* Fiber.join(fiber), { elapsed: 3250, frame: "CZ0040320AE00210CB0041245" })
      })
    )

    const Piece = Schema.Literals([
      approved,
      refused,
      acknowledged,
      ticket,
      head,
      "CZ0040320",
      "AE00210",
      "AE00201",
      "CB0041245",
      "QQ0011",
      "QQ0",
      "011",
      "\r\n",
      "\0"
    ])
    const Arrival = Schema.Tuple([Piece, Schema.Int.check(Schema.isBetween({ minimum: 25, maximum: 1200 }))])

    it.effect.prop(
      "ends with the deadline and one window, and then with the time for a late answer, whatever comes",
      { arrivals: Schema.NonEmptyArray(Arrival), wish: Schema.Literals(["000", "100"]) },
      ({ arrivals, wish }) =>
        Effect.gen(function* () {
          const terminal = new Scripted()
          const fiber = yield* start(terminal, { settings, request: { ...request, ticket: wish } })
          let passed = 0
          for (let index = 0; passed < 8000; index++) {
            const [piece, gap] = arrivals[index % arrivals.length] ?? ["\0", 25]
            terminal.send(piece)
            yield* TestClock.adjust(gap)
            passed += gap
            if (passed >= 4000) assert.isTrue(soFar(fiber))
            if (passed >= 7000) assert.strictEqual(terminal.closed, 1)
          }
        })
    )
  })

  describe("a time of day that is set while an answer is waited for", () => {
    /** Runs an exchange by the test's clock, with a time of day that `set` moves. */
    const exchangeAround = Effect.fnUntraced(function* (terminal: Scripted) {
      const clock = yield* Clock.Clock
      let set = 0
      const timeOfDay = () => clock.currentTimeMillisUnsafe() + set
      const own = { ...clock, currentTimeMillisUnsafe: timeOfDay, currentTimeMillis: Effect.sync(timeOfDay) }
      const fiber = yield* Effect.provideService(start(terminal), Clock.Clock, own)
      return {
        fiber,
        set: (by: number) => {
          set = by
        }
      }
    })

    it.effect.each([200_000, -200_000])("costs no answer that comes in two pieces, by %i ms", (by) =>
      Effect.gen(function* () {
        const terminal = new Scripted()
        const { fiber, set } = yield* exchangeAround(terminal)
        yield* TestClock.adjust("200 millis")
        set(by)
        terminal.send(approved.slice(0, 30))
        yield* TestClock.adjust("40 millis")
        assert.isFalse(soFar(fiber))
        terminal.send(approved.slice(30))
        yield* TestClock.adjust("300 millis")
        assert.deepInclude(yield* Fiber.join(fiber), { frame: approved, elapsed: 540 })
      })
    )

    it.effect.each([200_000, -200_000])("leaves the answer deadline where it was, by %i ms", (by) =>
      Effect.gen(function* () {
        const terminal = new Scripted()
        const { fiber, set } = yield* exchangeAround(terminal)
        yield* TestClock.adjust("170 seconds")
        terminal.send(approved)
        set(by)
        terminal.send("AC0069836")
        yield* TestClock.adjust("9999 millis")
        assert.isFalse(soFar(fiber))
        yield* TestClock.adjust("1 millis")
        assert.deepInclude(yield* failure(fiber), { kind: "SilentAfterSend" })
      })
    )
  })

  describe("without a clear answer", () => {
    it.effect("says so after 180 s of silence", () =>
      Effect.gen(function* () {
        const terminal = new Scripted()
        const fiber = yield* start(terminal)
        yield* TestClock.adjust("179999 millis")
        assert.isFalse(soFar(fiber))
        yield* TestClock.adjust("1 millis")
        const silence = yield* failure(fiber)
        assert.deepInclude(silence, { kind: "SilentAfterSend", detail: "no whole answer within 3m" })
        assert.notProperty(silence, "evidence")
        assert.strictEqual(terminal.writes.length, 1)
      })
    )

    it.effect.each([
      ["nothing", [], "CutLine", "the terminal ended the connection without an answer", ""],
      [
        "part of a field",
        [`${head}AE0021`],
        "CutLine",
        `the terminal ended the connection: the text stops inside the field AE at byte ${head.length}: 2 bytes announced, 1 came`,
        `${head}AE002…`
      ],
      ["fields without a status", [head], "Garbled", "an answer without an action status", head],
      ["an unknown status", [`${head}AE00242`], "Garbled", 'the action status "42" is not known', `${head}AE00242`],
      [
        "a status of control characters",
        [`${head}AE030\x1b[31mPAID\x07 BY CARD AT THE DESK`],
        "Garbled",
        'the action status ".[31mPAID. BY CARD A…" is not known',
        undefined
      ],
      [
        "a complement and an action of control characters",
        [`${approved.replace("CD0010", "CD001\x1b")}AF002\x1bc`],
        "Contradictory",
        "done, yet with the complement .c (unknown reason .c); done, yet for the action ., asked for debit",
        undefined
      ],
      [
        "no Concert",
        ["HTTP/1.1 400 Bad Request\r\n"],
        "Garbled",
        "this is HTTP: the port is a web server's; Concert's is 8888",
        "HTTP/#.#… (26 bytes)"
      ],
      [
        "a broken field behind an answer",
        [`${approved}A?`],
        "Garbled",
        `no field begins here (at byte ${approved.length})`,
        `${approved}#?`
      ],
      ...(["not done (12.45 EUR, refused)", "done (12.45 EUR)"] as const).flatMap((said) => {
        const first = said.startsWith("not") ? refused : approved
        const behind = `${said}, and another message behind it: `
        return [
          [
            `${said} and a message that stops inside a field`,
            [`${first}${head}AE002`],
            "CutLine",
            `${behind}the terminal ended the connection: the text stops inside the field AE at byte ${first.length + head.length}: 2 bytes announced, 0 came`,
            `${first}${head}AE002…`
          ],
          [
            `${said} and a message that is broken`,
            [`${first}CZ0040320??xx`],
            "Garbled",
            `${behind}no field begins here (at byte ${first.length + 9})`,
            undefined
          ],
          [
            `${said} and an answer whose end is missing`,
            [`${first}${first}CF0`],
            "CutLine",
            `${behind}the terminal ended the connection: the text stops inside the field CF at byte ${2 * first.length}`,
            undefined
          ]
        ] as const
      }),
      [
        "not done and a message without a status",
        [refused + head],
        "Garbled",
        "not done (12.45 EUR, refused), and another message behind it: an answer without an action status",
        refused + head
      ],
      [
        "a message whose status was damaged, and not done",
        [approved.replace("AE", "1E"), refused],
        "Garbled",
        "not done (12.45 EUR, refused), and another answer without a final action status",
        undefined
      ],
      ...(
        [
          ["done", [`${acknowledged}AE00210`], "action status sent twice, with different values"],
          [
            "done, then not done",
            [`${acknowledged}AE00210`, refused],
            "two answers that say different things: taken-into-account (12.45 EUR), then not done (12.45 EUR, refused)"
          ],
          [
            "not done, then done",
            [`${acknowledged}AE00201`, approved],
            "two answers that say different things: taken-into-account (12.45 EUR), then done (12.45 EUR)"
          ]
        ] as const
      ).map(
        ([said, answer, detail]) =>
          [`an acknowledgement that also says ${said}`, answer, "Contradictory", detail, undefined] as const
      ),
      [
        "an acknowledgement with the fields of a sale, and not done",
        [`${acknowledged}AC006983628`, refused],
        "Garbled",
        "not done (12.45 EUR, refused), and another answer without a final action status",
        undefined
      ],
      ...(
        [
          ["before", `${refused.replace("CE003", "CE00")}${approved}`],
          ["behind", `${approved}${head}ZT033CK9003100AK020QUJBTkRPTiBERUJJVA==AE00201AF00211`]
        ] as const
      ).map(
        ([where, answer]) =>
          [
            `done, and a refusal inside a field of a wrong length, ${where}`,
            [answer],
            "Contradictory",
            "another action status stands outside the fields, or inside one of a wrong length",
            undefined
          ] as const
      ),
      ...([approved, refused] as const).map(
        (answer) =>
          [
            `an answer whose first byte was damaged, and another: ${answer}`,
            [`?${(answer === approved ? refused : approved).slice(1)}`, answer],
            "Contradictory",
            "another action status stands outside the fields, or inside one of a wrong length",
            undefined
          ] as const
      ),
      [
        "only an acknowledgement",
        [acknowledged],
        "AcknowledgedOnly",
        "the terminal ended the connection after it had taken the request into account",
        acknowledged
      ],
      [
        "another amount",
        [approved.replace("1245", "1246")],
        "Contradictory",
        "the terminal said 12.46 EUR, asked for 12.45 EUR; the 0.01 EUR more may be a tip, which this terminal is not set to take",
        approved.replace("1245", "1246")
      ],
      [
        "another currency",
        [approved.replace("CE003978", "CE003840")],
        "Contradictory",
        "the terminal said 12.45 USD, asked for 12.45 EUR; perhaps a conversion to the card's own currency (DCC)",
        undefined
      ],
      [
        "two answers that differ",
        [approved, refused],
        "Contradictory",
        "two answers that say different things: done (12.45 EUR), then not done (12.45 EUR, refused)",
        approved + refused
      ]
    ] as const)("tells %s before the FIN as what it is", ([_, chunks, kind, detail, received]) =>
      Effect.gen(function* () {
        const terminal = new Scripted().answersAndCloses(...chunks)
        const error = yield* Effect.flip(exchange(terminal))
        assert.deepInclude(error, { _tag: "TerminalOutcomeUnknown", kind, detail })
        if (received !== undefined) assert.strictEqual(receivedOf(error), received)
        assert.strictEqual(terminal.closed, 1)
      })
    )

    it.effect("tells a connection that broke from one that was closed", () =>
      Effect.gen(function* () {
        const terminal = new Scripted()
        terminal.onWrite = (it) => it.breakOff()
        const error = yield* Effect.flip(exchange(terminal))
        assert.deepInclude(error, { kind: "CutLine", detail: "the connection broke without an answer" })
      })
    )
  })

  describe("more bytes than an exchange takes", () => {
    const cap = ConcertSession.defaults.maximumBytes

    /** The immediate result of an exchange with a terminal that sends this, in chunks of this size, and does not hang up. */
    const resultOf = Effect.fnUntraced(function* (text: string, { maximumBytes = cap, chunk = 1000 } = {}) {
      const terminal = new Scripted()
      const fiber = yield* start(terminal, { settings: { maximumBytes } })
      for (let at = 0; at < text.length; at += chunk) terminal.send(text.slice(at, at + chunk))
      assert.deepStrictEqual([soFar(fiber), terminal.closed], [true, 1])
      return yield* Effect.result(Fiber.join(fiber))
    })

    const errorOf = (text: string, options?: Parameters<typeof resultOf>[1]) =>
      Effect.map(resultOf(text, options), (result) => Result.getOrThrow(Result.flip(result)))

    it.effect.each([
      ["an answer that never ends", approved + `YY995${"x".repeat(995)}`.repeat(70)],
      ["acknowledgements that never end", "CZ0040320AE00211".repeat(5000)],
      ["an acknowledgement and an answer that never ends", acknowledged + approved + "CI0011".repeat(12_000)],
      ["a refusal over and over", refused.repeat(2000)],
      ["a refusal and white space", refused + "\0".repeat(70_000)],
      ["messages without a status", head.repeat(2000)]
    ] as const)("end it at once and leave the outcome unknown: %s", ([_, text]) =>
      Effect.gen(function* () {
        const error = yield* errorOf(text)
        assert.strictEqual(error._tag, "TerminalOutcomeUnknown")
        assert.include(error.message, `more than ${cap} bytes`)
        const received = receivedOf(error)?.replace(/…$/, "") ?? ""
        assert.isAtMost(received.length, cap)
        assert.isTrue(text.startsWith(received))
      })
    )

    it.effect.each([
      ["over and over", approved.repeat(2000)],
      ["with white space behind it", approved + "\r\n".repeat(40_000)],
      ["with states of the terminal behind it", approved + head.repeat(2000)]
    ] as const)("leave an answer as it is that says done and is whole: %s", ([_, text]) =>
      Effect.gen(function* () {
        assert.strictEqual(Result.getOrThrow(yield* resultOf(text)).frame, approved)
      })
    )

    it.effect("do not change it wherever they end, unless part of another answer contradicts it", () =>
      Effect.gen(function* () {
        const other = `${head}AE00201AF00204CF005ORDER`
        for (
          let maximumBytes = approved.length + "CZ0040320".length;
          maximumBytes < 2 * approved.length;
          maximumBytes++
        ) {
          const again = Result.getOrThrow(yield* resultOf(approved.repeat(3), { maximumBytes }))
          assert.strictEqual(again.frame, approved, `${maximumBytes} bytes`)
          const denied = yield* resultOf(approved + other, { maximumBytes })
          const isDenied = maximumBytes >= approved.length + head.length + "AE00201".length
          assert.strictEqual(denied._tag, isDenied ? "Failure" : "Success", `${maximumBytes} bytes`)
        }
      })
    )

    it.effect("mean the same in whatever pieces they arrive", () =>
      Effect.gen(function* () {
        for (const text of [approved.repeat(4), approved + refused.repeat(3), acknowledged.repeat(3) + approved]) {
          for (let maximumBytes = 1; maximumBytes < text.length; maximumBytes += 7) {
            const whole = yield* resultOf(text, { maximumBytes })
            for (const chunk of [1, 2, 13, approved.length]) {
              assert.deepStrictEqual(yield* resultOf(text, { maximumBytes, chunk }), whole, `${maximumBytes}, ${chunk}`)
            }
          }
        }
      })
    )

    it.effect("begin after the last one that it reads", () =>
      Effect.gen(function* () {
        const terminal = new Scripted().answersAndCloses(refused)
        const answer = yield* exchange(terminal, { settings: { maximumBytes: refused.length } })
        assert.strictEqual(answer.response.status, "not-done")
      })
    )
  })

  describe("an acknowledgement", () => {
    it.effect("is not the answer: the final one may come in the same chunk", () =>
      Effect.gen(function* () {
        const terminal = new Scripted().answersAndCloses(acknowledged + approved)
        assert.strictEqual((yield* exchange(terminal)).response.status, "done")
      })
    )

    it.effect("keeps the wait going until the final answer, a minute later", () =>
      Effect.gen(function* () {
        const terminal = new Scripted().answers(acknowledged)
        const fiber = yield* start(terminal)
        yield* TestClock.adjust("60 seconds")
        assert.isFalse(soFar(fiber))
        terminal.send(refused)
        yield* TestClock.adjust("300 millis")
        assert.strictEqual((yield* Fiber.join(fiber)).response.status, "not-done")
      })
    )

    it.effect("as the last message leaves the outcome unknown", () =>
      Effect.gen(function* () {
        const terminal = new Scripted().answers(acknowledged)
        const fiber = yield* start(terminal)
        yield* TestClock.adjust("180 seconds")
        const error = yield* failure(fiber)
        assert.deepInclude(error, {
          kind: "AcknowledgedOnly",
          detail: "taken into account, then no answer within 3m"
        })
        assert.strictEqual(receivedOf(error), acknowledged)
      })
    )
  })

  describe("a late answer", () => {
    const listen = (events: Array<string>): Options => ({
      onEvent: (event) =>
        events.push(
          event._tag === "LateAnswer"
            ? `late ${Result.isSuccess(event.result) ? event.result.success.response.status : event.result.failure.kind}`
            : event._tag
        )
    })

    it.effect("is reported within ten minutes of the deadline, and then the connection is closed", () =>
      Effect.gen(function* () {
        const terminal = new Scripted()
        const events: Array<string> = []
        const fiber = yield* start(terminal, listen(events))
        yield* TestClock.adjust("180 seconds")
        yield* failure(fiber)
        assert.strictEqual(terminal.closed, 0)
        yield* TestClock.adjust("599 seconds")
        terminal.send(approved)
        yield* TestClock.adjust("300 millis")
        assert.deepStrictEqual(events.slice(-4), ["Unknown", "Received", "late done", "Closed"])
        assert.strictEqual(terminal.closed, 1)
      })
    )

    it.effect("is reported even if the caller was told that an answer does not stand", () =>
      Effect.gen(function* () {
        for (const [first, rest, told] of [
          [`${approved}CZ0040320AE0`, "0201AF00204", "late Contradictory"],
          [`${refused}CZ0040320`, refused.slice("CZ0040320".length), "late not-done"],
          [`${approved}CZ0040320CA002`, "01", "late done"]
        ] as const) {
          const terminal = new Scripted().answers(first)
          const events: Array<string> = []
          const fiber = yield* start(terminal, listen(events))
          yield* TestClock.adjust("5 seconds")
          yield* failure(fiber)
          yield* TestClock.adjust("1 minute")
          terminal.send(rest)
          yield* TestClock.adjust("5 seconds")
          assert.deepStrictEqual(events.slice(-4), ["Unknown", "Received", told, "Closed"])
        }
      })
    )

    it.effect("is not waited for if no time is allowed for it", () =>
      Effect.gen(function* () {
        const terminal = new Scripted()
        const events: Array<string> = []
        const fiber = yield* start(terminal, { ...listen(events), settings: { lateAnswer: 0 } })
        yield* TestClock.adjust("180 seconds")
        yield* failure(fiber)
        assert.deepStrictEqual(events.slice(-3), ["Unknown", "late SilentAfterSend", "Closed"])
        assert.strictEqual(terminal.closed, 1)
      })
    )

    it.effect("that never comes is reported, too", () =>
      Effect.gen(function* () {
        const terminal = new Scripted()
        const events: Array<string> = []
        const fiber = yield* start(terminal, listen(events))
        yield* TestClock.adjust("180 seconds")
        yield* failure(fiber)
        yield* TestClock.adjust("10 minutes")
        assert.deepStrictEqual(events.slice(-3), ["Unknown", "late SilentAfterSend", "Closed"])
        assert.strictEqual(terminal.closed, 1)
      })
    )
  })

  describe("the caller", () => {
    it.effect("may hang up: the exchange goes on and its end is reported", () =>
      Effect.gen(function* () {
        const terminal = new Scripted()
        const events: Array<string> = []
        const fiber = yield* start(terminal, { onEvent: (event) => events.push(event._tag) })
        yield* Fiber.interrupt(fiber)
        assert.strictEqual(terminal.closed, 0)
        terminal.send(approved)
        terminal.end()
        yield* TestClock.adjust("1 millis")
        assert.deepStrictEqual(events, ["Connecting", "Connected", "RequestSent", "Received", "Answered", "Closed"])
        assert.strictEqual(terminal.closed, 1)
      })
    )

    it.effect("learns nothing of a closed connection, nor of abandoned waits", () =>
      Effect.gen(function* () {
        const terminal = new Scripted()
        const events: Array<string> = []
        yield* start(terminal, { onEvent: (event) => events.push(event._tag) })
        for (const piece of [head, "AE00210", "CC003001"]) terminal.send(piece)
        terminal.end()
        const told = [...events]
        assert.deepStrictEqual(told.slice(-3), ["Received", "Answered", "Closed"])
        terminal.send(approved)
        terminal.breakOff()
        yield* TestClock.adjust("1 hour")
        assert.deepStrictEqual(events, told)
        assert.strictEqual(terminal.closed, 1)
      })
    )

    it.effect("gets an unknown outcome if the exchange breaks down, and an event reports the defect", () =>
      Effect.gen(function* () {
        const terminal = new Scripted().answersAndCloses(`${approved}CF007ORDER_2`)
        const events: Array<string> = []
        const isOtherOrder = () => Effect.die(new Error("a bug"))
        const result = yield* Effect.result(
          exchange(terminal, {
            isOtherOrder,
            onEvent: (event) => events.push(event._tag === "Defect" ? String(event.error) : event._tag)
          })
        )
        const error = Result.getOrThrow(Result.flip(result))
        assert.deepStrictEqual(events.slice(-3), ["Error: a bug", "Unknown", "Closed"])
        assert.deepInclude(error, { _tag: "TerminalOutcomeUnknown", detail: "an internal error ended the exchange" })
        assert.include(receivedOf(error), approved)
        assert.strictEqual(terminal.closed, 1)
        terminal.answersAndCloses(approved)
        assert.strictEqual((yield* exchange(terminal)).response.status, "done")
      })
    )

    it.effect("gets a late report of an exchange that breaks down after the deadline", () =>
      Effect.gen(function* () {
        const terminal = new Scripted()
        const events: Array<string> = []
        const isOtherOrder = () => Effect.die(new Error("a bug"))
        const fiber = yield* start(terminal, { isOtherOrder, onEvent: (event) => events.push(event._tag) })
        yield* TestClock.adjust("180 seconds")
        assert.strictEqual((yield* failure(fiber))._tag, "TerminalOutcomeUnknown")
        terminal.send(`${approved}CF007ORDER_2`)
        yield* TestClock.adjust("1 seconds")
        assert.deepStrictEqual(events.slice(-5), ["Unknown", "Received", "Defect", "LateAnswer", "Closed"])
        assert.strictEqual(terminal.closed, 1)
      })
    )

    it.effect("gets the answer even if a listener throws or rejects", () =>
      Effect.gen(function* () {
        const terminal = new Scripted().answersAndCloses(approved)
        const answer = yield* exchange(terminal, {
          onEvent: () => {
            throw new Error("a listener's fault")
          }
        })
        assert.strictEqual(answer.response.status, "done")
        const rejected = Promise.reject(new Error("a listener's fault"))
        const then = vi.spyOn(rejected, "then")
        yield* exchange(terminal, { onEvent: () => rejected as never })
        assert.isFunction(then.mock.calls[0]?.[1])
      })
    )
  })

  describe("the lock", () => {
    it.effect("is given in order of arrival, one connection at a time", () =>
      Effect.gen(function* () {
        const terminal = new Scripted()
        const order: Array<number> = []
        const fibers = []
        for (const amount of [1, 2, 3]) {
          fibers.push(
            yield* Effect.forkChild(
              Effect.tap(exchange(terminal, { request: { ...request, amount } }), () =>
                Effect.sync(() => order.push(amount))
              ).pipe(Effect.ignore),
              { startImmediately: true }
            )
          )
        }
        for (const amount of ["01", "02", "03"]) {
          assert.include(terminal.writes.at(-1) ?? "", `CB002${amount}`)
          terminal.send(approved.replace("CB0041245", `CB002${amount}`))
          terminal.end()
          yield* TestClock.adjust("1 millis")
        }
        assert.deepStrictEqual(order, [1, 2, 3])
        assert.strictEqual(terminal.connections, 3)
      })
    )

    it.effect("is waited for ten seconds at most, and then nothing was sent", () =>
      Effect.gen(function* () {
        const terminal = new Scripted()
        const first = yield* start(terminal)
        const second = yield* start(terminal)
        yield* TestClock.adjust("10 seconds")
        assert.deepInclude(yield* failure(second), { _tag: "TerminalNotStarted", kind: "QueueFull" })
        assert.strictEqual(terminal.writes.length, 1)
        assert.isFalse(soFar(first))
      })
    )

    it.effect("is passed on by the exchange that ends", () =>
      Effect.gen(function* () {
        const terminal = new Scripted()
        const first = yield* start(terminal)
        const second = yield* start(terminal)
        const third = yield* start(terminal)
        yield* Fiber.interrupt(second)
        terminal.send(approved)
        terminal.end()
        yield* Fiber.join(first)
        yield* TestClock.adjust("1 millis")
        assert.strictEqual(terminal.connections, 2)
        terminal.send(approved)
        terminal.end()
        yield* Fiber.join(third)
        assert.strictEqual(terminal.writes.length, 2)
      })
    )

    it.effect("belongs to the resolved address: two names of one terminal wait for each other", () =>
      Effect.gen(function* () {
        const terminal = new Scripted(({ port }) => Effect.succeed({ host: "10.0.0.7", port }))
        yield* start(terminal, { address: { host: "till-1", port: 8888 } })
        yield* start(terminal, { address: { host: "10.0.0.7", port: 8888 } })
        yield* start(terminal, { address: { host: "10.0.0.7", port: 8889 } })
        assert.strictEqual(terminal.connections, 2)
      })
    )

    it.effect("allows a last check with the resolved address, and is passed on if that fails", () =>
      Effect.gen(function* () {
        const terminal = new Scripted(({ port }) => Effect.succeed({ host: "10.0.0.7", port }))
        const asked: Array<string> = []
        const first = yield* start(terminal)
        const second = yield* start(terminal, {
          admit: ({ host }) => {
            asked.push(host)
            return Effect.fail(new NotStarted({ kind: "QueueFull", detail: "not now" }))
          }
        })
        const third = yield* start(terminal)
        assert.deepStrictEqual(asked, [])
        terminal.send(approved)
        terminal.end()
        yield* Fiber.join(first)
        assert.deepInclude(yield* failure(second), { _tag: "TerminalNotStarted", detail: "not now" })
        assert.deepStrictEqual(asked, ["10.0.0.7"])
        yield* TestClock.adjust("1 millis")
        terminal.send(approved)
        terminal.end()
        yield* Fiber.join(third)
        assert.strictEqual(terminal.connections, 2)
      })
    )

    it.effect("ends with the deadline: a late answer delays no other exchange", () =>
      Effect.gen(function* () {
        const terminal = new Scripted()
        const first = yield* start(terminal)
        yield* TestClock.adjust("175 seconds")
        const second = yield* start(terminal)
        yield* TestClock.adjust("5 seconds")
        yield* failure(first)
        assert.strictEqual(terminal.connections, 2)
        assert.isFalse(soFar(second))
      })
    )

    it.effect("is released by a bug of the connection, which leaves no exchange waiting", () =>
      Effect.gen(function* () {
        const terminal = new Scripted()
        const { connect } = terminal.connector
        const broken = { receive: () => assert.fail("a bug") }
        const connector = {
          connect: (address: Address) => Effect.map(connect(address), (connection) => Object.assign(connection, broken))
        }
        for (const connections of [1, 2]) {
          assert.isTrue(Exit.hasDies(yield* Effect.exit(exchange(terminal, { connector }))))
          assert.deepStrictEqual([terminal.connections, terminal.closed], [connections, connections])
        }
        assert.strictEqual(terminal.writes.length, 0)
        terminal.onWrite = (it) => it.send(undefined as unknown as string)
        for (const connections of [3, 4]) {
          assert.strictEqual((yield* Effect.flip(exchange(terminal)))._tag, "TerminalOutcomeUnknown")
          assert.deepStrictEqual([terminal.connections, terminal.closed], [connections, connections])
        }
      })
    )

    it.effect("belongs to a connector: terminals in memory do not wait for each other", () =>
      Effect.gen(function* () {
        const [one, other] = [new Scripted(), new Scripted()]
        yield* start(one)
        yield* start(other)
        assert.deepStrictEqual([one.connections, other.connections], [1, 1])
      })
    )
  })

  it.effect("shows no card number of an answer that was cut", () =>
    Effect.gen(function* () {
      const terminal = new Scripted().answersAndCloses(`${approved}AA0165017677122`)
      const error = yield* Effect.flip(exchange(terminal))
      assert.deepInclude(error, { kind: "CutLine" })
      assert.strictEqual(receivedOf(error), `${approved}AA016…`)
      assert.notInclude(JSON.stringify(error), "5017677122")
    })
  )
})
