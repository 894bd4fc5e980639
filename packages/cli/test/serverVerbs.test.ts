/** Verbs that ask a server: its attempts, their resolution, the collection of a mock. */
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type StartedServer, startServer } from "@hipay-pos/server-mock/node"
import { Cardholder, Fault } from "@hipay-pos/terminal-simulator"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Result from "effect/Result"
import { assert, describe, it } from "vitest"
import { listenHttp } from "../../../tests/listen.ts"
import { runInside as run } from "./inside.ts"
import { payAt } from "./payAt.ts"
import { start, whenClosed } from "./process.ts"

const folder = mkdtempSync(join(tmpdir(), "server-verbs-"))

const answerLost = Result.getOrThrow(Fault.fromText("answer-lost"))
/** The connection stays open without an answer. */
const silent = Result.getOrThrow(Fault.fromText("silent"))

const order = async ({ url }: StartedServer, orderId: string, port: number, host?: string) => {
  const response = await payAt(url, orderId, port, { host })
  await response.text()
  return response.status
}

describe("attempts and resolve with --url", () => {
  it("show a server's attempts, and end them by a person's answer", async () => {
    await using terminal = await startTerminal({ port: 0, faults: [answerLost] })
    const attach = [`127.0.0.1:${terminal.port}`]
    await using server = await startServer({ port: 0, attach, answerTimeout: "100 millis" })
    const at = ["--url", server.url]
    assert.strictEqual(await order(server, "PAID", 9999), 200)
    assert.strictEqual(await order(server, "LOST", terminal.port), 504)

    const all = JSON.parse((await run(["attempts", ...at, "--json"])).stdout)
    assert.deepStrictEqual(
      all.map(({ orderId, state }: { orderId: string; state: string }) => [orderId, state]),
      [
        ["PAID", "approved"],
        ["LOST", "unknown"]
      ]
    )
    const [lost] = JSON.parse((await run(["attempts", ...at, "--open", "--json"])).stdout)
    assert.strictEqual(lost.orderId, "LOST")
    assert.match((await run(["attempts", ...at])).stdout, /approved +Debit +1\.00 EUR {2}127\.0\.0\.1:9999 +PAID/)

    const word = ["--outcome", "approved", "--by", "Ada", "--evidence", "the receipt"]
    const resolved = await run(["resolve", lost.id, ...at, ...word, "--json"])
    assert.strictEqual(resolved.code, 0)
    assert.strictEqual(JSON.parse(resolved.stdout).state, "approved")
    const again = await run(["resolve", lost.id, ...at, ...word])
    assert.strictEqual(again.code, 2)
    assert.include(again.stderr, "was not resolved")
  })
})

describe("resolve of a server's attempt whose terminal may still answer", () => {
  it("is refused, with the time left if known, and accepted with --override", async () => {
    const silent = Result.getOrThrow(Fault.fromText("silent"))
    await using terminal = await startTerminal({ port: 0, faults: [silent] })
    await using server = await startServer({
      port: 0,
      attach: [`127.0.0.1:${terminal.port}`],
      answerTimeout: "100 millis"
    })
    assert.strictEqual(await order(server, "LOST", terminal.port), 504)
    const at = ["--url", server.url]
    const [lost] = JSON.parse((await run(["attempts", ...at, "--json"])).stdout)
    const resolve = ["resolve", lost.id, ...at, "--outcome", "declined", "--by", "Ada", "--evidence", "no receipt"]
    const refused = await run(resolve)
    assert.strictEqual(refused.code, 2)
    assert.match(
      refused.stderr,
      /^resolve: attempt \S+ has ended as unknown, and the terminal may still answer for \d+ s and prove that it charged: wait, or decline it with an override once the terminal cannot charge any more \(--override\)\n$/
    )
    assert.strictEqual((await run([...resolve, "--override"])).code, 0)
  })
})

describe("resolve of an attempt of this machine's journal that a process still waits for", () => {
  it("is refused for declined, and recorded with --override; approved needs none", async () => {
    for (const outcome of ["declined", "approved"]) {
      await using terminal = await startTerminal({ port: 0, cardholder: Cardholder.manual })
      const asked = new Promise<void>((done) => {
        terminal.simulator.subscribe((event) => {
          if (event._tag === "Stage" && event.stage === "woken") done()
        })
      })
      const journal = ["--journal", join(folder, `override-${outcome}.db`)]
      const paying = start(["pay", "1", "--terminal", `127.0.0.1:${terminal.port}`, ...journal])
      const paid = whenClosed(paying)
      await asked
      const [open] = JSON.parse((await run(["attempts", ...journal, "--json"])).stdout)
      const alone = await run(["resolve", open.id, ...journal])
      assert.strictEqual(alone.code, 4, "asked alone, it is still unknown")
      assert.match(alone.stderr, /^resolve: the payment of attempt \S+ is still under way/)
      const word = ["resolve", open.id, "--outcome", outcome, "--by", "Ada", "--evidence", "no receipt", ...journal]
      const first = await run(word)
      if (outcome === "approved") {
        assert.strictEqual(first.code, 0)
      } else {
        assert.strictEqual(first.code, 2)
        assert.match(first.stderr, /^resolve: .*--override/)
        assert.strictEqual(JSON.parse((await run(["attempts", ...journal, "--json"])).stdout)[0].state, "open")
        assert.strictEqual((await run([...word, "--override"])).code, 0)
      }
      const [resolved] = JSON.parse((await run(["attempts", ...journal, "--json"])).stdout)
      assert.deepStrictEqual([resolved.state, resolved.endings[0].by], [outcome, "Ada"])
      terminal.simulator.pressKey("cancel")
      await paid
    }
  })

  it("accepts --override if nothing waits any more", async () => {
    const journal = ["--journal", join(folder, "override-late.db")]
    await using terminal = await startTerminal({ port: 0, faults: [answerLost] })
    const pay = ["pay", "1", "--terminal", `127.0.0.1:${terminal.port}`, "--timeout", "300ms", ...journal]
    assert.strictEqual((await run(pay)).code, 4)
    const [lost] = JSON.parse((await run(["attempts", ...journal, "--json"])).stdout)
    const word = ["--outcome", "declined", "--by", "Ada", "--evidence", "no receipt", "--override"]
    assert.strictEqual((await run(["resolve", lost.id, ...word, ...journal])).code, 0)
    const again = await run(["resolve", lost.id, ...word, ...journal])
    assert.strictEqual(again.code, 2)
    assert.include(again.stderr, "has ended already")
  })
})

describe("resolve of a payment through a server", () => {
  /** A payment through a mock whose answer was lost: in this machine's journal, and unknown at the server. */
  const lostThrough = async (name: string) => {
    const terminal = await startTerminal({ port: 0, faults: [answerLost] })
    const server = await startServer({ port: 0, attach: [`127.0.0.1:${terminal.port}`], answerTimeout: "100 millis" })
    const journal = ["--journal", join(folder, `${name}.db`)]
    const at = ["--url", server.url]
    const through = [...at, "--terminal", `127.0.0.1:${terminal.port}`]
    const paid = await run(["pay", "32", ...through, ...journal])
    assert.strictEqual(paid.code, 4)
    const [, command = "", id = ""] = /^Then: hipay-pos (resolve (\S+) .*)$/m.exec(paid.stdout) ?? []
    return {
      journal,
      at,
      terminal: through,
      id,
      command,
      kept: async () => JSON.parse((await run(["attempts", ...journal, "--json"])).stdout)[0],
      theirs: async () => JSON.parse((await run(["attempts", ...at, "--json"])).stdout)[0],
      [Symbol.asyncDispose]: async () => {
        await server.close()
        await terminal.close()
      }
    }
  }

  it("is what the hint prints, and ends both journals with the amount on the receipt", async () => {
    await using lost = await lostThrough("both")
    const { command, at, journal, id } = lost
    assert.strictEqual(
      command,
      `resolve ${id} ${[...at, ...journal].join(" ")} --outcome approved|declined --by NAME --evidence WHAT`
    )
    const asked = await run(["resolve", id, ...at, ...journal])
    assert.strictEqual(asked.code, 4)
    assert.include(asked.stdout, "Look at the terminal")
    const typed = (word: string) =>
      command.split(" ").map((each) => ({ "approved|declined": "approved", NAME: "Ada", WHAT: word })[each] ?? each)
    const card = ["--authorization", "A12345", "--last-four", "4242"]
    const resolved = await run([...typed("slip"), "--paid", "25,00", ...card])
    assert.strictEqual(resolved.code, 0)
    assert.include(resolved.stdout, "25.00 EUR of 32.00 EUR")
    assert.deepInclude(await lost.kept(), { state: "approved-in-part" })
    const theirs = await lost.theirs()
    assert.deepInclude(theirs, { state: "approved-in-part", paid: 2500, amount: 3200 })
    assert.deepInclude(theirs.resolution, { by: "Ada", authorizationNumber: "A12345", lastFour: "4242" })
    const shown = await run(["attempts", "show", theirs.id, ...at])
    assert.include(shown.stdout, "by Ada: slip, paid 25.00 EUR, authorization A12345")
  })

  it("shows at the server an attempt that has another id in the journal, even after it was paid", async () => {
    await using lost = await lostThrough("shown")
    const { id, at, journal } = lost
    const theirs = await lost.theirs()
    assert.notStrictEqual(theirs.id, id)
    for (const called of [id, theirs.id]) {
      const shown = await run(["attempts", "show", called, ...at, ...journal])
      assert.strictEqual(shown.code, 0, shown.stderr)
      assert.include(shown.stdout, theirs.id)
    }
    const other = ["--journal", join(folder, "none.db")]
    assert.include((await run(["attempts", "show", id, ...at, ...other])).stderr, "HTTP 404")
    const receipt = await run(["receipt", id, ...at, ...journal])
    assert.include(receipt.stderr, `no receipt of ${theirs.id}, which is unknown`)
  })

  it.each([
    [
      ["--paid", "3200.00"],
      "resolve: --paid: 3200.00 EUR is more than the 32.00 EUR that were asked for: if that is what was paid, add --over"
    ],
    [["--over"], "resolve: --over: expected --paid as well, with the amount that was paid"],
    [["--paid", "1e1"], "--paid: expected a decimal such as 12.45, got 1e1"],
    [["--paid", "0"], "--paid: must be greater than 0, got 0"],
    [["--paid", "1,000"], "--paid: 1,000 may be thousands or decimals"],
    [["--last-four", "12345"], "lastFour: expected the last 4 digits of the card"]
  ])("refuses %j in both, and changes neither", async (odd, words) => {
    await using lost = await lostThrough(`odd${odd.join("")}`)
    const word = ["--outcome", "approved", "--by", "Ada", "--evidence", "slip"]
    const refused = await run(["resolve", lost.id, ...lost.at, ...word, ...odd, ...lost.journal])
    assert.strictEqual(refused.code, 2)
    assert.include(refused.stderr, words)
    const none = ["--journal", join(folder, "no-attempts.db")]
    const theirs = await run(["resolve", (await lost.theirs()).id, ...lost.at, ...word, ...odd, ...none])
    assert.strictEqual(theirs.code, 2)
    assert.include(theirs.stderr, words)
    assert.deepStrictEqual([(await lost.kept()).state, (await lost.theirs()).state], ["unknown", "unknown"])
  })

  it("asks for the amount on the receipt where the terminal said another one than the order's", async () => {
    await using terminal = await startTerminal({
      port: 0,
      faults: [Result.getOrThrow(Fault.fromText("amount-higher"))]
    })
    await using server = await startServer({ port: 0, attach: [`127.0.0.1:${terminal.port}`] })
    const journal = ["--journal", join(folder, "tipped.db")]
    const through = ["--url", server.url, "--terminal", `127.0.0.1:${terminal.port}`]
    const paid = await run(["pay", "32", ...through, ...journal])
    const [, id = ""] = /^Then: hipay-pos resolve (\S+) .*$/m.exec(paid.stdout) ?? []
    const resolve = ["resolve", id, "--outcome", "approved", "--by", "Ada", "--evidence", "slip", "--url", server.url]
    const none = ["--journal", join(folder, "no-attempts.db")]
    const theirs = JSON.parse((await run(["attempts", "--url", server.url, "--json"])).stdout)[0].id
    for (const refused of [await run([...resolve, ...journal]), await run(resolve.with(1, theirs).concat(none))]) {
      assert.strictEqual(refused.code, 2)
      assert.strictEqual(
        refused.stderr,
        "resolve: --paid: expected the amount on the receipt, because the terminal said 32.01 EUR, not the 32.00 EUR that were asked for\n"
      )
    }
    const resolved = await run([...resolve, ...journal, "--paid", "32.01", "--over"])
    assert.strictEqual(resolved.code, 0, resolved.stderr)
    assert.include(resolved.stdout, "32.01 EUR for 32.00 EUR")
  })

  const saidBy = (by: string, outcome: string, evidence = "slip") => [
    ...["--outcome", outcome, "--by", by],
    ...["--evidence", evidence]
  ]

  it("leaves it unknown if another person said otherwise at the server, and tells nobody to move money: 2", async () => {
    await using lost = await lostThrough("persons")
    const { id } = await lost.theirs()
    const other = ["--journal", join(folder, "other.db")]
    const ada = saidBy("Ada", "declined", "saw nothing")
    assert.strictEqual((await run(["resolve", id, ...lost.at, ...ada, "--override", ...other])).code, 0)
    const bob = await run(["resolve", lost.id, ...lost.at, ...saidBy("Bob", "approved"), ...lost.journal])
    assert.strictEqual(bob.code, 2)
    assert.strictEqual(
      bob.stderr,
      `resolve: ${lost.id}: Ada has said declined (saw nothing); you say approved. The payment stays unknown here: find out which of them is right\n`
    )
    assert.strictEqual(bob.stdout, "")
    assert.notMatch(bob.stderr, /collect|refund/i)
    const asked = await run(["resolve", lost.id, ...lost.journal])
    assert.strictEqual(asked.code, 2)
    assert.include(asked.stderr, "Ada has said declined (saw nothing); Bob has said approved here. The payment stays")
    assert.deepInclude(await lost.kept(), { state: "unknown" })
    const again = await run(["pay", "32", "--order-id", (await lost.kept()).orderId, ...lost.terminal, ...lost.journal])
    assert.strictEqual(again.code, 4, again.stdout + again.stderr)
    const agreed = await run(["resolve", lost.id, ...saidBy("Bob", "declined"), ...lost.journal])
    assert.strictEqual(agreed.code, 0, agreed.stderr)
    const kept = await lost.kept()
    assert.deepInclude(kept, { state: "declined" })
    assert.deepInclude(kept.endings.at(-1), { by: "Ada", evidence: "saw nothing" })
  })

  it("asks the server that the payment went through, although no --url names it", async () => {
    await using lost = await lostThrough("unnamed")
    const { id } = await lost.theirs()
    assert.strictEqual((await run(["resolve", lost.id, ...lost.journal])).code, 4)
    const other = ["--journal", join(folder, "unnamed-other.db")]
    assert.strictEqual((await run(["resolve", id, ...lost.at, ...saidBy("Ada", "approved"), ...other])).code, 0)
    const same = await run(["resolve", lost.id, ...saidBy("Bob", "approved"), ...lost.journal])
    assert.strictEqual(same.code, 0, same.stderr)
    assert.deepInclude((await lost.kept()).endings.at(-1), { state: "approved", by: "Ada" })
  })
})

describe("resolve --outcome set-aside", () => {
  it("is refused if the payment has ended: 2", async () => {
    await using server = await startServer({ port: 0 })
    const journal = ["--journal", join(folder, "set-aside-ended.db")]
    const through = ["--url", server.url, "--terminal", "192.168.1.20", ...journal]
    assert.strictEqual((await run(["pay", "1", ...through])).code, 0)
    const [{ id }] = JSON.parse((await run(["attempts", ...journal, "--json"])).stdout)
    const word = ["--outcome", "set-aside", "--by", "Ada", "--evidence", "the bank is asked"]
    const refused = await run(["resolve", id, "--url", server.url, ...word, ...journal])
    assert.deepStrictEqual([refused.code, refused.stderr], [2, `resolve: ${id} has ended already: approved\n`])
    assert.strictEqual(refused.stdout, "")
  })

  it("leaves a server's attempt unknown, with the evidence, and lets the terminal take the next order", async () => {
    await using terminal = await startTerminal({ port: 0, faults: [answerLost] })
    await using server = await startServer({
      port: 0,
      attach: [`127.0.0.1:${terminal.port}`],
      answerTimeout: "100 millis"
    })
    assert.strictEqual(await order(server, "LOST", terminal.port), 504)
    const at = ["--url", server.url]
    const [lost] = JSON.parse((await run(["attempts", ...at, "--json"])).stdout)
    const word = ["--outcome", "set-aside", "--by", "Ada", "--evidence", "the bank is asked", "--override"]
    const { code, stdout } = await run(["resolve", lost.id, ...at, ...word, "--json"])
    assert.strictEqual(code, 0)
    const { state, resolution } = JSON.parse(stdout)
    assert.deepStrictEqual([state, resolution.outcome, resolution.by], ["unknown", "set-aside", "Ada"])
  })

  it("is refused with the seconds that are left, then taken with --override, and shown by attempts and day", async () => {
    await using terminal = await startTerminal({ port: 0, faults: [silent] })
    await using server = await startServer({
      port: 0,
      attach: [`127.0.0.1:${terminal.port}`],
      answerTimeout: "100 millis"
    })
    const at = ["--url", server.url]
    const journal = ["--journal", join(folder, "aside.db")]
    const paid = await run(["pay", "32", ...at, "--terminal", `127.0.0.1:${terminal.port}`, ...journal, "--json"])
    const { attempt } = JSON.parse(paid.stdout)
    const word = ["--outcome", "set-aside", "--by", "Ada", "--evidence", "the bank is asked"]
    const refused = await run(["resolve", attempt, ...at, ...word, ...journal])
    assert.strictEqual(refused.code, 2)
    assert.match(
      refused.stderr,
      /may still answer for \d+ s .*: wait, or set it aside with an override .* \(--override\)$/m
    )
    const taken = await run(["resolve", attempt, ...at, ...word, "--override", ...journal])
    assert.strictEqual(taken.code, 0, taken.stderr)
    assert.include(taken.stdout, "It is set aside: its terminal takes the next order")
    for (const list of [["attempts", "--state", "unknown"], ["day"]])
      assert.include((await run([...list, ...at])).stdout, "unknown, set aside")
  })

  it("is refused for this machine's journal, which blocks no terminal", async () => {
    const word = ["--outcome", "set-aside", "--by", "Ada", "--evidence", "the bank is asked"]
    const { code, stderr } = await run(["resolve", "ID", ...word, "--journal", join(folder, "attempts.db")])
    assert.strictEqual(code, 2)
    assert.include(stderr, "there is no attempt ID")
  })
})

describe("attempts of a server that is neither a mock nor a gateway", () => {
  it.each([
    ["no mode", 200, undefined, "is neither a mock nor a gateway of this toolkit"],
    ["a refused login", 401, "gateway", "refuses the login of merchant"],
    ["a login without the role", 403, "gateway", "the login lacks the role"],
    ["another answer", 200, "gateway", "the server's answer cannot be read"]
  ])("say so in one sentence: %s", async (_, status, mode, words) => {
    await using server = await listenHttp((_, response) => {
      response.writeHead(status, mode === undefined ? {} : { "x-hipay-pos-mode": mode })
      response.end("{}")
    })
    const { url } = server
    const { code, stderr } = await run(["attempts", "--url", url])
    assert.strictEqual(code, 2)
    assert.include(stderr, words)
    assert.lengthOf(stderr.trimEnd().split("\n"), 1)
  })
})

describe("attempts of a payment in part", () => {
  it("say what was paid, and of how much", async () => {
    await using server = await startServer({ port: 0 })
    const journal = ["--journal", join(folder, "attempts.db")]
    const pay = ["pay", "2", "--url", server.url, "--terminal", "partial.terminal.test", ...journal]
    assert.strictEqual((await run(pay)).code, 11)
    for (const where of [journal, ["--url", server.url]]) {
      assert.match(
        (await run(["attempts", ...where])).stdout,
        /approved-in-part {2}Debit +1\.00 EUR of 2\.00 EUR {2}.* PAY[0-9A-Z]{26} /
      )
    }
  })
})

describe("hipay-pos collect", () => {
  it("captures what a mock has approved, once", async () => {
    await using server = await startServer({ port: 0 })
    assert.strictEqual(await order(server, "ONE", 9998), 200)
    assert.strictEqual(await order(server, "TWO", 9999), 200)
    const first = await run(["collect", "--url", server.url, "--terminal", "127.0.0.1:9998", "--json"])
    assert.strictEqual(first.code, 0)
    assert.lengthOf(JSON.parse(first.stdout).captured, 1)
    assert.match((await run(["collect", "--url", server.url])).stdout, /^1 transaction captured\.\n {2}\S+\n$/)
    assert.strictEqual((await run(["collect", "--url", server.url])).stdout, "0 transactions captured.\n")
  })

  it("refuses a terminal that the mock does not have, and finds one by its IPv6 address", async () => {
    await using server = await startServer({ port: 0 })
    assert.strictEqual(await order(server, "SIX", 8888, "2001:db8::1"), 200)
    const at = (terminal: string) => run(["collect", "--url", server.url, "--terminal", terminal, "--json"])
    const refused = await at("192.168.1.77")
    assert.strictEqual(refused.code, 2)
    assert.include(refused.stderr, "collect: 192.168.1.77:8888 is not a terminal of this mock.")
    assert.lengthOf(JSON.parse((await at("[2001:db8::1]")).stdout).captured, 1)
  })

  it("takes a terminal's address without its port, as every verb does", async () => {
    await using server = await startServer({ port: 0 })
    assert.strictEqual(await order(server, "ONE", 8888), 200)
    const { stdout } = await run(["collect", "--url", server.url, "--terminal", "127.0.0.1", "--json"])
    assert.lengthOf(JSON.parse(stdout).captured, 1)
  })

  it.each([
    ["gateway", "is a gateway, not a mock of this toolkit; real terminals are collected by themselves"],
    [undefined, "is not a mock of this toolkit"]
  ])("refuses a server whose mode is %s, in one sentence", async (mode, words) => {
    await using server = await listenHttp((_, response) => {
      if (mode !== undefined) response.setHeader("x-hipay-pos-mode", mode)
      response.end("{}")
    })
    const { url } = server
    const { code, stderr } = await run(["collect", "--url", url])
    assert.strictEqual(code, 2)
    assert.include(stderr, words)
    assert.lengthOf(stderr.trimEnd().split("\n"), 1)
  })

  it("says that the server does not answer", async () => {
    const server = await startServer({ port: 0 })
    await server.close()
    const { code, stderr } = await run(["collect", "--url", server.url])
    assert.strictEqual(code, 2)
    assert.include(stderr, "does not answer")
  })
})
