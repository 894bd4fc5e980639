import { assert, describe, it } from "@effect/vitest"
import { NotStarted } from "@hipay-pos/core/Terminal"
import { Cardholder, MemoryConnection, Profile, TerminalSimulator, TestCard } from "@hipay-pos/terminal-simulator"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { fieldsOf, request } from "./ecr.ts"
import { connect, exchange } from "./memory.ts"

/** Why the terminal hangs up on registers that end their side, from now on. */
const hangUpsAt = (terminal: TerminalSimulator.TerminalSimulator): ReadonlyArray<string | undefined> => {
  const reasons: Array<string | undefined> = []
  terminal.subscribe((event) => {
    if (event._tag === "Connection" && event.what === "half-closed") reasons.push(event.reason)
  })
  return reasons
}

const busyWith = (profile: Profile.Profile) =>
  Effect.gen(function* () {
    const terminal = yield* TerminalSimulator.make({ profile, cardholder: Cardholder.manual })
    const first = yield* Effect.forkChild(exchange(terminal, request()))
    yield* TestClock.adjust(1)
    assert.strictEqual(terminal.state().stage, "woken")
    return { terminal, first }
  })

describe("a busy terminal", () => {
  it.effect("has the next ECR wait for its turn (plain)", () =>
    Effect.gen(function* () {
      const { terminal, first } = yield* busyWith(Profile.plain)
      const second = yield* Effect.forkChild(exchange(terminal, request({ CB: "0777" })))
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual(terminal.state().amount, 1245)
      terminal.presentCard(TestCard.standard)
      assert.strictEqual(fieldsOf((yield* Fiber.join(first)).text).CB, "1245")
      yield* TestClock.adjust(1)
      assert.strictEqual(terminal.state().amount, 777)
      terminal.presentCard(TestCard.standard)
      assert.strictEqual(fieldsOf((yield* Fiber.join(second)).text).CB, "0777")
    })
  )

  it.effect("refuses connections until it is done (ingenico-desk5000)", () =>
    Effect.gen(function* () {
      const { terminal, first } = yield* busyWith(Profile.ingenicoDesk5000)
      const refused = yield* Effect.flip(connect(terminal))
      assert.instanceOf(refused, NotStarted)
      assert.strictEqual(refused.kind, "ConnectionRefused")
      terminal.presentCard(TestCard.standard)
      yield* Fiber.join(first)
      const next = yield* Effect.forkChild(exchange(terminal, request()))
      yield* TestClock.adjust(1)
      terminal.presentCard(TestCard.standard)
      assert.strictEqual(fieldsOf((yield* Fiber.join(next)).text).AE, "10")
    })
  )

  it.effect("answers 01 at once, without a reason, and goes on with its payment (payxpert)", () =>
    Effect.gen(function* () {
      const { terminal, first } = yield* busyWith(Profile.payxpert)
      const { AE, AF } = fieldsOf((yield* exchange(terminal, request())).text)
      assert.deepStrictEqual([AE, AF], ["01", undefined])
      terminal.presentCard(TestCard.standard)
      assert.strictEqual(fieldsOf((yield* Fiber.join(first)).text).AE, "10")
      assert.strictEqual(terminal.ledger.count(), 1)
    })
  )

  it.effect("goes on to the next one when a waiting connection is given up", () =>
    Effect.gen(function* () {
      const { terminal, first } = yield* busyWith(Profile.plain)
      const { connection, channel } = MemoryConnection.pair()
      yield* connection.write(request())
      const second = yield* Effect.forkChild(terminal.accept(channel))
      yield* TestClock.adjust(1)
      const third = yield* Effect.forkChild(exchange(terminal, request({ CB: "0777" })))
      yield* TestClock.adjust(1)
      yield* Fiber.interrupt(second)
      terminal.presentCard(TestCard.standard)
      yield* Fiber.join(first)
      yield* TestClock.adjust(1)
      assert.strictEqual(terminal.state().amount, 777)
      terminal.presentCard(TestCard.standard)
      assert.strictEqual(fieldsOf((yield* Fiber.join(third)).text).CB, "0777")
    })
  )

  it.effect("does not wake for an ECR that hung up while it waited", () =>
    Effect.gen(function* () {
      const { terminal, first } = yield* busyWith(Profile.plain)
      const hungUp = hangUpsAt(terminal)
      const second = yield* connect(terminal)
      yield* second.write(request())
      yield* second.close
      terminal.presentCard(TestCard.standard)
      yield* Fiber.join(first)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(terminal.ledger.count(), 1)
      assert.strictEqual(terminal.state().stage, "idle")
      assert.deepStrictEqual(hungUp, [
        "the register ended its side of the connection while its request waited: the request is not performed"
      ])
    })
  )
})

describe("a line", () => {
  it.effect("that the ECR half-closes is hung up without an answer, and the payment goes on", () =>
    Effect.gen(function* () {
      const { terminal, first } = yield* busyWith(Profile.plain)
      yield* Fiber.interrupt(first)
      const next = yield* TerminalSimulator.make({ cardholder: Cardholder.manual })
      const hungUp = hangUpsAt(next)
      const connection = yield* connect(next)
      yield* connection.write(request())
      yield* TestClock.adjust(1)
      yield* connection.close
      assert.isTrue(next.presentCard(TestCard.standard))
      yield* TestClock.adjust(1)
      assert.isUndefined(yield* connection.read)
      assert.strictEqual(next.ledger.count(), 1)
      assert.deepStrictEqual(
        next.journal().map(({ conclusion, delivered }) => ({ conclusion, delivered })),
        [{ conclusion: "Done", delivered: false }]
      )
      assert.deepStrictEqual(hungUp, [
        "the register ended its side of the connection before the answer: this model hangs up without it"
      ])
      assert.strictEqual(terminal.ledger.count(), 0)
    })
  )

  it.effect("that the ECR half-closes is answered by a profile that does not mind", () =>
    Effect.gen(function* () {
      const profile: Profile.Profile = { ...Profile.plain, halfClose: "answers" }
      const terminal = yield* TerminalSimulator.make({ profile })
      const { connection, channel } = MemoryConnection.pair()
      yield* connection.write(request())
      const sent: Array<string> = []
      yield* terminal.accept(Object.assign(channel, { ended: () => true, send: (text: string) => sent.push(text) }))
      assert.deepStrictEqual(
        sent.map((text) => fieldsOf(text).AE),
        ["10"]
      )
    })
  )

  it.effect("that the terminal keeps open takes requests that come at once, or while it is busy, in their order", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make({ closesAfterAnswer: false, pace: "human" })
      const connection = yield* connect(terminal)
      yield* connection.write(request({ CB: "1000" }) + request({ CB: "2000" }))
      yield* TestClock.adjust("1 second")
      yield* connection.write(request({ CB: "3000" }))
      const answers = yield* Effect.forkChild(Effect.all([connection.read, connection.read, connection.read]))
      yield* TestClock.adjust("1 minute")
      const amounts = (yield* Fiber.join(answers)).map((text) => fieldsOf(text ?? "").CB)
      assert.deepStrictEqual(amounts, ["1000", "2000", "3000"])
      assert.deepStrictEqual(
        terminal.journal().map(({ request: text }) => fieldsOf(text).CB),
        ["1000", "2000", "3000"]
      )
      yield* connection.close
    })
  )

  it.effect("that the terminal closes after its answer takes the first of two requests that come at once", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make()
      const { text } = yield* exchange(terminal, request({ CB: "1000" }) + request({ CB: "2000" }))
      assert.strictEqual(fieldsOf(text).CB, "1000")
      assert.strictEqual(terminal.ledger.charged(), 1000)
      assert.deepStrictEqual(
        terminal.journal().map(({ request: text }) => text),
        [request({ CB: "1000" })]
      )
    })
  )

  it.effect("that the terminal keeps open takes one request after the other", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make({ closesAfterAnswer: false })
      const connection = yield* connect(terminal)
      for (let payment = 1; payment <= 3; payment++) {
        yield* connection.write(request())
        assert.isDefined(yield* connection.read)
        assert.strictEqual(terminal.ledger.count(), payment)
      }
      yield* connection.close
    })
  )
})

describe("an immediate answer (BA=1)", () => {
  const answers = (profile: Profile.Profile) =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make({ profile, cardholder: Cardholder.manual })
      const fiber = yield* Effect.forkChild(exchange(terminal, request({ BA: "1", CK: undefined })))
      yield* TestClock.adjust(1)
      terminal.presentCard(TestCard.standard)
      const { text } = yield* Fiber.join(fiber)
      assert.strictEqual(terminal.ledger.count(), 1)
      return [...text.matchAll(/AE002(\d\d)/g)].map(([, status]) => status)
    })

  it.effect("is AE=11 and then the outcome, AE=11 alone, or an ambiguous AE=10, as the profile has it", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* answers(Profile.plain), ["11", "10"])
      assert.deepStrictEqual(yield* answers(Profile.ingenicoDesk5000), ["11"])
      assert.deepStrictEqual(yield* answers(Profile.payxpert), ["10"])
    })
  )
})
