/** Payments on the command line: the output, the journal, and the exit code. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { FileJournal } from "@hipay-pos/client/node"
import { TcpConnection } from "@hipay-pos/concert-codec/node"
import { startServer } from "@hipay-pos/server-mock/node"
import { Cardholder, Fault, Profile, type TerminalSimulator, Verify } from "@hipay-pos/terminal-simulator"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { assert, describe, it, vi } from "vitest"
import { inside, runInside as run } from "./inside.ts"
import { start, whenClosed } from "./process.ts"

const folder = mkdtempSync(join(tmpdir(), "pay-"))

let journals = 0
const newJournal = () => join(folder, `${++journals}.jsonl`)

const lastJson = (stdout: string) => JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "")

const pay = async (args: ReadonlyArray<string>, journal = newJournal(), verb = "pay") => {
  const { code, stdout, stderr } = await run([verb, ...args, "--json", "--journal", journal])
  return { code, report: stdout === "" ? undefined : lastJson(stdout), stderr, journal }
}

const listAttempts = async (journal: string) => {
  const { stdout } = await run(["attempts", "--json", "--journal", journal])
  return lastJson(stdout) as ReadonlyArray<{ id: string; orderId: string; state: string; transactionType: string }>
}

/** Records a payment whose outcome is not known. */
const keepUnknown = (
  journal: string,
  where: { readonly terminal: string; readonly server?: string; readonly mode?: "simulated" | "live" }
) => {
  const { open, end } = FileJournal.make(journal)
  const opening = { id: "b1", orderId: "B1", transactionType: "Debit", amount: 700, currency: "EUR" } as const
  return Effect.runPromise(
    Effect.andThen(
      open({ ...opening, ...where, openedAt: Date.now() }),
      end({ id: "b1", state: "unknown", endedAt: Date.now() })
    )
  )
}

const word = (text: string) => Cardholder.scripted([Cardholder.fromWord(text) ?? Cardholder.walksAway])
const fault = (text: string) => Result.getOrThrow(Fault.fromText(text))

const withTerminal = async (options: TerminalSimulator.Options = {}) => {
  const terminal = await startTerminal({ port: 0, ...options })
  return { ...terminal, at: ["--terminal", `127.0.0.1:${terminal.port}`] }
}

describe("hipay-pos pay --terminal", () => {
  it("approved: 0, with receipt and masked frames", async () => {
    await using terminal = await withTerminal()
    const { code, report } = await pay(["12.45", ...terminal.at])
    assert.strictEqual(code, 0)
    assert.deepInclude(report, { outcome: "approved", amount: 1245, currency: "EUR" })
    assert.include(report.receipt, "12,45 EUR")
    assert.include(report.frames.request, "CB0041245")
    assert.match(report.pan, /^\d{6}#+\d{4}$/)
    Verify.chargedOnce(terminal.simulator, 1245)
  })

  it("prints the order id that it generated, because a cancellation needs it", async () => {
    await using terminal = await withTerminal()
    const journal = newJournal()
    const { stdout } = await run(["pay", "12.45", ...terminal.at, "--journal", journal])
    const [attempt] = await listAttempts(journal)
    assert.include(stdout, `order id        ${attempt?.orderId}\n`)
  })

  it("generates ids that no other machine has, even in the same millisecond with the same process id", async () => {
    const clock = vi.spyOn(Date, "now").mockReturnValue(1_800_000_000_000)
    const nowhere = ["1", "--terminal", "127.0.0.1:1"]
    const journals = [(await pay(nowhere)).journal, (await pay(nowhere, newJournal(), "refund")).journal]
    clock.mockRestore()
    const attempts = (await Promise.all(journals.map(listAttempts))).flat()
    for (const { orderId } of attempts) assert.match(orderId, /^PAY[0-9A-Z]{26}$/)
    assert.lengthOf(new Set(attempts.flatMap(({ id, orderId }) => [id, orderId])), 4)
  })

  it.concurrent.each(Profile.all.map(({ name }) => name))(
    "approved: 0, at a terminal with the habits of %s",
    async (name) => {
      const profile = Profile.get(name) ?? Profile.plain
      await using terminal = await withTerminal({ profile })
      const { code, report } = await pay(["12.45", ...terminal.at, "--profile", name])
      assert.strictEqual(code, 0)
      assert.deepInclude(report, { outcome: "approved", amount: 1245 })
      Verify.chargedOnce(terminal.simulator, 1245)
    }
  )

  it("refunds, and reverses a debit", async () => {
    await using terminal = await withTerminal()
    const journal = newJournal()
    const args = [...terminal.at, "--order-id", "SALE-1"]
    assert.strictEqual((await pay(["9.90", ...args], journal)).code, 0)
    assert.strictEqual((await pay(["9.90", ...args], journal, "cancel")).code, 0)
    const { code, report } = await pay(["5", ...args], journal, "refund")
    assert.strictEqual(code, 0)
    assert.deepInclude(report, { outcome: "approved", amount: 500, orderId: "SALE-1" })
    assert.deepStrictEqual(
      (await listAttempts(journal)).map(({ transactionType }) => transactionType),
      ["Debit", "Cancel", "Credit"]
    )
  })

  it.each(["pay", "refund", "cancel"])(
    "%s says under its own name that its end could not be recorded",
    async (verb) => {
      await using terminal = await withTerminal()
      const sale = ["9.90", ...terminal.at, "--order-id", "SALE-1"]
      const { journal } = await pay(verb === "cancel" ? sale : ["1", ...terminal.at])
      const { DatabaseSync } = process.getBuiltinModule("node:sqlite")
      const database = new DatabaseSync(journal)
      database.exec("CREATE TRIGGER full BEFORE UPDATE ON attempts BEGIN SELECT RAISE(ABORT, 'full'); END")
      database.close()
      const { code, report, stderr } = await pay(sale, journal, verb)
      assert.strictEqual(code, 0)
      assert.deepInclude(report, { outcome: "approved", amount: 990 })
      assert.match(stderr, new RegExp(`^${verb}: .*full`, "m"))
    }
  )

  it("refuses to reverse anything but the last payment at the terminal: 2, and sends nothing", async () => {
    await using terminal = await withTerminal()
    const journal = newJournal()
    const sale = (verb: string, amount: string, orderId: string, host = "127.0.0.1") =>
      pay([amount, "--terminal", `${host}:${terminal.port}`, "--order-id", orderId], journal, verb)
    assert.include((await sale("cancel", "12.45", "A1")).report.error.problem, "this journal has no payment at")
    assert.strictEqual((await sale("pay", "12.45", "A1")).code, 0)
    assert.strictEqual((await sale("pay", "12.45", "A2", "LOCALHOST")).code, 0)
    for (const [amount, orderId] of [
      ["12.45", "A1"],
      ["12.40", "A2"]
    ] as const) {
      const { code, report } = await sale("cancel", amount, orderId)
      assert.strictEqual(code, 2)
      assert.strictEqual(
        report.error.problem,
        `cancel: a terminal takes back its last sale only, and the last payment at 127.0.0.1:${terminal.port} is a Debit of 12.45 EUR, approved, order A2`
      )
    }
    assert.deepStrictEqual(
      terminal.simulator.ledger.entries().map(({ operation }) => operation),
      ["debit", "debit"]
    )
    assert.strictEqual((await sale("cancel", "12.45", "A2")).code, 0)
    const again = await sale("cancel", "12.45", "A2")
    assert.deepInclude(again.report, { outcome: "approved", already: true })
    assert.strictEqual((await sale("cancel", "12.45", "A1")).code, 2)
  })

  it("refuses to reverse a sale that only a person says was paid, like a gateway: 2, and sends nothing", async () => {
    await using terminal = await withTerminal()
    // Another customer's sale, which the person took for this one.
    assert.strictEqual((await pay(["5", ...terminal.at, "--order-id", "B1"], newJournal())).code, 0)
    const journal = newJournal()
    const { open, end } = FileJournal.make(journal)
    const opening = { id: "a1", orderId: "A1", transactionType: "Debit", amount: 500, currency: "EUR" } as const
    const there = { terminal: `127.0.0.1:${terminal.port}`, openedAt: Date.now(), mode: "simulated" } as const
    const word = { by: "Ada", evidence: "the last receipt", paid: 500 }
    const ending = { id: "a1", state: "approved", endedAt: Date.now(), ...word } as const
    await Effect.runPromise(Effect.andThen(open({ ...opening, ...there }), end(ending)))
    const { code, report } = await pay(["5", ...terminal.at, "--order-id", "A1"], journal, "cancel")
    assert.strictEqual(code, 2)
    assert.match(
      report.error.problem,
      /the last payment at \S+ is a Debit of 5\.00 EUR, approved, order A1, as a person said: /
    )
    assert.deepStrictEqual(
      terminal.simulator.ledger.entries().map(({ operation }) => operation),
      ["debit"]
    )
  })

  it("refuses to reverse a sale if a later one was made at an unresolved name: 2", async () => {
    await using terminal = await withTerminal()
    const journal = newJournal()
    const sale = ["5", ...terminal.at, "--order-id", "A1"]
    assert.strictEqual((await pay(sale, journal)).code, 0)
    const { open, end } = FileJournal.make(journal)
    const opening = { id: "b1", orderId: "B1", transactionType: "Debit", amount: 700, currency: "EUR" } as const
    const elsewhere = { terminal: `front..desk:${terminal.port}`, openedAt: Date.now(), mode: "simulated" } as const
    const ending = { id: "b1", state: "approved", endedAt: Date.now(), paid: 700 } as const
    await Effect.runPromise(Effect.andThen(open({ ...opening, ...elsewhere }), end(ending)))
    const { code, report } = await pay(sale, journal, "cancel")
    assert.strictEqual(code, 2)
    assert.strictEqual(
      report.error.problem,
      `cancel: a terminal takes back its last sale only, and it cannot be told whether ${elsewhere.terminal}, which is not found, is this terminal: the last payment there is a Debit of 7.00 EUR, approved, order B1`
    )
    assert.deepStrictEqual(
      terminal.simulator.ledger.entries().map(({ operation }) => operation),
      ["debit"]
    )
  })

  it.each(["pay", "cancel"])(
    "says of a misspelt name that it does not resolve, whatever is unknown elsewhere: %s, 3",
    async (verb) => {
      await using terminal = await withTerminal()
      const journal = newJournal()
      terminal.simulator.setFault(fault("answer-lost"))
      assert.strictEqual(
        (await pay(["5", ...terminal.at, "--live", "--order-id", "A1", "--timeout", "300ms"], journal)).code,
        4
      )
      const misspelt = ["5", "--terminal", `front..desk:${terminal.port}`, "--live", "--order-id", "A2"]
      const { code, report } = await pay(misspelt, journal, verb)
      assert.strictEqual(code, 3)
      assert.deepInclude(report, { outcome: "not-started", reason: "front..desk does not resolve" })
    }
  )

  it("refuses to reverse a sale while the last payment at the terminal is unknown: 2", async () => {
    await using terminal = await withTerminal()
    const journal = newJournal()
    const sale = (verb: string, orderId: string, ...more: ReadonlyArray<string>) =>
      pay(["5", ...terminal.at, "--order-id", orderId, ...more], journal, verb)
    assert.strictEqual((await sale("pay", "A1")).code, 0)
    terminal.simulator.setFault(fault("answer-lost"))
    assert.strictEqual((await sale("pay", "A2", "--timeout", "300ms")).code, 4)
    const { code, report } = await sale("cancel", "A1")
    assert.strictEqual(code, 2)
    assert.include(report.error.problem, "is a Debit of 5.00 EUR, unknown, order A2: resolve it first")
  })

  it("takes no other payment at a terminal while the outcome of one there is unknown: 3, and sends nothing", async () => {
    await using terminal = await withTerminal({ faults: [fault("answer-lost")] })
    await using elsewhere = await withTerminal()
    const journal = newJournal()
    const lost = await pay(["5", ...terminal.at, "--order-id", "A1", "--timeout", "300ms"], journal)
    assert.strictEqual(lost.code, 4)
    terminal.simulator.clearFault()
    const at = ["--terminal", `localhost:${terminal.port}`, "--order-id", "A2"]
    for (const verb of ["pay", "refund"]) {
      const { code, report } = await pay(["7", ...at], journal, verb)
      assert.strictEqual(code, 3)
      assert.deepInclude(report, {
        outcome: "not-started",
        reason: `the outcome of a payment at localhost:${terminal.port} is not known: a Debit of 5.00 EUR, unknown, order A1`
      })
      const resolve = `hipay-pos resolve ${lost.report.attempt} --journal ${journal} --outcome approved|declined`
      assert.include(report.next, resolve)
    }
    Verify.chargedOnce(terminal.simulator, 500)
    assert.strictEqual((await pay(["7", ...elsewhere.at], journal)).code, 0)

    const person = ["--outcome", "approved", "--by", "Ada", "--evidence", "receipt 12"]
    assert.strictEqual((await run(["resolve", lost.report.attempt, ...person, "--journal", journal])).code, 0)
    assert.strictEqual((await pay(["7", ...at], journal)).code, 0)
  })

  it.each([
    ["a mock's, at this terminal", { terminal: "127.0.0.1", server: "http://127.0.0.1:1", mode: "simulated" }],
    [
      "a mock's, at a name that is not found",
      { terminal: "lost..test", server: "http://127.0.0.1:1", mode: "simulated" }
    ],
    ["a gateway's, at a name that is not found", { terminal: "lost..test", server: "http://127.0.0.1:1" }],
    ["live, at a name that is not found", { terminal: "lost..test", mode: "live" }]
  ] as const)("approved: 0, beside an unknown payment that is %s", async (_, { terminal: host, ...where }) => {
    await using terminal = await withTerminal()
    const journal = newJournal()
    await keepUnknown(journal, { terminal: `${host}:${terminal.port}`, ...where })
    assert.strictEqual((await pay(["7", ...terminal.at], journal)).code, 0)
  })

  it.each([
    ["live, at this terminal", { terminal: "127.0.0.1", mode: "live" }],
    ["a gateway's, at this terminal", { terminal: "127.0.0.1", server: "http://127.0.0.1:1" }],
    ["at a name that is not found", { terminal: "lost..test" }]
  ] as const)("not started: 3, beside an unknown payment that is %s", async (_, { terminal: host, ...where }) => {
    await using terminal = await withTerminal()
    const journal = newJournal()
    await keepUnknown(journal, { terminal: `${host}:${terminal.port}`, ...where })
    assert.strictEqual((await pay(["7", ...terminal.at], journal)).code, 3)
    assert.lengthOf(terminal.simulator.ledger.entries(), 0)
  })

  it("unknown: 4, if the answer has the id of another order that was paid at the terminal", async () => {
    await using terminal = await withTerminal()
    const journal = newJournal()
    assert.strictEqual((await pay(["5", ...terminal.at, "--order-id", "ORDER_A"], journal)).code, 0)
    const { connect } = TcpConnection.connector
    using _ = vi.spyOn(TcpConnection.connector, "connect").mockImplementation((address) =>
      Effect.map(connect(address), (connection) => ({
        ...connection,
        receive: (listener) =>
          connection.receive({
            onEnd: (how) => listener.onEnd(how),
            onData: (text) => listener.onData(text.replace(/CF007ORDER_./, "CF007ORDER_A"))
          })
      }))
    )
    const { code, report } = await pay(["5", ...terminal.at, "--order-id", "ORDER_B"], journal)
    assert.strictEqual(code, 4)
    assert.deepInclude(report, { outcome: "unknown" })
    assert.include(report.reason, "the answer carries the id of another order, ORDER_A")
    // An id that this journal does not have is the terminal's own affair.
    assert.strictEqual((await pay(["5", ...terminal.at, "--order-id", "ORDER_C"])).code, 0)
  })

  it("unknown if a bug ends the exchange: 4, with the bug and what had come", async () => {
    await using terminal = await withTerminal()
    const { connect } = TcpConnection.connector
    const bug = {
      get length(): number {
        throw new Error("a bug, 4111111111111111")
      }
    }
    let deliver = (_text: string): void => {}
    using _ = vi.spyOn(TcpConnection.connector, "connect").mockImplementation((address) =>
      Effect.map(connect(address), (connection) => ({
        ...connection,
        receive: (listener) => {
          deliver = (text) => listener.onData(text)
        },
        write: () =>
          Effect.sync(() => {
            for (const text of ["CZ0040320", bug as string]) deliver(text)
          })
      }))
    )
    const { code, report } = await pay(["12.45", ...terminal.at])
    assert.strictEqual(code, 4)
    assert.deepInclude(report, {
      outcome: "unknown",
      reason: "an internal error ended the exchange",
      warnings: ["internal error: a bug, 411111######1111"]
    })
    assert.include(report.frames.request, "CB0041245")
    assert.strictEqual(report.frames.response, "CZ0040320")
    assert.strictEqual(report.received.received, "CZ0040320")
  })

  it("not started if the terminal answers before the request: 3", async () => {
    await using terminal = await withTerminal({ faults: [Fault.of("stale-answer")] })
    const { code, report } = await pay(["12.45", ...terminal.at])
    assert.strictEqual(code, 3)
    assert.include(report.reason, "sent an answer before it was asked")
  })

  it("declined: 10", async () => {
    await using terminal = await withTerminal({ cardholder: word("refused") })
    const { code, report } = await pay(["12.45", ...terminal.at])
    assert.strictEqual(code, 10)
    assert.strictEqual(report.outcome, "declined")
  })

  it("approved in part: 11, with what was paid", async () => {
    await using terminal = await withTerminal({ cardholder: word("partial") })
    const { code, report } = await pay(["12.00", ...terminal.at])
    assert.strictEqual(code, 11)
    assert.strictEqual(report.amount, 600)
  })

  it("not started: 3, when no terminal listens", async () => {
    const terminal = await withTerminal()
    await terminal.close()
    const { code, report } = await pay(["1", ...terminal.at])
    assert.strictEqual(code, 3)
    assert.strictEqual(report.outcome, "not-started")
  })

  it("not started: 3, and names the refund or cancellation that did not happen", async () => {
    const terminal = await withTerminal()
    const sale = ["5", ...terminal.at, "--order-id", "SALE-1"]
    const { code, journal } = await pay(sale)
    assert.strictEqual(code, 0)
    await terminal.close()
    const next = async (verb: string) => {
      const { code, report } = await pay(sale, journal, verb)
      assert.strictEqual(code, 3)
      return report.next
    }
    assert.match(await next("refund"), /^Nothing was refunded\. To look further: /)
    assert.match(await next("cancel"), /^Nothing was cancelled; what was paid stays paid\. To look further: /)
    await keepUnknown(journal, { terminal: `127.0.0.1:${terminal.port}` })
    assert.match(await next("refund"), /^Nothing was refunded\. Wait if that payment is under way/)
  })

  it("not started: 3, with a next command that works as printed, for an IPv6 address too", async () => {
    const { code, stdout } = await run(["pay", "1", "--terminal", "[::1]:9", "--journal", newJournal()])
    assert.strictEqual(code, 3)
    assert.include(stdout, "hipay-pos doctor --terminal '[::1]:9'; then try again.")
  })

  it("unknown: 4, and the same order id is not sent again until a person resolves it", async () => {
    await using terminal = await withTerminal({ faults: [fault("answer-lost")] })
    const args = ["5", ...terminal.at, "--timeout", "300ms", "--order-id", "SALE-1"]
    const { code, report, journal } = await pay(args)
    assert.strictEqual(code, 4)
    assert.strictEqual(report.outcome, "unknown")

    const again = await pay(args, journal)
    assert.strictEqual(again.code, 4)
    assert.deepInclude(again.report, { outcome: "unknown", attempt: report.attempt, orderId: "SALE-1" })
    assert.include(again.report.reason, "its outcome is unknown")
    Verify.chargedOnce(terminal.simulator, 500)

    const [attempt] = await listAttempts(journal)
    assert.deepInclude(attempt, { orderId: "SALE-1", state: "unknown" })
    const answer = [
      "--outcome",
      "declined",
      "--by",
      "Ada",
      "--evidence",
      "no receipt, card 4970101122334422 123",
      "--journal",
      journal
    ]
    const resolved = await run(["resolve", attempt?.id ?? "", ...answer, "--json"])
    assert.strictEqual(resolved.code, 0)
    const kept = readFileSync(journal, "utf8")
    for (const text of [resolved.stdout, kept]) {
      assert.include(text, "card 497010######4422 ###")
      assert.notInclude(text, "4970101")
    }
    terminal.simulator.clearFault()
    assert.strictEqual((await pay(args, journal)).code, 0)
  })

  const whenWoken = (simulator: TerminalSimulator.TerminalSimulator) =>
    new Promise<void>((resolve) => {
      simulator.subscribe((event) => {
        if (event._tag === "Stage" && event.stage === "woken") resolve()
      })
    })

  it.concurrent.each(["SIGTERM", "SIGINT"] as const)(
    "unknown: 4, when %s comes after the request was sent",
    async (signal) => {
      await using terminal = await withTerminal({ cardholder: Cardholder.manual })
      const woken = whenWoken(terminal.simulator)
      const journal = newJournal()
      const child = start(["pay", "5", ...terminal.at, "--json", "--journal", journal])
      const closed = whenClosed(child)
      await woken
      child.kill(signal)
      const { code, stdout } = await closed
      assert.strictEqual(code, 4)
      assert.strictEqual(lastJson(stdout).outcome, "unknown")
      assert.deepStrictEqual(
        (await listAttempts(journal)).map(({ state }) => state),
        ["unknown"]
      )
    }
  )

  it("unknown: 4, with what had come until then", async () => {
    await using terminal = await withTerminal({ faults: [fault("odd-status")] })
    const { code, report } = await pay(["5", ...terminal.at])
    assert.strictEqual(code, 4)
    assert.include(report.frames.response, "AE00242")
  })

  it("unknown: 4, however often a person hits Ctrl-C", async () => {
    await using terminal = await withTerminal({ cardholder: Cardholder.manual })
    const woken = whenWoken(terminal.simulator)
    const child = start(["pay", "5", ...terminal.at, "--journal", newJournal()])
    const closed = whenClosed(child)
    await woken
    const hitting = setInterval(() => child.kill("SIGINT"), 1)
    const { code } = await closed
    clearInterval(hitting)
    assert.strictEqual(code, 4)
  })

  it.each([
    [["x", "--terminal", "127.0.0.1"], "expected a decimal number"],
    [["1e3", "--terminal", "127.0.0.1"], "amount: expected a decimal such as 12.45, got 1e3"],
    [["1E2", "--terminal", "127.0.0.1"], "amount: expected a decimal such as 12.45, got 1E2"],
    [["0", "--terminal", "127.0.0.1"], "must be greater than 0"],
    [["1.005", "--terminal", "127.0.0.1"], "at most 2 decimal digits"],
    [["1", "--currency", "eur", "--terminal", "127.0.0.1"], "--currency"],
    [["1"], "expected --terminal HOST[:PORT], with --url URL to pay through the API"],
    [["1", "--host", "127.0.0.1"], "expected --terminal HOST[:PORT]"],
    [["1", "--url", "http://a", "--terminal", "b", "--host", "c"], "--terminal and --host are the same"],
    [
      ["1.000", "--terminal", "127.0.0.1"],
      "1.000 may be thousands or decimals; type 1000 if it is 1000 EUR, or 1.00 if it is 1.00\n"
    ],
    [
      ["1.000", "--currency", "JPY", "--terminal", "127.0.0.1"],
      "1.000 may be thousands or decimals; type 1000 if it is 1000 JPY, or 1 if it is 1\n"
    ],
    [["1,250", "--terminal", "127.0.0.1"], "1,250 may be thousands or decimals; type 1250 if it is 1250 EUR"],
    [["1,5,0", "--terminal", "127.0.0.1"], "amount:"],
    [["1.234,50", "--terminal", "127.0.0.1"], "amount:"],
    [["1", "--terminal", "127.0.0.1:99999"], "HOST:PORT"],
    [["1", "--terminal", "10.0.0.1"], "--live"],
    [["1", "--order-id", "", "--terminal", "127.0.0.1"], "--order-id: expected an id"],
    [
      ["1", "--order-id", "A-1\n", "--terminal", "127.0.0.1"],
      '--order-id: expected no blanks around it and no control characters, got "A-1\\n"'
    ],
    [
      ["1", "--order-id", " 4970101122334422", "--terminal", "127.0.0.1"],
      "--order-id: expected no blanks around it and no control characters, got a text of 17 characters"
    ],
    [["1", "--order-id", "A", "--reference", "B", "--terminal", "127.0.0.1"], "give one of them"],
    [
      ["1", "--url", "http://127.0.0.1:1", "--terminal", "t", "--contract", "1234567/001/001/999"],
      "pay: --contract: expected CONTRACT[/RANK[/APPLICATION]], got 4 parts"
    ],
    [["1", "--credit", "--cancel", "--terminal", "127.0.0.1"], "exclude each other"]
  ])("usage: 2, for %j", async (args, words) => {
    const { code, stderr } = await inside(["pay", ...args, "--journal", newJournal()])
    assert.strictEqual(code, 2)
    assert.include(stderr, words)
  })
})

describe("hipay-pos pay --terminals", () => {
  it("uses the settings of a gateway's file for its terminals, by name or address", async () => {
    await using terminal = await withTerminal({ profile: { ...Profile.plain, wantsLineEnd: true } })
    const file = join(folder, "terminals.json")
    const listed = { name: "Till 1", host: "127.0.0.1", port: terminal.port, protocolIdentifier: "987654321098" }
    const other = { host: "192.168.1.21", register: "07" }
    writeFileSync(
      file,
      JSON.stringify({ terminals: [{ ...listed, register: "05", requestTerminator: "CRLF" }, other] })
    )
    for (const where of ["Till 1", `127.0.0.1:${terminal.port}`]) {
      const { code, report } = await pay(["1", "--terminals", file, "--terminal", where])
      assert.strictEqual(code, 0)
      assert.include(report.frames.request, "CJ012987654321098CA00205")
    }
    const { code, stderr } = await pay(["1", "--terminals", file, "--terminal", "Till 2"])
    assert.strictEqual(code, 2)
    assert.match(stderr, /^pay: --terminal: no terminal "Till 2" in .*; known: Till 1, 192\.168\.1\.21:8888\n$/)
    assert.deepStrictEqual(
      terminal.simulator.ledger.entries().map(({ amount }) => amount),
      [100, 100]
    )
  })
})

describe("hipay-pos pay, refund and cancel --url", () => {
  it("print where the attempt is, and accept a decimal comma and the older names", async () => {
    await using server = await startServer({ port: 0 })
    const at = ["--url", server.url, "--host", "192.168.1.20", "--reference", "ORDER_1"]
    const { stdout, code } = await run(["pay", "12,50", ...at, "--journal", newJournal()])
    assert.strictEqual(code, 0)
    assert.include(stdout, "amount          12.50 EUR\norder id        ORDER_1\n")
    const [, id] = new RegExp(`^attempt {9}${server.url}/attempts/(.*)$`, "m").exec(stdout) ?? []
    assert.include(stdout, `console         ${server.url}/#/attempts/${id}\n`)
  })

  it.each([
    ["cancel", []],
    ["pay", ["--cancel"]]
  ])("%s %j wants the order id of the sale", async (verb, more) => {
    const { code, stderr } = await inside([verb, "1", ...more, "--url", "http://127.0.0.1:1", "--terminal", "t"])
    assert.strictEqual(code, 2)
    assert.include(stderr, `${verb}: expected --order-id: that of the sale which is reversed`)
  })

  it("do not show the older names in the help", async () => {
    const { stdout } = await inside(["pay", "--help"])
    assert.include(stdout, "--order-id")
    assert.notMatch(stdout, /--host|--reference/)
  })

  it("pay, cancel and refund through the API", async () => {
    await using server = await startServer({ port: 0 })
    const journal = newJournal()
    const through = ["--url", server.url, "--terminal", "192.168.1.20", "--order-id", "ORDER_1"]
    assert.strictEqual((await pay(["12.50", ...through], journal)).code, 0)
    assert.strictEqual((await pay(["12.50", ...through], journal, "cancel")).code, 0)
    const { code, report } = await pay(["5", ...through], journal, "refund")
    assert.strictEqual(code, 0)
    assert.deepInclude(report, { outcome: "approved", amount: 500 })
  })

  it("tell what the server found odd about a payment that was made all the same", async () => {
    await using server = await startServer({ port: 0 })
    const { code, report } = await pay(["12.50", "--url", server.url, "--terminal", "damaged-ticket.terminal.test"])
    assert.strictEqual(code, 0)
    assert.deepStrictEqual(report.warnings, [`receipt-damaged: see the server's attempt ${report.serverAttempt}`])
  })

  it("pays through the API once, and says so the second time", async () => {
    await using server = await startServer({ port: 0 })
    const args = ["12.50", "--url", server.url, "--terminal", "192.168.1.20", "--order-id", "ORDER_1"]
    const { code, report, journal } = await pay(args)
    assert.strictEqual(code, 0)
    assert.include(report.receipt, "12,50 EUR")
    assert.notProperty(report, "frames")
    const again = await pay(args, journal)
    assert.strictEqual(again.code, 0)
    assert.deepInclude(again.report, { outcome: "approved", already: true, amount: 1250, orderId: "ORDER_1" })
    assert.include(again.report.reason, "approved before")
  })
})
