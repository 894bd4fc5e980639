import { assert, describe, it, vi } from "@effect/vitest"
import { Cardholder, Fault, Profile, TerminalSimulator, TestCard } from "@hipay-pos/terminal-simulator"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import { fieldsOf, request, ticketOf } from "./ecr.ts"
import { connect, exchange } from "./memory.ts"

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

  it.effect("tells a listener only what it wants to hear, until it stops", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make()
      const told: Array<string> = []
      const stop = terminal.subscribe((event) => told.push(event._tag), ["Request", "Answer"])
      yield* exchange(terminal, request())
      assert.deepStrictEqual(told, ["Request", "Answer"])
      stop()
      yield* exchange(terminal, request())
      assert.strictEqual(told.length, 2)
    })
  )

  it.effect("keeps the fields of a request, without what stood between them", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make()
      yield* exchange(terminal, `${request()}CH000\r\n`)
      const [entry] = terminal.journal()
      assert.strictEqual(entry?.request, request())
      assert.deepStrictEqual(
        entry?.fields.map(({ tag, value }) => [tag, value]),
        Object.entries(fieldsOf(request()))
      )
    })
  )

  it.effect.each([86_400_000, -86_400_000])(
    "waits ten seconds for the rest of a request, whatever the time of day is set to, by %i ms",
    (by) =>
      Effect.gen(function* () {
        const clock = yield* Clock.Clock
        let set = 0
        const own: Clock.Clock = { ...clock, currentTimeMillisUnsafe: () => clock.currentTimeMillisUnsafe() + set }
        const terminal = yield* Effect.provideService(TerminalSimulator.make(), Clock.Clock, own)
        const ends: Array<string> = []
        terminal.subscribe((event) => {
          if (event._tag === "Connection" && event.what === "dropped") ends.push(event.reason ?? "")
        })
        const connection = yield* connect(terminal)
        yield* connection.write(request().slice(0, 10))
        set = by
        yield* connection.write(request().slice(10, 20))
        yield* TestClock.adjust("9999 millis")
        assert.deepStrictEqual(ends, [])
        yield* TestClock.adjust("1 millis")
        assert.deepStrictEqual(ends, ["the request took too long"])
      })
  )

  it.effect("cuts its connections when its scope closes, whatever they wait for", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const terminal = yield* Scope.provide(TerminalSimulator.make({ cardholder: Cardholder.manual }), scope)
      const [silent, halfway, paying, waiting] = [
        yield* connect(terminal),
        yield* connect(terminal),
        yield* connect(terminal),
        yield* connect(terminal)
      ]
      yield* halfway.write(request().slice(0, 20))
      yield* paying.write(request())
      yield* waiting.write(request())
      assert.strictEqual(terminal.state().stage, "woken")
      yield* Scope.close(scope, Exit.void)
      for (const connection of [silent, halfway, paying, waiting]) {
        assert.strictEqual((yield* Effect.flip(connection.read))._tag, "ConnectionFailed")
      }
      assert.isFalse(terminal.presentCard(TestCard.standard))
      assert.strictEqual(terminal.ledger.count(), 0)
      assert.isFalse(terminal.isOpen())
      assert.deepInclude(yield* Effect.flip(connect(terminal)), {
        _tag: "TerminalNotStarted",
        kind: "ConnectionRefused"
      })
    })
  )

  it.effect("is idle after a reset: what was under way is over, and nothing of it is charged later", () =>
    Effect.gen(function* () {
      const decides = { _tag: "Decides" } as const
      const steps = [decides, Cardholder.pays(TestCard.standard)]
      const terminal = yield* TerminalSimulator.make({ cardholder: Cardholder.scripted(steps) })
      const [paying, queued, halfway] = yield* Effect.all([connect(terminal), connect(terminal), connect(terminal)])
      yield* paying.write(request())
      yield* queued.write(request())
      yield* halfway.write(request().slice(0, 10))
      assert.strictEqual(terminal.state().stage, "woken")
      const ends: Array<string> = []
      terminal.subscribe((event) => {
        if (event._tag === "Connection" && event.what === "dropped") ends.push(`${event.connection} ${event.reason}`)
      })
      yield* terminal.reset
      assert.strictEqual(terminal.state().stage, "idle")
      assert.isFalse(terminal.presentCard(TestCard.standard))
      for (const connection of [paying, queued, halfway]) {
        assert.strictEqual((yield* Effect.flip(connection.read))._tag, "ConnectionFailed")
      }
      assert.deepStrictEqual(ends.sort(), [
        "1 the terminal restarted",
        "2 the terminal restarted",
        "3 the terminal restarted"
      ])
      assert.deepStrictEqual([terminal.ledger.count(), terminal.journal().length], [0, 0])
      const next = yield* connect(terminal)
      yield* next.write(request({ CB: "500" }))
      assert.isTrue(terminal.presentCard(TestCard.standard))
      assert.strictEqual(fieldsOf((yield* next.read) ?? "").CB, "500")
      assert.strictEqual(terminal.ledger.charged("EUR"), 500)
    })
  )

  it.effect("is open after a reset in the middle of a restart", () =>
    Effect.gen(function* () {
      const fault = Result.getOrThrow(Fault.make("reboot", { times: 1, stage: "after-request" }))
      const terminal = yield* TerminalSimulator.make()
      terminal.setFault(fault)
      yield* (yield* connect(terminal)).write(request())
      assert.isFalse(terminal.isOpen())
      yield* terminal.reset
      assert.isTrue(terminal.isOpen())
      assert.strictEqual(fieldsOf((yield* exchange(terminal, request())).text).AE, "10")
    })
  )

  it.effect("cuts the line when something breaks in it, and takes the next payment", () =>
    Effect.gen(function* () {
      let broken = true
      const append = () => {
        if (broken) throw new Error("a bug of the store")
        return Effect.void
      }
      const terminal = yield* TerminalSimulator.make({
        profile: Profile.ingenicoDesk5000,
        store: { records: [], append, clear: Effect.void }
      })
      assert.strictEqual((yield* Effect.flip(exchange(terminal, request())))._tag, "ConnectionFailed")
      broken = false
      assert.strictEqual(fieldsOf((yield* exchange(terminal, request())).text).AE, "10")
    })
  )

  it.effect("goes on when a listener throws or rejects", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make()
      terminal.subscribe(() => {
        throw new Error("a listener's bug")
      })
      const rejected = Promise.reject(new Error("a listener's bug"))
      const then = vi.spyOn(rejected, "then")
      terminal.subscribe(() => rejected as never)
      assert.strictEqual(fieldsOf((yield* exchange(terminal, request())).text).AE, "10")
      assert.isFunction(then.mock.calls[0]?.[1])
    })
  )
})
