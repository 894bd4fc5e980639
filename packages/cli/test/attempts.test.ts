/** The table of attempts, of the journal and of a mock in this process. */
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { FileJournal } from "@hipay-pos/client/node"
import { startServer } from "@hipay-pos/server-mock/node"
import * as Effect from "effect/Effect"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "vitest"
import { listenHttp } from "../../../tests/listen.ts"
import { readSince } from "../src/attemptFilter.ts"
import { localTime } from "../src/localTime.ts"
import { inside } from "./inside.ts"
import { laterServer } from "./laterServer.ts"
import { run } from "./process.ts"

const folder = mkdtempSync(join(tmpdir(), "attempts-"))
afterEach(() => {
  process.exitCode = undefined
})

const hour = 3_600_000

/** A journal with three payments, hours ago. */
const journalOf = async (name: string) => {
  const path = join(folder, `${name}.db`)
  const journal = FileJournal.make(path)
  const ends = [
    ["A", 5, "approved", "127.0.0.1:8888"],
    ["B", 3, "declined", "192.168.1.20:8888"],
    ["C", 1, "unknown", "192.168.1.20:8888"]
  ] as const
  for (const [orderId, ago, state, terminal] of ends) {
    const openedAt = Date.now() - ago * hour
    const opening = { id: `id-${orderId}`, orderId, transactionType: "Debit", amount: 1250, currency: "EUR" } as const
    await Effect.runPromise(journal.open({ ...opening, terminal, openedAt, mode: "simulated" }))
    await Effect.runPromise(journal.end({ id: opening.id, state, endedAt: openedAt + 1500, detail: "as it was" }))
  }
  return ["--journal", path]
}

const ordersIn = (stdout: string) => [...stdout.matchAll(/ ([A-C]) +id-\1$/gm)].map(([, order]) => order)

describe("hipay-pos attempts", () => {
  it("is a table with a header, the newest first, in local time", async () => {
    const journal = await journalOf("table")
    const { stdout } = await inside(["attempts", ...journal])
    const [header = "", ...lines] = stdout.split("\n")
    assert.match(header, /^TIME \([\w/+-]+\) +STATE +TYPE +AMOUNT +TERMINAL +ORDER +ID$/)
    assert.deepStrictEqual(ordersIn(stdout), ["C", "B", "A"])
    for (const line of lines) assert.strictEqual(line.indexOf("id-"), header.indexOf("ID"))
    const [kept] = JSON.parse((await inside(["attempts", ...journal, "--json"])).stdout)
    assert.include(lines.at(-1), localTime(kept.openedAt))
  })

  it.each([
    [["--state", "declined"], ["B"]],
    [["--since", "2h"], ["C"]],
    [["--since", "4h", "--limit", "1"], ["C"]],
    [
      ["--terminal", "192.168"],
      ["C", "B"]
    ],
    [["--open"], ["C"]],
    [["--open", "--state", "approved"], []]
  ])("%j shows %j", async (flags, orders) => {
    const { stdout } = await inside(["attempts", ...flags, ...(await journalOf(flags.join("")))])
    assert.deepStrictEqual(ordersIn(stdout), orders)
  })

  it("counts an attempt in a state that this version does not know as open", async () => {
    const [flag = "", path = ""] = await journalOf("later")
    const journal = FileJournal.make(path)
    // A later version may have written it.
    await Effect.runPromise(journal.end({ id: "id-C", state: "authorised" as "unknown", endedAt: Date.now() }))
    assert.deepStrictEqual(ordersIn((await inside(["attempts", "--open", flag, path])).stdout), ["C"])
    const open = ["attempts", "--open", "--state", "unknown", flag, path]
    assert.strictEqual((await inside(open)).stdout, "No attempts.")
  })

  it.each([[[]], [["--json"]], [["--open"]]])("says on stderr with %j that there is no journal", async (flags) => {
    const path = join(folder, "typo", "none.db")
    const { code, stdout, stderr } = await inside(["attempts", ...flags, "--journal", path])
    assert.strictEqual(code, 0)
    assert.strictEqual(stderr, `attempts: there is no journal yet: ${path}\n`)
    assert.strictEqual(stdout, flags.includes("--json") ? "[]" : "No attempts.")
    assert.strictEqual(
      (await inside(["attempts", ...flags, ...(await journalOf(`there${flags.join("")}`))])).stderr,
      ""
    )
  })

  it("says that there are older ones", async () => {
    const { stdout } = await inside(["attempts", "--limit", "2", ...(await journalOf("older"))])
    assert.match(stdout, /\nThere are older ones; --limit 20 shows more\.$/)
  })

  it("is all of them as JSON, the oldest first", async () => {
    const { stdout } = await inside(["attempts", "--json", ...(await journalOf("json"))])
    const orders = JSON.parse(stdout).map(({ orderId }: { orderId: string }) => orderId)
    assert.deepStrictEqual(orders, ["A", "B", "C"])
  })

  it.each(["yesterday", "2026-13-01", "2026-02-30", "2026-04-31T09:00", "2x", ""])(
    "refuses --since %j",
    async (since) => {
      const { code, stderr } = await inside(["attempts", "--since", since])
      assert.strictEqual(code, 2)
      assert.include(stderr, "--since: expected a length of time such as 2h")
    }
  )

  it("shows one of the journal with a name before everything", async () => {
    const { stdout } = await inside(["attempts", "show", "id-C", ...(await journalOf("show"))])
    assert.match(stdout, /^unknown {2}Debit {2}12\.50 EUR\n {2}id {14}id-C\n {2}order id {8}C\n/)
    assert.match(stdout, /opened {10}\S+ \S+ [\w/+-]+, ended after 1\.5 s\n {2}said {12}as it was/)
  })

  it("does not say how long an attempt took if the clock was set back meanwhile", async () => {
    const path = join(folder, "set-back.db")
    const journal = FileJournal.make(path)
    const opening = { id: "Z", orderId: "Z", transactionType: "Debit", amount: 1250, currency: "EUR" } as const
    await Effect.runPromise(journal.open({ ...opening, terminal: "T", openedAt: 9000, mode: "live" }))
    await Effect.runPromise(journal.end({ id: "Z", state: "unknown", endedAt: 1000 }))
    const { stdout } = await inside(["attempts", "show", "Z", "--journal", path])
    assert.match(stdout, /opened {10}\S+ \S+ [\w/+-]+$/m)
  })
})

describe("times of attempts", () => {
  it("are in this machine's time zone, which is named, everywhere", async () => {
    const path = join(folder, "zones.db")
    const journal = FileJournal.make(path)
    const opening = { id: "Z", orderId: "Z", transactionType: "Debit", amount: 1250, currency: "EUR" } as const
    await Effect.runPromise(journal.open({ ...opening, terminal: "T", openedAt: 0, mode: "live" }))
    await Effect.runPromise(journal.end({ id: "Z", state: "unknown", endedAt: 1000 }))
    const paris = { env: { TZ: "Europe/Paris" } }
    const word = ["--outcome", "declined", "--by", "Ada", "--evidence", "no receipt"]
    const resolved = await run(["resolve", "Z", ...word, "--journal", path], paris)
    assert.match(resolved.stdout, /^Z {2}1970-01-01 01:00:00 Europe\/Paris {2}declined/)
    const shown = await run(["attempts", "show", "Z", "--journal", path], paris)
    assert.match(shown.stdout, /opened +1970-01-01 01:00:00 Europe\/Paris, ended/)
    assert.match(shown.stdout, /resolved +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d Europe\/Paris by Ada: no receipt/)
    const listed = await run(["attempts", "--journal", path], paris)
    assert.match(listed.stdout, /^TIME \(Europe\/Paris\) .*\n1970-01-01 01:00:00 /)
  })
})

describe("--since", () => {
  it("counts days in this machine's time zone", () => {
    const now = new Date(2026, 0, 31, 15, 30).getTime()
    assert.strictEqual(readSince("today", now), new Date(2026, 0, 31).getTime())
    assert.strictEqual(readSince("2026-01-30", now), new Date(2026, 0, 30).getTime())
    assert.strictEqual(readSince("2d", now), now - 48 * hour)
    assert.strictEqual(readSince("1.5h", now), now - 1.5 * hour)
    assert.strictEqual(readSince("2026-01-30T10:00:00Z", now), Date.UTC(2026, 0, 30, 10))
  })
})

describe("attempts of a server", () => {
  let server: Awaited<ReturnType<typeof startServer>>
  beforeAll(async () => {
    server = await startServer({ port: 0, answerTimeout: "50 millis" })
    for (const scenario of ["approved", "declined", "approved"]) await trigger(scenario)
  })
  afterAll(() => server.close())
  const trigger = (scenario: string) => inside(["trigger", scenario, "--url", server.url])
  const at = () => ["--url", server.url]

  it("are chosen by state and terminal before they are counted", async () => {
    const { stdout } = await inside(["attempts", "--state", "approved", "--limit", "2", ...at()])
    assert.strictEqual(stdout.match(/ approved +Debit +12\.50 EUR +approved\.terminal\.test:8888 /g)?.length, 2)
    assert.notInclude(stdout, "There are older ones")
    const declined = await inside(["attempts", "--terminal", "declined", ...at()])
    assert.strictEqual(declined.stdout.split("\n").length, 2)
  })

  it("are open in a state of a later server too", async () => {
    await trigger("lost-after-approval")
    await using later = await laterServer(server.url)
    const { stdout } = await inside(["attempts", "--open", "--url", later.url])
    const [, line = "", ...others] = stdout.split("\n")
    assert.match(line, / authorised +Debit +12\.50 EUR +lost-after-approval\.terminal\.test:8888 /)
    assert.isEmpty(others)
  })

  it("are listed once, as they are now, if their state changes meanwhile", async () => {
    const summary = { id: "1", login: "merchant", orderId: "LOST", transactionType: "Debit", amount: 1250 }
    const terminal = { name: "bar", kind: "dialled" }
    const opened = { currency: "EUR", openedAt: "2026-11-28T12:00:00.000Z", terminal, warnings: 0, frames: {} }
    await using changing = await listenHttp(({ url = "" }, response) => {
      const state = new URL(url, server.url).searchParams.get("state")
      const json =
        state === null ? { counts: { unknown: 1 }, more: false } : { attempts: [{ ...summary, ...opened, state }] }
      response.writeHead(200, { "content-type": "application/json", "x-hipay-pos-mode": "gateway" })
      response.end(JSON.stringify(json))
    })
    const { stdout } = await inside(["attempts", "--open", "--url", changing.url])
    const [, line = "", ...others] = stdout.split("\n")
    assert.match(line, / unknown +Debit +12\.50 EUR +bar /)
    assert.isEmpty(others)
  })

  it("are shown one by one with card, address and console", async () => {
    const [{ id }] = JSON.parse((await inside(["attempts", "--json", ...at()])).stdout)
    const { stdout } = await inside(["attempts", "show", id, ...at()])
    assert.match(stdout, /^approved {2}Debit {2}12\.50 EUR\n/)
    assert.match(stdout, /\n {2}card +497010#+0014\n/)
    assert.include(stdout, `\n  console         ${server.url}/#/attempts/${id}`)
  })

  it.each([
    ["attempts", ["--follow", "--limit", "1"], 2],
    ["tail", [], 1]
  ] as const)("are followed by %s, each change on a line", async (verb, flags, before) => {
    const controller = new AbortController()
    let printed = 0
    const { stdout } = await inside(
      [verb, ...flags, ...at()],
      {},
      {
        signal: controller.signal,
        onLine: (text) => {
          printed++
          if (printed === 1) void trigger("declined")
          if (text.includes(" declined ") && printed > 1) controller.abort()
        }
      }
    )
    const lines = stdout.split("\n")
    assert.match(lines[0] ?? "", /^TIME/)
    assert.match(lines[before] ?? "", / open +Debit +12\.50 EUR +declined\.terminal\.test:8888 /)
    assert.match(lines[before + 1] ?? "", / declined +Debit /)
  })

  it("since a time are found after some that were opened while the server's clock was behind", async () => {
    for (const time of ["12:00", "10:00", "12:10", "12:20", "10:05", "12:30"]) {
      await server.mock.clock.set(`2030-01-01T${time}:00Z`)
      await trigger("approved")
    }
    // A page of five ends with the one at ten.
    const flags = ["--since", "2030-01-01T11:00:00Z", "--limit", "4", "--json"]
    const { stdout } = await inside(["attempts", ...flags, ...at()])
    const listed: ReadonlyArray<{ readonly openedAt: string }> = JSON.parse(stdout)
    assert.deepStrictEqual(
      listed.map(({ openedAt }) => openedAt.slice(11, 15)),
      ["12:0", "12:1", "12:2", "12:3"]
    )
  })
})
