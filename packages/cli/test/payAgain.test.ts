/**
 * An order that is paid a second time on the command line ends as its earlier attempt did, whether the journal or the
 * server remembers it. Exit code 3 claims that no earlier attempt was paid or may have been.
 */
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startServer } from "@hipay-pos/server-mock/node"
import { Cardholder, Fault, type TerminalSimulator, Verify } from "@hipay-pos/terminal-simulator"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Result from "effect/Result"
import { assert, describe, it } from "vitest"
import { listenHttp } from "../../../tests/listen.ts"
import { runInside as run } from "./inside.ts"
import { run as runProcess, start, whenClosed } from "./process.ts"

const folder = mkdtempSync(join(tmpdir(), "pay-again-"))

let journals = 0
const newJournal = () => join(folder, `${++journals}.jsonl`)

const pay = async (args: ReadonlyArray<string>, journal: string, verb = "pay") => {
  const { code, stdout, stderr } = await run([verb, ...args, "--json", "--journal", journal])
  return { code, report: JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? ""), stderr }
}

const withTerminal = async (options: TerminalSimulator.Options = {}) => {
  const terminal = await startTerminal({ port: 0, ...options })
  return { ...terminal, at: ["--terminal", `127.0.0.1:${terminal.port}`, "--order-id", "A"] }
}

const scripted = (word: string) => Cardholder.scripted([Cardholder.fromWord(word) ?? Cardholder.walksAway])

describe("an order that the journal remembers", () => {
  it("as paid: 0, already, and the terminal is not asked", async () => {
    await using terminal = await withTerminal()
    const journal = newJournal()
    const first = await pay(["12.45", ...terminal.at], journal)
    assert.strictEqual(first.code, 0)
    assert.notProperty(first.report, "already")
    const again = await pay(["12.45", ...terminal.at], journal)
    assert.strictEqual(again.code, 0)
    const { attempt } = first.report
    assert.deepInclude(again.report, { outcome: "approved", already: true, amount: 1245, orderId: "A", attempt })
    Verify.chargedOnce(terminal.simulator, 1245)
  })

  it("as paid in part: 11, already, with what was paid", async () => {
    await using terminal = await withTerminal({ cardholder: scripted("partial") })
    const journal = newJournal()
    assert.strictEqual((await pay(["12", ...terminal.at], journal)).code, 11)
    const again = await pay(["12", ...terminal.at], journal)
    assert.strictEqual(again.code, 11)
    assert.deepInclude(again.report, { outcome: "approved-in-part", already: true, amount: 600 })
    assert.include(again.report.next, "The rest is collected, or refunded")
  })

  it.each([
    [["99"], "A was an order of 5.00 EUR and was approved; this is one of 99.00 EUR"],
    [["5", "--currency", "USD"], "this is one of 5.00 USD"]
  ])("as paid with another amount or currency: 2, for %j", async (changed, words) => {
    await using terminal = await withTerminal()
    const journal = newJournal()
    assert.strictEqual((await pay(["5", ...terminal.at], journal)).code, 0)
    const { code, report, stderr } = await pay([...changed, ...terminal.at], journal)
    assert.strictEqual(code, 2)
    assert.include(stderr, words)
    assert.include(report.error.problem, words)
    Verify.chargedOnce(terminal.simulator, 500)
  })

  it("as paid with another type: that is another payment", async () => {
    await using terminal = await withTerminal()
    const journal = newJournal()
    assert.strictEqual((await pay(["5", ...terminal.at], journal)).code, 0)
    const { code, report } = await pay(["5", ...terminal.at], journal, "refund")
    assert.strictEqual(code, 0)
    assert.notProperty(report, "already")
  })

  it("as paid and reversed since: 2, and the terminal is not asked", async () => {
    await using terminal = await withTerminal()
    const journal = newJournal()
    assert.strictEqual((await pay(["5", ...terminal.at], journal)).code, 0)
    const cancelled = await pay(["5", ...terminal.at], journal, "cancel")
    assert.strictEqual(cancelled.code, 0)
    const { code, stderr } = await pay(["5", ...terminal.at], journal)
    assert.strictEqual(code, 2)
    const id = cancelled.report.attempt
    assert.include(stderr, `pay: this order was approved before, and reversed since (attempt ${id}). Check the`)
  })

  it("as unknown: 4, with another amount too, naming the attempt to resolve", async () => {
    await using terminal = await withTerminal({ faults: [Result.getOrThrow(Fault.fromText("answer-lost"))] })
    const journal = newJournal()
    const first = await pay(["5", ...terminal.at, "--timeout", "300ms"], journal)
    assert.strictEqual(first.code, 4)
    for (const amount of ["5", "99"]) {
      const { code, report } = await pay([amount, ...terminal.at], journal)
      assert.strictEqual(code, 4)
      assert.deepInclude(report, { outcome: "unknown", attempt: first.report.attempt })
    }
    const { stdout } = await run(["pay", "5", ...terminal.at, "--journal", journal])
    assert.include(stdout, `hipay-pos resolve ${first.report.attempt} --journal ${journal} --outcome approved|declined`)
    Verify.chargedOnce(terminal.simulator, 500)
  })

  it("as unknown: 4, even if the terminal refuses the connection by now", async () => {
    const terminal = await withTerminal({ faults: [Result.getOrThrow(Fault.fromText("answer-lost"))] })
    const journal = newJournal()
    assert.strictEqual((await pay(["5", ...terminal.at, "--timeout", "300ms"], journal)).code, 4)
    await terminal.close()
    assert.strictEqual((await pay(["5", ...terminal.at], journal)).code, 4)
  })

  it("as open: 4, after the till was killed in the middle of the payment", async () => {
    await using terminal = await withTerminal({ cardholder: Cardholder.manual })
    const woken = new Promise<void>((resolve) => {
      terminal.simulator.subscribe((event) => {
        if (event._tag === "Stage" && event.stage === "woken") resolve()
      })
    })
    const journal = newJournal()
    const child = start(["pay", "5", ...terminal.at, "--journal", journal])
    const closed = whenClosed(child)
    await woken
    child.kill("SIGKILL")
    await closed
    const { code, report } = await pay(["5", ...terminal.at], journal)
    assert.strictEqual(code, 4)
    assert.strictEqual(report.outcome, "unknown")
    assert.include(report.reason, "has not ended")
  })

  it("as declined: it is paid", async () => {
    await using terminal = await withTerminal({ cardholder: scripted("refused") })
    const journal = newJournal()
    assert.strictEqual((await pay(["5", ...terminal.at], journal)).code, 10)
    const { code, report } = await pay(["5", ...terminal.at], journal)
    assert.strictEqual(code, 0)
    assert.notProperty(report, "already")
  })
})

describe("a journal that cannot be read", () => {
  it("is a set-up error, because it may hold an earlier attempt: 2", async () => {
    await using terminal = await withTerminal()
    const journal = newJournal()
    writeFileSync(journal, "not an entry\nnot another one\n")
    const { code, stderr } = await pay(["5", ...terminal.at], journal)
    assert.strictEqual(code, 2)
    assert.include(stderr, "journal of attempts")
    assert.deepStrictEqual(terminal.simulator.ledger.entries(), [])
  })
})

/** A server that answers every order the same way. */
const answering = async (status: number, body: object, mode = "simulated") => {
  let orders = 0
  const headers = { "content-type": "application/json", ...(mode === "" ? {} : { "x-hipay-pos-mode": mode }) }
  const server = await listenHttp((request, response) => {
    if (request.method === "GET") return response.writeHead(200, headers).end("{}")
    orders++
    request.resume()
    return response.writeHead(status, headers).end(JSON.stringify(body))
  })
  const through = ["--url", server.url, "--terminal", "192.168.1.20", "--order-id", "A"]
  return { ...server, through, orders: () => orders }
}

const success = (amount: number, currency = "EUR") => ({
  paymentStatus: "Success",
  order: { order_id: "A", price: { amount, currency } }
})
const problem = (code: string, details: object = {}) => ({
  error: { code, description: "The server's words.", details: { attempt: "/attempts/1", ...details } }
})

describe("an order that the server remembers, and the journal does not", () => {
  it("is paid once at a mock: 0, already", async () => {
    await using server = await startServer({ port: 0 })
    const args = ["12.50", "--url", server.url, "--terminal", "192.168.1.20", "--order-id", "ORDER_1"]
    assert.strictEqual((await pay(args, newJournal())).code, 0)
    const journal = newJournal()
    for (const _ of [1, 2]) {
      const { code, report } = await pay(args, journal)
      assert.strictEqual(code, 0)
      assert.deepInclude(report, { outcome: "approved", already: true, amount: 1250 })
    }
    const moved = await pay(args.with(4, "192.168.1.21"), newJournal())
    assert.strictEqual(moved.code, 0)
    assert.include(moved.report.reason, "approved before at another terminal")
    const other = await pay(["99", ...args.slice(1)], newJournal())
    assert.strictEqual(other.code, 2)
    assert.include(other.stderr, "the order id was used for another payment")
  })

  it.each([
    [0, "approved", problem("attempt.already.approved", { recorded: success(1250) })],
    [11, "approved-in-part", problem("attempt.already.approved", { recorded: success(1000) })],
    [4, "unknown", problem("attempt.unresolved", { state: "unknown" })],
    [4, "unknown", problem("attempt.different", { state: "open" })],
    [4, "unknown", problem("attempt.different")],
    [4, "unknown", problem("conflict")],
    [3, "not-started", problem("terminal.unresolved")]
  ])("ends with %i, %s, and the second time alike, after 409 %j", async (code, outcome, body) => {
    await using server = await answering(409, body)
    const journal = newJournal()
    for (const _ of [1, 2]) {
      const came = await pay(["12.50", ...server.through], journal)
      assert.strictEqual(came.code, code)
      assert.strictEqual(came.report.outcome, outcome)
    }
  })

  it("is reported with its attempt in the journal, and the earlier one's address at the server", async () => {
    await using server = await answering(409, problem("attempt.already.approved", { recorded: success(1250) }))
    const journal = newJournal()
    const { report } = await pay(["12.50", ...server.through], journal)
    assert.strictEqual(report.serverAttempt, "/attempts/1")
    const [kept] = JSON.parse((await run(["attempts", "--journal", journal, "--json"])).stdout)
    assert.strictEqual(report.attempt, kept.id)
  })

  it.each([
    problem("attempt.different", { state: "approved" }),
    problem("attempt.already.approved", { recorded: success(1250, "USD") })
  ])("is refused with 2 if another payment has its id: %j", async (body) => {
    await using server = await answering(409, body)
    const { code, report, stderr } = await pay(["12.50", ...server.through], newJournal())
    assert.strictEqual(code, 2)
    assert.match(
      stderr,
      /^pay: the order id was used for another payment: .*\. Check what was paid under this order id\./
    )
    assert.property(report, "error")
  })
})

describe("an order of which the server reported an earlier payment", () => {
  it.each([
    ["attempt.different", "the order id was used for another payment"],
    ["attempt.reversed", "this order was approved before, and reversed since"]
  ])("is refused with 2 also while that server cannot be reached: %s", async (code, words) => {
    const journal = newJournal()
    const server = await answering(409, problem(code, { state: "approved" }))
    const args = ["12.50", ...server.through]
    assert.strictEqual((await pay(args, journal)).code, 2)
    await server[Symbol.asyncDispose]()
    for (const _ of [1, 2]) {
      const { code, stderr } = await pay(args, journal)
      assert.strictEqual(code, 2)
      assert.include(stderr, `pay: ${words}`)
    }
    assert.strictEqual((await pay(args.with(-1, "B"), journal)).code, 3)
  })
})

describe("an order that the server remembers as reversed", () => {
  it("is refused with 2, also with the journal that has it as paid, and again", async () => {
    await using server = await startServer({ port: 0 })
    const args = ["12.50", "--url", server.url, "--terminal", "192.168.1.20", "--order-id", "ORDER_1"]
    const journal = newJournal()
    assert.strictEqual((await pay(args, journal)).code, 0)
    assert.strictEqual((await pay(args, journal, "cancel")).code, 0)
    const other = newJournal()
    for (const each of [journal, other, other]) {
      const { code, stderr } = await pay(args, each)
      assert.strictEqual(code, 2)
      assert.match(stderr, /^pay: this order was approved before, and reversed since \(attempt .+\)\. Check the/)
    }
  })

  it("or as perhaps reversed: 4, and it is not settled as paid automatically", async () => {
    await using server = await startServer({ port: 0 })
    const args = ["12.50", "--url", server.url, "--terminal", "192.168.1.20", "--order-id", "ORDER_1"]
    assert.strictEqual((await pay(args, newJournal())).code, 0)
    await server.mock.terminal("192.168.1.20").faults({ fault: "reset", stage: "after-approval" })
    assert.strictEqual((await pay(args, newJournal(), "cancel")).code, 4)
    const journal = newJournal()
    const { code, report } = await pay(args, journal)
    assert.strictEqual(code, 4)
    assert.include(report.reason, "may have been reversed")
    const resolved = await run(["resolve", report.attempt, "--url", server.url, "--journal", journal, "--json"])
    assert.strictEqual(resolved.code, 4, resolved.stdout)
  })
})

describe("a mock in the dialect cloud-api", () => {
  it("has not started an order whose terminal cannot be reached: 3, and the order may be sent again", async () => {
    await using server = await startServer({ port: 0, dialect: "cloud-api" })
    const journal = newJournal()
    const at = (host: string) => ["12.50", "--url", server.url, "--terminal", host, "--order-id", "A"]
    assert.strictEqual((await pay(at("unreachable.terminal.test"), journal)).code, 3)
    assert.strictEqual((await pay(at("approved.terminal.test"), journal)).code, 0)
  })
})

/** A mock behind a proxy that answers orders itself while the mock's store is unavailable. */
const withStoreAway = async () => {
  const mock = await startServer({ port: 0 })
  let isAway = true
  const server = await listenHttp(async (request, response) => {
    const chunks: Array<Buffer> = []
    for await (const chunk of request) chunks.push(chunk)
    const { method = "", url = "", headers } = request
    const isAnswered = isAway && (method === "POST" || url.startsWith("/attempts"))
    const { authorization = "", "content-type": type = "application/json" } = headers
    const came = isAnswered
      ? Response.json(
          { error: { code: "attempts.unreadable", description: "This order was not sent to a terminal." } },
          { status: 500, headers: { "x-hipay-pos-mode": "simulated" } }
        )
      : await fetch(`${mock.url}${url}`, {
          method,
          headers: { authorization, "content-type": type },
          ...(method === "POST" && { body: Buffer.concat(chunks) })
        })
    const mode = came.headers.get("x-hipay-pos-mode") ?? ""
    response.writeHead(came.status, { "content-type": "application/json", "x-hipay-pos-mode": mode })
    response.end(await came.text())
  })
  const { url } = server
  return {
    url,
    at: ["12.50", "--url", url, "--terminal", "approved.terminal.test", "--order-id", "A"],
    comeBack: () => {
      isAway = false
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      await mock.close()
    }
  }
}

describe("an order that the server held back because it could not read its store", () => {
  it("is unknown until the server is asked again: 4, then not started, then paid once", async () => {
    await using server = await withStoreAway()
    const journal = newJournal()
    const { code, report } = await pay(server.at, journal)
    assert.strictEqual(code, 4)
    assert.deepInclude(report, { outcome: "unknown", why: "attempts.unreadable" })
    const resolve = ["resolve", report.attempt, "--journal", journal]
    assert.strictEqual((await run(resolve)).code, 4)
    assert.strictEqual((await pay(server.at, journal)).code, 4)
    server.comeBack()
    const resolved = await run(resolve)
    assert.strictEqual(resolved.code, 0, resolved.stderr)
    assert.include(resolved.stdout, "not-started")
    assert.deepInclude(await pay(server.at, journal), { code: 0 })
    assert.deepInclude((await pay(server.at, newJournal())).report, { outcome: "approved", already: true })
  })

  it("names the command that asks, not one that records a person's answer", async () => {
    await using server = await withStoreAway()
    const { stdout } = await run(["pay", ...server.at, "--journal", newJournal()])
    assert.match(stdout, /Take no other payment and give no money back for the order\./)
    assert.match(stdout, /^Then: hipay-pos resolve \S+ --url \S+ --journal \S+$/m)
  })
})

describe("an order that a person resolves while its payment is under way", () => {
  /** Pays, has a person resolve the payment, and lets the server answer; then pays again. */
  const resolvedMeanwhile = async (word: ReadonlyArray<string>, status: number, answer: object) => {
    const asked = Promise.withResolvers<void>()
    const answered = Promise.withResolvers<void>()
    let orders = 0
    await using server = await listenHttp(async ({ method }, response) => {
      if (method === "POST") {
        orders++
        asked.resolve()
        await answered.promise
      }
      response.writeHead(method === "POST" ? status : 200, { "x-hipay-pos-mode": "simulated" })
      response.end(method === "POST" ? JSON.stringify(answer) : "{}")
    })
    const journal = newJournal()
    const { url } = server
    const order = ["12.50", "--url", url, "--terminal", "192.168.1.20", "--order-id", "A"]
    const paying = whenClosed(start(["pay", ...order, "--json", "--journal", journal]))
    await asked.promise
    const [{ id }] = JSON.parse((await run(["attempts", "--journal", journal, "--json"])).stdout)
    const said = [...word, "--by", "Ada", "--evidence", "receipt 42", "--journal", journal]
    const resolved = await run(["resolve", id, "--outcome", ...said])
    assert.strictEqual(resolved.code, 0, resolved.stderr)
    answered.resolve()
    const { code, stdout } = await paying
    const again = await pay(order, journal)
    assert.strictEqual(orders, 1)
    return { id, paid: { code, report: JSON.parse(stdout) }, again }
  }

  it("was approved before if nothing of that payment was started: 0, and is not sent again", async () => {
    const busy = { error: { code: "busy.terminal.bad.request", message: "busy" } }
    const { id, paid, again } = await resolvedMeanwhile(["approved"], 400, busy)
    for (const { code, report } of [paid, again]) {
      assert.strictEqual(code, 0, JSON.stringify(report))
      assert.deepInclude(report, { outcome: "approved", already: true, amount: 1250, attempt: id, orderId: "A" })
    }
  })

  it("is paid if the payment was: 0, and says what the person said", async () => {
    const { paid, again } = await resolvedMeanwhile(["declined", "--override"], 200, success(1250))
    assert.deepInclude(paid, { code: 0 })
    assert.deepStrictEqual(paid.report.warnings, [
      "The person said that nothing was charged, but 12.50 EUR was. If the order was paid again or another way, refund 12.50 EUR to the customer."
    ])
    assert.deepInclude(again.report, { outcome: "approved", already: true, warnings: [] })
  })

  const stays = "The person said that 12.50 EUR was charged, and that stays in this machine's journal"
  const butTerminal = (amount: string) =>
    `${stays}, but the terminal says ${amount}. Find out which of the two amounts is true before anything more is charged or given back.`

  it.each([
    ["if it is unknown", undefined, `${stays}.`],
    ["if the terminal says more, which proves nothing", 9999, butTerminal("99.99 EUR")],
    ["if the terminal says less, which proves nothing", 500, butTerminal("5.00 EUR")]
  ])("says what the person said %s: 4, and nothing else is to be resolved", async (_, minorUnits, warning) => {
    const done = { received: "AE00210", fields: [], contradictions: [], card: {}, status: "done" }
    const evidence = minorUnits === undefined ? undefined : { ...done, amount: { minorUnits, currency: "EUR" } }
    const answer = { error: { code: "outcome.unknown", details: { kind: "Contradictory", evidence } } }
    const { paid, again } = await resolvedMeanwhile(["approved"], 504, answer)
    assert.deepInclude(paid, { code: 4 })
    assert.deepInclude(paid.report, { outcome: "unknown", isResolved: true, warnings: [warning] })
    assert.deepInclude(again.report, { outcome: "approved", already: true, amount: 1250 })
  })
})

describe("a mock, with --live", () => {
  it("is a set-up error: 2, and no payment", async () => {
    await using server = await startServer({ port: 0 })
    const journal = newJournal()
    const args = ["12.50", "--url", server.url, "--terminal", "192.168.1.20", "--order-id", "A"]
    const { code, stdout, stderr } = await run(["pay", ...args, "--live", "--journal", journal])
    assert.strictEqual(code, 2, stdout)
    assert.match(stderr, /^pay: the server is simulated, so no money moved: leave out --live, or check --url/)
    const { stdout: kept } = await run(["attempts", "--journal", journal, "--json"])
    assert.include(kept, '"not-started"')
  })
})

describe("a server that does not say that it is simulated", () => {
  it("is a set-up error without --live: 2, and nothing is sent", async () => {
    await using server = await answering(200, success(1250), "")
    const journal = newJournal()
    const { code, stderr } = await pay(["12.50", ...server.through], journal)
    assert.strictEqual(code, 2)
    assert.match(stderr, /^pay: the server does not say that it is simulated .* --live/)
    const { stderr: printed } = await runProcess(["pay", "12.50", ...server.through, "--journal", newJournal()])
    assert.match(printed, /^pay: the server does not say [^\n]*\n$/)
    assert.strictEqual(server.orders(), 0)
    const live = await pay(["12.50", ...server.through, "--live"], journal)
    assert.strictEqual(live.code, 0)
    assert.strictEqual(server.orders(), 1)
  })
})
