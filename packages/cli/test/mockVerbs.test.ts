/** Verbs that control a mock, which runs in this process. */
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { MockControl } from "@hipay-pos/server-mock"
import { startServer } from "@hipay-pos/server-mock/node"
import { Fault, TestCard } from "@hipay-pos/terminal-simulator"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "vitest"
import { listenHttp } from "../../../tests/listen.ts"
import { inside } from "./inside.ts"

let server: Awaited<ReturnType<typeof startServer>>
beforeAll(async () => {
  server = await startServer({ port: 0 })
})
afterAll(() => server.close())
afterEach(() => {
  process.exitCode = undefined
})

const journal = join(mkdtempSync(join(tmpdir(), "mock-verbs-")), "journal.db")

const at = (...args: ReadonlyArray<string>) => inside([...args, "--url", server.url])

describe("hipay-pos cards and faults", () => {
  it.each([
    ["cards", TestCard.all.map(({ name }) => name)],
    ["faults", Fault.names]
  ])("%s lists all, for people and as JSON", async (verb, names) => {
    const { stdout, code } = await inside([verb])
    assert.strictEqual(code, 0)
    assert.deepStrictEqual(
      stdout
        .split("\n")
        .slice(1)
        .map((line) => line.split(" ")[0]),
      [...names]
    )
    const all = JSON.parse((await inside([verb, "--json"])).stdout) as ReadonlyArray<{ name: string }>
    assert.deepStrictEqual(
      all.map(({ name }) => name),
      [...names]
    )
  })
})

describe("hipay-pos clock", () => {
  it("is shown, stopped, set and advanced, and runs again", async () => {
    assert.match((await at("clock")).stdout, /^\S+Z {2}runs$/)
    assert.match((await at("clock", "freeze")).stdout, /stands still$/)
    assert.strictEqual((await at("clock", "set", "2026-01-02T03:04:05Z")).code, 0)
    assert.strictEqual((await at("clock", "advance", "1d")).stdout, "2026-01-03T03:04:05.000Z  stands still")
    assert.isFalse(JSON.parse((await at("clock", "resume", "--json")).stdout).frozen)
  })

  it.each([
    [["advance", "soon"], "clock: advance: expected a length of time such as 3m or 1d, got soon"],
    [["set"], "clock: set: expected a time"],
    [["freeze", "now"], "clock: freeze: expected nothing more, got now"],
    [["set", "tomorrow"], "expected a moment from 1970 to 9998, such as 2026-01-02T03:04:05Z"]
  ])("refuses %j", async (args, words) => {
    const { code, stderr } = await at("clock", ...args)
    assert.strictEqual(code, 2)
    assert.include(stderr, words)
  })
})

describe("hipay-pos terminals", () => {
  it("say what the next customers do", async () => {
    const { stdout } = await at("terminals", "script", "scripted.terminal.test", "declined", "approved")
    assert.match(stdout, /^scripted\.terminal\.test:8888\n {2}profile/)
    for (const [order, code] of [
      ["A", 10],
      ["B", 0]
    ] as const) {
      const pay = ["pay", "1", "--url", server.url, "--terminal", "scripted.terminal.test", "--order-id", order]
      assert.strictEqual((await inside([...pay, "--journal", journal])).code, code)
    }
  })

  it("accept faults, and clear them", async () => {
    const set = await at("terminals", "fault", "faulty", "answer-lost", "split")
    assert.include(set.stdout, "faults          answer-lost@after-approval split@mid-answer")
    assert.match((await at("terminals", "list")).stdout, /^faulty:8888 .* answer-lost@after-approval split@mid-answer/m)
    assert.include((await at("terminals", "fault", "faulty")).stdout, "faults          none")
  })

  it("accept a card and a key only while they wait for one, else end with 1", async () => {
    const idle = await at("terminals", "card", "idle", "cb")
    assert.deepStrictEqual([idle.code, idle.stdout], [1, "card: the terminal is not waiting for one"])
    const paying = at("trigger", "manual")
    await MockControl.make(server.control).waitFor({ state: "open" })
    while ((await at("terminals", "key", "manual.terminal.test", "cancel")).code !== 0);
    assert.strictEqual((await paying).code, 10)
  })

  it("are listed as JSON, and shown with their screens", async () => {
    const all = JSON.parse((await at("terminals", "list", "--json")).stdout) as ReadonlyArray<{ name: string }>
    assert.include(
      all.map(({ name }) => name),
      "idle:8888"
    )
    assert.match((await at("terminals", "show", "idle")).stdout, /\n {2}\| \S/)
  })

  it.each([
    [["script", "t", "dances"], "unknown word dances; the words are approved"],
    [["fault", "t", "lost"], "terminals fault:"],
    [["card", "t", "gold"], "unknown card gold; hipay-pos cards lists them"],
    [["key", "t", "any"], "expected 0 to 9, enter, clear or cancel, got any"]
  ])("refuse %j", async (args, words) => {
    const { code, stderr } = await at("terminals", ...args)
    assert.strictEqual(code, 2)
    assert.include(stderr, words)
  })

  it.each([
    [{}, "is not a mock of this toolkit"],
    [{ "x-hipay-pos-mode": "gateway" }, "is a gateway, not a mock of this toolkit"]
  ])("say that a server is not a mock, whatever it answers: %j", async (headers, words) => {
    await using server = await listenHttp((_, response) => response.writeHead(200, headers).end("<html>"))
    const { url } = server
    for (const verb of [["terminals", "list"], ["clock"]]) {
      const { code, stderr } = await inside([...verb, "--url", url])
      assert.strictEqual(code, 2)
      assert.include(stderr, `${url} ${words}`)
    }
  })

  it("name an argument without the dashes of a flag", async () => {
    const { code, stderr } = await inside(["clock", "foo"])
    assert.strictEqual(code, 2)
    assert.match(stderr, /^hipay-pos clock: action: expected .*, got "foo"/)
  })

  it("say that no mock answers", async () => {
    const { code, stderr } = await inside(["terminals", "list", "--url", "http://127.0.0.1:1"])
    assert.strictEqual(code, 2)
    assert.include(stderr, "does not answer; is it running?")
  })
})
