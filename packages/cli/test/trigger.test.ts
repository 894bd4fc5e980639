/** Test payments at reserved terminals of a mock, with the mock in this process. */
import type { Attempt } from "@hipay-pos/core/wire/Attempt"
import { startServer } from "@hipay-pos/server-mock/node"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "vitest"
import { listenHttp } from "../../../tests/listen.ts"
import { inside } from "./inside.ts"

let server: Awaited<ReturnType<typeof startServer>>
beforeAll(async () => {
  server = await startServer({ port: 0, answerTimeout: "100 millis" })
})
afterAll(() => server.close())
// The verb sets the exit code of its process, which is the test's own here.
afterEach(() => {
  process.exitCode = undefined
})

const trigger = (...args: ReadonlyArray<string>) => inside(["trigger", ...args, "--url", server.url])

describe("hipay-pos trigger", () => {
  it.each([
    ["approved", 0, "approved"],
    ["declined", 10, "declined"],
    ["DECLINED.terminal.test", 10, "declined"],
    ["partial", 11, "approved-in-part"],
    ["unreachable", 3, "not-started"],
    ["lost-after-approval", 4, "unknown"],
    ["reset-after-approval", 4, "unknown"],
    ["no-passphrase", 3, "not-started"],
    ["cb-pin", 0, "approved"]
  ])("%s ends with %s: %s", async (scenario, code, outcome) => {
    const ended = await trigger(scenario, "--json")
    assert.strictEqual(ended.code, code, ended.stderr)
    assert.deepInclude(JSON.parse(ended.stdout), { outcome, server: server.url })
  })

  it("explains its exit codes without a flag that it lacks", async () => {
    const { stdout } = await inside(["trigger", "--help"])
    assert.match(stdout, /^ {2}2 {4}also: the server is not a mock: nothing was sent$/m)
    assert.notInclude(stdout, "--live")
  })

  it("prints the outcome, and where the attempt is for a program and for a person", async () => {
    const { stdout } = await trigger("approved", "--amount", "7,5")
    assert.match(stdout, /^Approved\namount {10}7\.50 EUR\norder id/)
    const [, address = ""] = /^attempt {9}(.*)$/m.exec(stdout) ?? []
    const headers = { authorization: `Basic ${btoa("merchant:secret")}` }
    const attempt = (await (await fetch(address, { headers })).json()) as { id: string; amount: number }
    assert.strictEqual(attempt.amount, 750)
    assert.include(stdout, `console         ${server.url}/#/attempts/${attempt.id}\n`)
  })

  it("says how an unknown one is resolved, by the server's id", async () => {
    const { stdout } = await trigger("answer-lost")
    const [, id] = /attempts\/(\S+)\n/.exec(stdout) ?? []
    assert.include(stdout, `hipay-pos resolve ${id} --url ${server.url} --outcome`)
  })

  it("prints what the terminal printed of an unknown one, as its receipt does", async () => {
    const { stdout } = await trigger("tip")
    const [, id = ""] = /attempts\/(\S+)\n/.exec(stdout) ?? []
    const receipt = await inside(["receipt", id, "--url", server.url])
    assert.strictEqual(receipt.code, 0, receipt.stderr)
    assert.include(receipt.stdout, "TICKET CLIENT")
    assert.include(receipt.stderr, `the outcome of ${id} is unknown`)
    const detail = await inside(["attempts", "show", id, "--url", server.url])
    const lines = ["  receipt", ...receipt.stdout.split("\n").map((each) => `    ${each}`.trimEnd())].join("\n")
    for (const shown of [stdout, detail.stdout]) {
      assert.include(shown, lines)
      assert.match(shown, /^ {2}fields .*ZT=\(receipt\)/m)
    }
  })

  it("has the tip in the attempt's details, at a mock that takes one", async () => {
    await using tipped = await startServer({ port: 0, tip: "20%" })
    const at = ["--url", tipped.url]
    const { serverAttempt } = JSON.parse((await inside(["trigger", "tip", "--amount", "50", "--json", ...at])).stdout)
    const { stdout } = await inside(["attempts", "show", serverAttempt.slice("/attempts/".length), ...at])
    assert.match(stdout, /^ {2}tip +5\.00 EUR$/m)
  })

  it("shows of an unknown one what was received as the server does, the protocol identifier included", async () => {
    const { stdout } = await trigger("amount-higher", "--json")
    const { received, serverAttempt } = JSON.parse(stdout)
    const headers = { authorization: `Basic ${btoa("merchant:secret")}` }
    const attempt = (await (await fetch(new URL(serverAttempt, server.url), { headers })).json()) as Attempt
    assert.include(received.received, "CJ012012345678901")
    assert.strictEqual(received.received, attempt.error?.evidence?.received)
  })

  it("sends nothing to a server that may move money, and names no flag that it does not have", async () => {
    await using other = await listenHttp((_, response) => response.end("up"))
    const { code, stderr } = await inside(["trigger", "approved", "--url", other.url])
    assert.strictEqual(code, 2)
    assert.include(stderr, "may move real money: this verb is for a mock, and pay is for any server")
    assert.notInclude(stderr, "--live")
  })

  it("lists every scenario and what it shows", async () => {
    const { stdout, code } = await inside(["trigger", "--list"])
    assert.strictEqual(code, 0)
    assert.match(stdout, /^lost-after-approval +the answer is lost after the approval$/m)
    const all = JSON.parse((await inside(["trigger", "--list", "--json"])).stdout) as ReadonlyArray<{ shows: string }>
    assert.isAbove(all.length, 50)
    assert.isTrue(all.every(({ shows }) => shows !== ""))
  })

  it.each([
    [["nonsense"], "unknown scenario nonsense; hipay-pos trigger --list tells all"],
    [[], "expected a scenario, such as approved"],
    [["approved", "--amount", "1,250"], "amount: 1,250 may be thousands or decimals; type 1250 if it is 1250 EUR"]
  ])("refuses %j", async (args, words) => {
    const { code, stderr } = await trigger(...args)
    assert.strictEqual(code, 2)
    assert.include(stderr, words)
  })
})
