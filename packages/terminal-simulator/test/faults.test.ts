import { assert, describe, it } from "@effect/vitest"
import type { NotStarted } from "@hipay-pos/core/Terminal"
import { Cardholder, Fault, TerminalSimulator, TestCard } from "@hipay-pos/terminal-simulator"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import * as TestClock from "effect/testing/TestClock"
import { fieldsOf, request } from "./ecr.ts"
import { connect, exchange } from "./memory.ts"

const make = (name: Fault.FaultName, options: Fault.FaultOptions = {}) => Result.getOrThrow(Fault.make(name, options))

/** Everything that an ECR can see of one exchange, when each piece came, and how it ended. */
interface Seen {
  readonly pieces: ReadonlyArray<{ readonly at: number; readonly text: string }>
  readonly text: string
  readonly end: "fin" | "reset" | "open" | NotStarted["kind"]
  readonly endedAt: number
  readonly terminal: TerminalSimulator.TerminalSimulator
  readonly struck: ReadonlyArray<string>
}

const BEGIN = Date.UTC(2026, 10, 23, 9)

/** One exchange of five minutes with these faults. */
const watch = Effect.fnUntraced(function* (
  faults: ReadonlyArray<Fault.Fault>,
  options: TerminalSimulator.Options = {}
) {
  yield* TestClock.setTime(BEGIN)
  const terminal = yield* TerminalSimulator.make({ seed: 1, faults, ...options })
  const struck: Array<string> = []
  terminal.subscribe((event) => {
    if (event._tag === "Fault") struck.push(`${event.fault}@${event.stage}`)
  })
  const now = Effect.map(Clock.currentTimeMillis, (at) => at - BEGIN)
  const pieces: Array<{ at: number; text: string }> = []
  let end: Seen["end"] = "open"
  let endedAt = Number.POSITIVE_INFINITY
  const talk = Effect.gen(function* () {
    const connection = yield* connect(terminal)
    yield* connection.write(request())
    for (let chunk = yield* connection.read; chunk !== undefined; chunk = yield* connection.read) {
      pieces.push({ at: yield* now, text: chunk })
    }
    end = "fin"
    endedAt = yield* now
  }).pipe(
    Effect.catchTag("ConnectionFailed", () =>
      Effect.gen(function* () {
        end = "reset"
        endedAt = yield* now
      })
    ),
    Effect.catchTag("TerminalNotStarted", ({ kind }) =>
      Effect.sync(() => {
        end = kind
      })
    )
  )
  const fiber = yield* Effect.forkChild(talk)
  yield* TestClock.adjust("5 minutes")
  yield* Fiber.interrupt(fiber)
  const seen: Seen = { pieces, text: pieces.map(({ text }) => text).join(""), end, endedAt, terminal, struck }
  return seen
})

const withFault = (name: Fault.FaultName, options: Fault.FaultOptions = {}) => watch([make(name, options)])

describe("every fault", () => {
  it.effect("says that it struck, and shows on the line or in the time it takes", () =>
    Effect.gen(function* () {
      const clean = yield* watch([])
      for (const name of Fault.names) {
        for (const stage of Fault.catalogue[name].stages) {
          const seen = yield* withFault(name, { stage })
          const text = `${name}@${stage}`
          assert.deepStrictEqual(seen.struck, [text])
          if (name === "reset" && stage === "after-answer") continue // The answer is complete; only TCP shows the rest.
          if (name === "close" && stage === "after-answer") continue
          assert.notDeepEqual(
            { pieces: seen.pieces, end: seen.end, endedAt: seen.endedAt },
            { pieces: clean.pieces, end: clean.end, endedAt: clean.endedAt },
            text
          )
        }
      }
    })
  )

  it.effect("strikes as many times as it was told, then goes away", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make({ faults: [make("missing-amount", { times: 2 })] })
      const amounts = []
      const left = []
      for (let payment = 0; payment < 3; payment++) {
        left.push(terminal.faults().map(({ times }) => times))
        amounts.push(fieldsOf((yield* exchange(terminal, request())).text).CB)
      }
      assert.deepStrictEqual(amounts, [undefined, undefined, "1245"])
      assert.deepStrictEqual(left, [[2], [1], []])
    })
  )
})

describe("faults that are set together", () => {
  it.effect("change an answer that has noise before it at the same fields as one without", () =>
    Effect.gen(function* () {
      const clean = (yield* watch([])).text
      for (const order of [0, 1]) {
        const faults = [make("garbage-before"), make("wrong-length")]
        const { text } = yield* watch(order === 0 ? faults : faults.toReversed())
        assert.strictEqual(text, `\x02?#${clean.replace("CB0041245", "CB0051245")}`)
      }
      const paused = yield* watch([make("garbage-before"), make("pause-before-ticket")])
      assert.strictEqual(paused.text, `\x02?#${clean}`)
      assert.isTrue(paused.pieces[1]?.text.startsWith("ZT"))
      const cut = yield* watch([make("garbage-before"), make("cut")])
      assert.isTrue(cut.text.endsWith("AE0021"))
    })
  )

  it.effect("are refused where two of them change how an answer is delivered", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make({ faults: [make("split"), make("amount-higher")] })
      for (const name of ["cut", "acknowledge-only", "coalesce", "delay"] as const) {
        const fault = make(name, { stage: "mid-answer" })
        assert.throws(
          () => terminal.setFault(fault),
          `${name}@mid-answer cannot be set beside split@mid-answer: both change how the answer is delivered`
        )
      }
      terminal.setFault(make("split", { byte: 3 }))
      terminal.setFault(make("delay", { stage: "authorising" }))
      assert.deepStrictEqual(
        terminal.faults().map(({ name, byte }) => [name, byte]),
        [
          ["split", 3],
          ["amount-higher", undefined],
          ["delay", undefined]
        ]
      )
    })
  )
})

describe("faults of the line", () => {
  it.effect("refuse, sleep: nothing begins", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* withFault("refuse")).end, "ConnectionRefused")
      const asleep = yield* withFault("sleep")
      assert.strictEqual(asleep.end, "Unreachable")
      assert.strictEqual(asleep.terminal.ledger.count(), 0)
    })
  )

  for (const stage of ["after-request", "after-wake", "authorising", "after-approval", "mid-answer"] as const) {
    it.effect(`silent, reset, close at ${stage}: the customer pays all the same`, () =>
      Effect.gen(function* () {
        const ends = []
        for (const name of ["silent", "reset", "close"] as const) {
          const { end, terminal } = yield* withFault(name, { stage })
          assert.strictEqual(terminal.ledger.charged(), 1245)
          ends.push(end)
        }
        assert.deepStrictEqual(ends, ["open", "reset", "fin"])
      })
    )
  }

  it.effect("after-connect: the request is never read", () =>
    Effect.gen(function* () {
      for (const name of ["silent", "reset", "close"] as const) {
        const { terminal } = yield* withFault(name, { stage: "after-connect" })
        assert.deepStrictEqual(terminal.journal(), [])
      }
    })
  )

  it.effect("reboot: only what was approved before is kept, and the terminal is away for a while", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* withFault("reboot", { stage: "authorising" })).terminal.ledger.count(), 0)
      assert.strictEqual((yield* withFault("reboot", { stage: "after-approval" })).terminal.ledger.count(), 1)
      const terminal = yield* TerminalSimulator.make({ faults: [make("reboot", { times: 1 })] })
      const connection = yield* connect(terminal)
      yield* connection.write(request())
      assert.isFalse(terminal.isOpen())
      yield* TestClock.adjust("3 seconds")
      assert.strictEqual(fieldsOf((yield* exchange(terminal, request())).text).AE, "10")
    })
  )

  it.effect("reboot: a listener is told once it is open again, also where the timer was early", () =>
    Effect.gen(function* () {
      const clock = yield* Clock.Clock
      let slept = 0
      const early: Clock.Clock = {
        ...clock,
        currentTimeMillisUnsafe: () => clock.currentTimeMillisUnsafe(),
        sleep: (duration) => (slept++ === 0 ? Effect.void : clock.sleep(duration))
      }
      const terminal = yield* Effect.provideService(
        TerminalSimulator.make({ faults: [make("reboot", { times: 1 })] }),
        Clock.Clock,
        early
      )
      const told: Array<boolean> = []
      terminal.observeGate(Effect.sync(() => told.push(terminal.isOpen())))
      const connection = yield* connect(terminal)
      yield* connection.write(request())
      yield* TestClock.adjust("3 seconds")
      assert.deepStrictEqual(told, [false, true])
    })
  )

  it.effect.each([86_400_000, -86_400_000])(
    "reboot: takes as long whatever the time of day is set to, by %i ms",
    (by) =>
      Effect.gen(function* () {
        const clock = yield* Clock.Clock
        let set = 0
        const own: Clock.Clock = { ...clock, currentTimeMillisUnsafe: () => clock.currentTimeMillisUnsafe() + set }
        const terminal = yield* Effect.provideService(
          TerminalSimulator.make({ faults: [make("reboot", { times: 1 })] }),
          Clock.Clock,
          own
        )
        const connection = yield* connect(terminal)
        yield* connection.write(request())
        set = by
        yield* TestClock.adjust("2999 millis")
        assert.isFalse(terminal.isOpen())
        yield* TestClock.adjust("1 millis")
        assert.isTrue(terminal.isOpen())
      })
  )

  it.effect("reboot: every other connection is reset, and its request is not performed", () =>
    Effect.gen(function* () {
      const faults = [make("reboot", { stage: "authorising", times: 1 })]
      const terminal = yield* TerminalSimulator.make({ faults, cardholder: Cardholder.manual })
      const [paying, queued, halfway, idle] = yield* Effect.all([
        connect(terminal),
        connect(terminal),
        connect(terminal),
        connect(terminal)
      ])
      yield* paying.write(request())
      yield* queued.write(request({ CB: "0777" }))
      yield* halfway.write(request().slice(0, 20))
      const dropped: Array<unknown> = []
      terminal.subscribe((event) => {
        if (event._tag === "Connection") dropped.push([event.connection, event.what, event.reason])
      })
      terminal.presentCard(TestCard.standard)
      for (const connection of [paying, queued, halfway, idle]) {
        assert.strictEqual((yield* Effect.flip(connection.read))._tag, "ConnectionFailed")
      }
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual([terminal.state().stage, terminal.ledger.count()], ["idle", 0])
      assert.isFalse(terminal.presentCard(TestCard.standard))
      assert.sameDeepMembers(
        dropped,
        [1, 2, 3, 4].map((connection) => [connection, "dropped", "the terminal restarted"])
      )
      terminal.setCardholder(Cardholder.auto())
      assert.strictEqual(fieldsOf((yield* exchange(terminal, request())).text).AE, "10")
    })
  )

  it.effect("delay, late-answer: the answer comes whole, and late", () =>
    Effect.gen(function* () {
      const delayed = yield* withFault("delay", { stage: "authorising", milliseconds: 1234 })
      assert.deepStrictEqual(
        delayed.pieces.map(({ at }) => at),
        [1234]
      )
      const late = yield* withFault("late-answer")
      assert.strictEqual(late.pieces[0]?.at, 240_000)
      assert.strictEqual(fieldsOf(late.text).AE, "10")
    })
  )

  it.effect("answer-lost: approved, and never said", () =>
    Effect.gen(function* () {
      const { text, end, terminal } = yield* withFault("answer-lost")
      assert.deepStrictEqual([text, end], ["", "open"])
      assert.strictEqual(terminal.ledger.charged(), 1245)
      assert.isFalse(terminal.journal()[0]?.delivered)
    })
  )
})

describe("faults of the answer's way", () => {
  it.effect("split, byte-by-byte and pauses keep every byte", () =>
    Effect.gen(function* () {
      const clean = yield* watch([])
      for (const name of ["split", "byte-by-byte", "pause-in-field", "pause-before-ticket"] as const) {
        assert.strictEqual((yield* withFault(name)).text, clean.text, name)
      }
      const cut = yield* withFault("split", { byte: 7, milliseconds: 40 })
      assert.deepStrictEqual(
        cut.pieces.map(({ at, text }) => [at, text.length]),
        [
          [0, 7],
          [40, clean.text.length - 7]
        ]
      )
      assert.strictEqual((yield* withFault("byte-by-byte")).pieces.length, clean.text.length)
      const [, rest] = (yield* withFault("pause-before-ticket")).pieces
      assert.isTrue(rest?.text.startsWith("ZT"))
      const [head] = (yield* withFault("pause-in-field")).pieces
      assert.isTrue(head?.text.endsWith("CB0041"))
    })
  )

  it.effect("cut ends inside a field; coalesce and duplicate-answer put two messages into one segment", () =>
    Effect.gen(function* () {
      const cut = yield* withFault("cut")
      assert.isTrue(cut.text.endsWith("AE0021"))
      assert.strictEqual(cut.end, "fin")
      for (const name of ["coalesce", "duplicate-answer"] as const) {
        const { pieces, text } = yield* withFault(name)
        assert.strictEqual(pieces.length, 1)
        assert.deepStrictEqual(
          [...text.matchAll(/AE002(\d\d)/g)].map(([, status]) => status),
          name === "coalesce" ? ["11", "10"] : ["10", "10"]
        )
      }
    })
  )

  it.effect("garbage, a wrong length and too many bytes make it unreadable", () =>
    Effect.gen(function* () {
      for (const name of ["garbage-before", "garbage-after", "wrong-length"] as const) {
        const { text } = yield* withFault(name)
        assert.throws(() => fieldsOf(text), /no field/, name)
      }
      assert.isAtLeast((yield* withFault("oversized")).text.length, 100_000)
    })
  )

  it.effect("acknowledge-then-final says AE=11 at once and AE=10 later, acknowledge-only never", () =>
    Effect.gen(function* () {
      const both = yield* withFault("acknowledge-then-final")
      assert.deepStrictEqual(
        both.pieces.map(({ at, text }) => [at, fieldsOf(text).AE]),
        [
          [0, "11"],
          [500, "10"]
        ]
      )
      const only = yield* withFault("acknowledge-only")
      assert.deepStrictEqual([fieldsOf(only.text).AE, only.end], ["11", "fin"])
      assert.strictEqual(only.terminal.ledger.charged(), 1245)
    })
  )
})

describe("faults that acknowledge", () => {
  const statusesOf = (text: string) => [...text.matchAll(/AE002(\d\d)/g)].map(([, status]) => status)

  it.effect("are counted where AE=11 is sent", () =>
    Effect.gen(function* () {
      const faults = [make("acknowledge-then-final", { times: 1, milliseconds: 0 })]
      const terminal = yield* TerminalSimulator.make({ faults })
      assert.deepStrictEqual(statusesOf((yield* exchange(terminal, request())).text), ["11", "10"])
      assert.deepStrictEqual(terminal.faults(), [])
      assert.deepStrictEqual(statusesOf((yield* exchange(terminal, request())).text), ["10"])
    })
  )

  it.effect("say AE=11 once where the request asks for an immediate answer, too", () =>
    Effect.gen(function* () {
      for (const [name, statuses] of [
        ["coalesce", ["11", "10"]],
        ["acknowledge-then-final", ["11", "10"]],
        ["acknowledge-only", ["11"]]
      ] as const) {
        const terminal = yield* TerminalSimulator.make({ faults: [make(name, { milliseconds: 0 })] })
        const { text } = yield* exchange(terminal, request({ BA: "1" }))
        assert.deepStrictEqual(statusesOf(text), [...statuses], name)
      }
    })
  )

  it.effect("leave a malformed request refused", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make({ faults: [make("acknowledge-only")] })
      const exchanging = yield* Effect.forkChild(exchange(terminal, request({ CB: undefined })))
      yield* TestClock.adjust("1 second")
      const { AE, AF } = fieldsOf((yield* Fiber.join(exchanging)).text)
      assert.deepStrictEqual([AE, AF], ["01", "09"])
    })
  )
})

describe("what is told of an answer", () => {
  /** One exchange, and what events and journal tell of its answer. */
  const told = Effect.fnUntraced(function* (
    name: Fault.FaultName,
    options: Fault.FaultOptions = {},
    changes: Readonly<Record<string, string | undefined>> = {}
  ) {
    const terminal = yield* TerminalSimulator.make({ seed: 1, faults: [make(name, options)] })
    const events: Array<{ readonly frame: string; readonly delivered: boolean }> = []
    terminal.subscribe((event) => {
      if (event._tag === "Answer") events.push({ frame: event.frame, delivered: event.delivered })
    })
    const chunks: Array<string> = []
    const connection = yield* terminal.connector.connect({ host: "terminal", port: 8888 })
    connection.receive({ onData: (text) => void chunks.push(text), onEnd: () => {} })
    yield* connection.write(request(changes))
    yield* TestClock.adjust("5 minutes")
    const [entry] = terminal.journal()
    return { sent: chunks.join(""), events, entry }
  })

  it.effect("is what was sent, where a fault changes the fields or cuts nothing off", () =>
    Effect.gen(function* () {
      for (const name of [
        ...(["amount-higher", "refused-but-authorised", "missing-amount", "split", "byte-by-byte"] as const),
        ...(["coalesce", "duplicate-answer", "acknowledge-then-final", "acknowledge-only"] as const)
      ]) {
        const { sent, events, entry } = yield* told(name)
        assert.strictEqual(events.map(({ frame }) => frame).join(""), sent, name)
        assert.strictEqual(entry?.answer, sent, name)
        assert.isTrue(entry?.delivered && events.every(({ delivered }) => delivered), name)
      }
    })
  )

  it.effect("has no bytes that were not sent, where a fault cuts it, and no field that was not whole", () =>
    Effect.gen(function* () {
      for (const name of ["cut", "reset", "close", "silent"] as const) {
        const { sent, events, entry } = yield* told(name, name === "cut" ? {} : { stage: "mid-answer", byte: 20 })
        assert.strictEqual(entry?.answer, name === "cut" ? `${sent.slice(0, -1)}…` : "CZ0040320CJ012…", name)
        assert.deepStrictEqual(events, [{ frame: entry?.answer ?? "", delivered: true }], name)
        assert.isTrue(
          entry?.answerFields?.every(({ tag, value }) =>
            sent.includes(tag + String(value.length).padStart(3, "0") + value)
          ),
          name
        )
      }
    })
  )

  it.effect("names the answer that was ready where nothing was sent", () =>
    Effect.gen(function* () {
      const { sent, events, entry } = yield* told("answer-lost")
      assert.strictEqual(sent, "")
      assert.deepStrictEqual(
        events.map(({ frame, delivered }) => [fieldsOf(frame).AE, delivered]),
        [["10", false]]
      )
      assert.deepInclude(entry, { answer: events[0]?.frame, delivered: false })
    })
  )

  it.effect("has the acknowledgement of an immediate answer", () =>
    Effect.gen(function* () {
      const { sent, events } = yield* told("delay", { stage: "authorising" }, { BA: "1" })
      assert.deepStrictEqual(
        events.map(({ frame }) => fieldsOf(frame).AE),
        ["11", "10"]
      )
      assert.strictEqual(events.map(({ frame }) => frame).join(""), sent)
    })
  )
})

describe("faults of the answer's content", () => {
  it.effect("change what they are named after, and nothing else", () =>
    Effect.gen(function* () {
      const clean = fieldsOf((yield* watch([])).text)
      const changed = (name: Fault.FaultName) =>
        Effect.map(withFault(name), ({ text }) => {
          const fields = fieldsOf(text)
          const tags = new Set([...Object.keys(clean), ...Object.keys(fields)])
          return Object.fromEntries(
            [...tags].filter((tag) => fields[tag] !== clean[tag]).map((tag) => [tag, fields[tag]])
          )
        })
      assert.deepStrictEqual(yield* changed("amount-higher"), { CB: "1246" })
      assert.deepStrictEqual(yield* changed("amount-lower"), { CB: "1244" })
      assert.deepStrictEqual(yield* changed("wrong-currency"), { CE: "840" })
      assert.deepStrictEqual(yield* changed("wrong-contract"), { CC: "00S", CG: "7654321" })
      assert.deepStrictEqual(yield* changed("missing-amount"), { CB: undefined })
      assert.deepStrictEqual(yield* changed("contradictory"), { AF: "04" })
      assert.deepStrictEqual(yield* changed("refused-but-authorised"), { AE: "01", AF: "01" })
      assert.deepStrictEqual(yield* changed("refused-with-sale"), { AE: "01", AF: "04" })
      assert.deepStrictEqual(yield* changed("odd-status"), { AE: "42" })
      assert.deepStrictEqual(yield* changed("unknown-tags"), { QX: "unknown", Y9: "0" })
      assert.deepStrictEqual(yield* changed("damaged-ticket"), { ZT: "CK003100AK013%% damaged %%" })
    })
  )

  it.effect("contradict themselves also where another fault has said authorised before", () =>
    Effect.gen(function* () {
      const faults = [make("refused-but-authorised"), make("contradictory")]
      const { text } = yield* watch(faults, { cardholder: Cardholder.auto(TestCard.get("refused")) })
      const { AE, AF } = fieldsOf(text)
      assert.deepStrictEqual([AE, AF], ["10", "04"])
    })
  )

  it.effect("full-pan shows a whole number on the line, and nowhere else", () =>
    Effect.gen(function* () {
      const leaks = [watch([make("full-pan")]), watch([], { cardholder: Cardholder.auto(TestCard.get("leaky")) })]
      for (const leak of leaks) {
        const { text, terminal } = yield* leak
        const pan = fieldsOf(text).AA ?? ""
        assert.match(pan, /^497010\d{10}$/)
        const kept = JSON.stringify([terminal.journal(), terminal.ledger.entries()])
        for (let at = 0; at + 7 <= pan.length; at++) assert.notInclude(kept, pan.slice(at, at + 7))
      }
    })
  )
})
