/** A person at the terminal, what is seen of a terminal that sleeps, and the encodings of tickets. */
import { PassThrough } from "node:stream"
import { AttemptJournal } from "@hipay-pos/client"
import {
  type ByteChannel,
  Cardholder,
  Fault,
  Profile,
  TerminalSimulator,
  TestCard
} from "@hipay-pos/terminal-simulator"
import { listen, startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { assert, describe, it, vi } from "vitest"
import { encodingOf } from "../src/terminal/encodingOf.ts"
import { examine } from "../src/terminal/examine.ts"
import type { Operator } from "../src/terminal/Operator.ts"
import { BrokenOff, personOperator } from "../src/terminal/personOperator.ts"
import { simulate } from "../src/terminal/simulatedOperator.ts"

/** A person who answers each question by what it says. */
const person = (answer: (question: string) => string | undefined, language?: "en" | "fr") => {
  const [input, output] = [new PassThrough(), new PassThrough()]
  let said = ""
  output.on("data", (text) => {
    said += text
    if (!/: $/.test(String(text))) return
    const word = answer(String(text))
    if (word === undefined) input.end()
    else input.write(`${word}\n`)
  })
  return { operator: personOperator(input, output, language), said: () => said }
}

const examineAt = async (port: number, operator: Operator) => {
  const journal = AttemptJournal.memory()
  const line = { host: "127.0.0.1", port, answer: 2_500, quiet: 50 }
  const examining = examine({ line, operator, journal, mode: "simulated", run: "TEST" })
  return { examining, attempts: () => Effect.runPromise(journal.attempts) }
}

describe("a person at the terminal", () => {
  it("is asked before each step, and a step left out does not reach the terminal", async () => {
    const terminal = await startTerminal({ port: 0, pace: "instant" })
    const { operator, said } = person(() => "n")
    const { examining, attempts } = await examineAt(terminal.port, operator)
    const { leftOut, payments, evidence } = await examining
    await operator.close()
    await terminal.close()
    for (const step of [
      "approved payment, with a ticket",
      "tip",
      "card of another currency",
      "wake-up after a pause"
    ]) {
      assert.include(leftOut, step)
      assert.include(said(), step)
    }
    assert.deepStrictEqual([payments, evidence, await attempts()], [[], [], []])
    assert.lengthOf(terminal.simulator.ledger.entries(), 0)
  })

  it("is asked in French, for every step", async () => {
    const terminal = await startTerminal({ port: 0, pace: "instant" })
    const { operator, said } = person(() => "non", "fr")
    const { examining } = await examineAt(terminal.port, operator)
    const { leftOut } = await examining
    await operator.close()
    await terminal.close()
    assert.include(said(), "paiement accepté, avec ticket : 0,")
    assert.include(said(), "Présentez une carte de test et laissez accepter le paiement.")
    assert.include(said(), "sans mouvement d’argent")
    assert.isAbove(leftOut.length, 20)
    assert.notMatch(said(), / (the|of|card|line|field|request) /)
  })

  it("is asked again after an answer that is none of those offered, which never counts as a yes", async () => {
    const terminal = await startTerminal({ port: 0, pace: "instant" })
    const answers = ["stop", "?", "x", "q"]
    const { operator, said } = person(() => answers.shift())
    const { examining, attempts } = await examineAt(terminal.port, operator)
    const ended = await examining.then(
      () => undefined,
      (error) => error
    )
    await operator.close()
    await terminal.close()
    assert.instanceOf(ended, BrokenOff)
    assert.strictEqual(said().split("Go on?").length - 1, 4)
    assert.deepStrictEqual(await attempts(), [])
  })

  it("may end it at each question, and so does the end of the input", async () => {
    const terminal = await startTerminal({ port: 0, pace: "instant" })
    for (const answer of ["q", undefined]) {
      const { operator } = person(() => answer)
      const { examining } = await examineAt(terminal.port, operator)
      const ended = await examining.then(
        () => undefined,
        (error) => error
      )
      assert.instanceOf(ended, BrokenOff)
      await operator.close()
    }
    await terminal.close()
  })
})

describe("a person who cuts the line", () => {
  it("is asked for it only once the request is sent, and no more once the terminal has answered", async () => {
    const terminal = await startTerminal({ port: 0, pace: "instant" })
    const questions: Array<string> = []
    const { operator } = person((question) => {
      questions.push(question.trim())
      return question.includes("Go on?") && !question.includes("line cut") ? "n" : "y"
    })
    const { examining, attempts } = await examineAt(terminal.port, operator)
    const { payments } = await examining
    await operator.close()
    await terminal.close()
    const asked = questions.findIndex((each) => each.startsWith("line cut before approval"))
    assert.match(questions[asked] ?? "", /Go on\?/)
    assert.deepStrictEqual(
      payments.map(({ state }) => state),
      ["paid", "paid"]
    )
    assert.deepStrictEqual([...new Set((await attempts()).map(({ state }) => state))], ["approved"])
  })
})

describe("the second of two requests", () => {
  it("is withdrawn before anybody is asked whether it was paid, and no card is charged for it", async () => {
    const channels: Array<ByteChannel.ByteChannel> = []
    const asked: Array<unknown> = []
    const examining = Effect.gen(function* () {
      const simulator = yield* TerminalSimulator.make({ cardholder: Cardholder.manual })
      const accept: typeof simulator.accept = (channel) => {
        channels.push(channel)
        return simulator.accept(channel)
      }
      const { port } = yield* listen({ ...simulator, accept }, { port: 0 })
      const operator: Operator = {
        prepare: async (_, step) => step === "first of two requests",
        // The red key ends the first one once the second one has come and gone.
        act: async () => {
          void vi.waitUntil(() => channels[3]?.ended(), 30_000).then(() => simulator.pressKey("cancel"))
        },
        wasDone: async () => {
          asked.push([simulator.state().stage, simulator.presentCard(TestCard.standard)])
          return false
        },
        close: async () => {}
      }
      const line = { host: "127.0.0.1", port, answer: 30_000, quiet: 50 }
      const options = { line, operator, journal: AttemptJournal.memory(), mode: "live", run: "TEST" } as const
      const { payments, habits } = yield* Effect.promise(() => examine(options))
      return { payments, busy: habits.busy, charged: simulator.ledger.count() }
    })
    const seen = await Effect.runPromise(Effect.scoped(examining))
    assert.deepStrictEqual(asked, [["idle", false]])
    assert.deepStrictEqual(seen, { payments: [], busy: "queue", charged: 0 })
  })
})

describe("remote collection", () => {
  it("is left out unless requested, and then done only after a yes", async () => {
    const terminal = await startTerminal({ port: 0, pace: "instant" })
    const line = { host: "127.0.0.1", port: terminal.port, answer: 2_500, quiet: 50 }
    const collected = async (collection: boolean, answer: string) => {
      const { operator, said } = person((question) => (question.includes("CD=B") ? answer : "n"))
      const journal = AttemptJournal.memory()
      const { evidence, leftOut } = await examine({ line, operator, journal, mode: "live", run: "TEST", collection })
      await operator.close()
      assert.strictEqual(leftOut.includes("remote collection (CD=B)"), evidence.length === 0)
      return { sent: evidence.map(({ request }) => request), said: said() }
    }
    const without = await collected(false, "y")
    assert.deepStrictEqual(without.sent, [])
    assert.notInclude(without.said, "CD=B")
    const byDefault = await collected(true, "")
    assert.deepStrictEqual(byDefault.sent, [])
    assert.include(byDefault.said, "remote collection (CD=B): settles the day's sales")
    assert.include(byDefault.said, "Go on? [y]es, [N]o")
    assert.deepStrictEqual((await collected(true, "y")).sent, ["CZ0040320CJ012012345678901CA00201CD001B"])
    await terminal.close()
  })
})

describe("a question that moves no money", () => {
  it("has no amount and no currency, and is not in the journal", async () => {
    const terminal = await startTerminal({ port: 0, pace: "instant" })
    const { operator } = person((question) => (/^\n(duplicata|identification):/.test(question) ? "y" : "n"))
    const { examining, attempts } = await examineAt(terminal.port, operator)
    const { evidence } = await examining
    await operator.close()
    await terminal.close()
    assert.deepStrictEqual(
      evidence.map(({ request }) => request),
      ["CZ0040320CJ012012345678901CA00201CD0013CK003100", "CZ0040320CJ012012345678901CA00201CD001I"]
    )
    assert.deepStrictEqual(await attempts(), [])
  })
})

describe("an immediate answer (BA=1)", () => {
  it("is waited for to its end where the cardholder takes a while, and is over when the step is", async () => {
    const pace = {
      woken: 400,
      cardPresented: 0,
      pin: 0,
      authorising: 0,
      printing: 0,
      inputTimeout: 0,
      walkAway: 0,
      jitter: 0
    }
    const simulated = await simulate(Profile.plain, pace, { host: "127.0.0.1", port: 0 })
    const journal = AttemptJournal.memory()
    const line = { host: simulated.host, port: simulated.port, answer: 30_000, quiet: 20 }
    const step = "answer at once (BA=1)"
    const operator = {
      ...simulated.operator,
      prepare: async (...[act, name]: Parameters<Operator["prepare"]>) =>
        name === step && simulated.operator.prepare(act, name)
    }
    const { habits } = await examine({ line, operator, journal, mode: "simulated", run: "TEST" })
    await simulated.operator.close()
    assert.strictEqual(habits.immediate, "acknowledge-then-final")
    assert.deepStrictEqual(
      (await Effect.runPromise(journal.attempts)).map(({ state, endings }) => [state, endings.at(-1)?.detail]),
      [["declined", undefined]]
    )
  })
})

describe("the journal of an examination", () => {
  it("has the authorization number of each payment, and no request follows an attempt that it could not record", async () => {
    const terminal = await startTerminal({ port: 0, pace: "instant" })
    const line = { host: "127.0.0.1", port: terminal.port, answer: 2_500, quiet: 50 }
    const { operator } = person((question) => (question.includes("approved payment") ? "y" : "n"))
    const journal = AttemptJournal.memory()
    const { payments } = await examine({ line, operator, journal, mode: "live", run: "TEST" })
    const [kept] = await Effect.runPromise(journal.attempts)
    const { authorizationNumber } = kept?.endings.at(-1) ?? {}
    assert.match(authorizationNumber ?? "", /^\d{6}$/)
    assert.strictEqual(payments[0]?.authorizationNumber, authorizationNumber)
    assert.strictEqual(terminal.simulator.ledger.count(), 1)

    const again = await examine({ line, operator, journal, mode: "live", run: "TEST" }).then(
      () => undefined,
      (error) => error
    )
    assert.instanceOf(again, AttemptJournal.JournalFailed)
    assert.match(again.message, /attempt EXAMINE-TEST-1 is in the way of order EXAMINE-TEST-1/)
    assert.strictEqual(terminal.simulator.ledger.count(), 1)
    await operator.close()
    await terminal.close()
  })
})

describe("a terminal that sleeps", () => {
  it("is reached at the second try, and the first one is named as unsafe", async () => {
    const terminal = await startTerminal({ port: 0, pace: "instant" })
    const { operator, said } = person((question) => (question.includes("wake-up") ? "y" : "n"))
    const asleep: Operator = {
      ...operator,
      prepare: async (act, what) => {
        if (act === "sleep") {
          const fault = Fault.make("sleep", { stage: "before-accept", milliseconds: 0, times: 1 })
          terminal.simulator.setFault(Result.getOrThrow(fault))
        }
        return operator.prepare(act, what)
      }
    }
    const { examining } = await examineAt(terminal.port, asleep)
    const { observations, unsafe } = await examining
    await operator.close()
    await terminal.close()
    assert.include(said(), "until its screen is dark")
    assert.strictEqual(observations.wakeUp?.failed, 1)
    assert.isTrue(unsafe.some((each) => each.startsWith("The first connection after a pause fails")))
  })
})

describe("the encoding of a ticket", () => {
  const answer = (bytes: ReadonlyArray<number>) => [
    { tag: "AK", value: Buffer.from([...Buffer.from("MONTANT "), ...bytes]).toString("base64") }
  ]
  it.each([
    ["ascii", [0x45, 0x55, 0x52]],
    ["utf-8", [0xc3, 0x89]],
    ["latin1", [0xc9, 0x20, 0xe9]],
    ["cp1252", [0x80]],
    ["cp1252", [0x52, 0x45, 0xc7, 0x55, 0x20, 0x80]],
    ["cp1252", [0x6c, 0x92, 0x61, 0x63, 0x68, 0x61, 0x74]],
    ["cp850", [0x52, 0x65, 0x87, 0x75]],
    ["cp850", [0x61, 0x63, 0x63, 0x65, 0x70, 0x74, 0x82, 0x65, 0x20, 0xd5]]
  ] as const)("is %s: %j", (encoding, bytes) => {
    assert.strictEqual(encodingOf(answer(bytes)), encoding)
  })
})
