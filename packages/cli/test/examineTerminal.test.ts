/** `hipay-pos examine-terminal`: what it refuses before a byte is sent, and what it writes. */

import { once } from "node:events"
import { lstatSync, mkdtempSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Readable } from "node:stream"
import { FileJournal } from "@hipay-pos/client/node"
import { Cardholder } from "@hipay-pos/terminal-simulator"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Effect from "effect/Effect"
import { assert, describe, it, vi } from "vitest"
import { runInside as run } from "./inside.ts"
import { start, whenClosed } from "./process.ts"

describe("examine-terminal", { timeout: 180_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "hipay-pos-examine-"))

  it("refuses an address that is not this machine without --live", async () => {
    const { code, stderr } = await run(["examine-terminal", "192.0.2.1"])
    assert.strictEqual(code, 2)
    assert.match(stderr, /may move real money: say --live/)
  })

  it("refuses while an attempt at the terminal is unsettled, and says how to settle it", async () => {
    const path = join(folder, "unsettled.db")
    const opening = { id: "a1", orderId: "SALE-1", transactionType: "Debit", amount: 100, currency: "EUR" } as const
    await Effect.runPromise(
      FileJournal.make(path).open({ ...opening, terminal: "127.0.0.1:9", openedAt: 1, mode: "live" })
    )
    const { code, stderr } = await run(["examine-terminal", "127.0.0.1:9", "--journal", path])
    assert.strictEqual(code, 2)
    assert.match(stderr, /a1 at 127\.0\.0\.1:9 is not settled/)
    assert.include(stderr, `hipay-pos resolve a1 --journal ${path}\n`)
  })

  it.each(["localhost:9", "127.0.0.1:9 through 127.0.0.1:8080"])(
    "refuses while an attempt there is unsettled under the terminal name %s",
    async (terminal) => {
      const path = join(folder, `unsettled-${terminal.replace(/\W/g, "-")}.db`)
      const opening = { id: "a1", orderId: "SALE-1", transactionType: "Debit", amount: 100, currency: "EUR" } as const
      await Effect.runPromise(FileJournal.make(path).open({ ...opening, terminal, openedAt: 1, mode: "live" }))
      const { code, stderr } = await run(["examine-terminal", "127.0.0.1:9", "--journal", path])
      assert.strictEqual(code, 2)
      assert.match(stderr, /attempt a1 at .* is not settled/)
    }
  )

  it("refuses while an attempt is unsettled at an unresolved name, which may be the terminal", async () => {
    const path = join(folder, "unsettled-elsewhere.db")
    const opening = { id: "a1", orderId: "SALE-1", transactionType: "Debit", amount: 100, currency: "EUR" } as const
    const terminal = "front..desk:9"
    await Effect.runPromise(FileJournal.make(path).open({ ...opening, terminal, openedAt: 1, mode: "live" }))
    const { code, stderr } = await run(["examine-terminal", "127.0.0.1:9", "--journal", path])
    assert.strictEqual(code, 2)
    assert.include(stderr, `attempt a1 at ${terminal}, which is not found and may be this terminal, is not settled`)
  })

  it("says of a misspelt name that it does not resolve, whatever is unknown elsewhere", async () => {
    const path = join(folder, "misspelt.db")
    const opening = { id: "a1", orderId: "SALE-1", transactionType: "Debit", amount: 100, currency: "EUR" } as const
    const terminal = "127.0.0.1:9"
    await Effect.runPromise(FileJournal.make(path).open({ ...opening, terminal, openedAt: 1, mode: "live" }))
    const { code, stderr } = await run(["examine-terminal", "front..desk:9", "--live", "--journal", path])
    assert.strictEqual(code, 1)
    assert.strictEqual(stderr, "examine-terminal: front..desk does not resolve\n")
  })

  it("merges what it found into the terminals file, by the address", async () => {
    const path = join(folder, "terminals.json")
    writeFileSync(path, JSON.stringify({ terminals: [{ name: "Bar", host: "192.168.1.30" }] }))
    const journal = join(folder, "examined.db")
    const { code, stdout, stderr } = await run([
      ...["examine-terminal", "--simulate", "--profile", "hipay-nepting", "--pace", "instant", "--json"],
      ...["--write", path, "--journal", journal]
    ])
    assert.strictEqual(code, 0, stderr)
    const { sameAs, terminal, payments } = JSON.parse(stdout)
    assert.strictEqual(sameAs, "hipay-nepting")
    assert.isAbove(payments.length, 0)
    assert.deepStrictEqual(JSON.parse(readFileSync(path, "utf8")), {
      terminals: [{ name: "Bar", host: "192.168.1.30" }, terminal]
    })
    assert.deepInclude(terminal, { version: "3.2", requestTerminator: "CRLF" })
  })

  it("keeps the terminals file's link, mode and byte order mark", async () => {
    const [path, link] = [join(folder, "kept.json"), join(folder, "link.json")]
    writeFileSync(path, `\uFEFF${JSON.stringify({ terminals: [{ host: "192.168.1.30" }] })}`, { mode: 0o640 })
    symlinkSync(path, link)
    const { code, stderr } = await run([
      ...["examine-terminal", "--simulate", "--json", "--write", link, "--journal", join(folder, "kept.db")]
    ])
    assert.strictEqual(code, 0, stderr)
    assert.isTrue(lstatSync(link).isSymbolicLink())
    assert.strictEqual(statSync(path).mode & 0o777, 0o640)
    assert.lengthOf(JSON.parse(readFileSync(path, "utf8")).terminals, 2)
    assert.isEmpty(readdirSync(folder).filter((name) => name.endsWith(".new")))
  })

  for (const [what, text, said] of [
    ["no gateway takes", '{"terminals":[{"host":"10.0.0.9","prot":88}]}', /prot/],
    ["is not JSON", "terminals:", /JSON/],
    ["is something else", '{"shops":[]}', /expected an object such as/]
  ] as const) {
    it(`refuses before the first payment a terminals file that ${what}, and leaves it as it is`, async () => {
      const path = join(folder, `refused-${what}.json`)
      writeFileSync(path, text)
      const journal = join(folder, `refused-${what}.db`)
      const { code, stdout, stderr } = await run([
        ...["examine-terminal", "--simulate", "--write", path, "--journal", journal]
      ])
      assert.strictEqual(code, 2)
      assert.match(stderr, said)
      assert.include(stderr, `--write: ${path}`)
      assert.strictEqual(stdout, "")
      assert.strictEqual(readFileSync(path, "utf8"), text)
      assert.isEmpty(await Effect.runPromise(FileJournal.make(journal).attempts))
    })
  }

  it("refuses before the first payment a terminals file in a folder that is not there", async () => {
    const path = join(folder, "nowhere", "terminals.json")
    const journal = join(folder, "nowhere.db")
    const { code, stderr } = await run(["examine-terminal", "--simulate", "--write", path, "--journal", journal])
    assert.strictEqual(code, 2)
    assert.include(stderr, `--write: ${path}: ENOENT`)
    assert.isEmpty(await Effect.runPromise(FileJournal.make(journal).attempts))
  })

  it("prints what it found if the terminals file was damaged meanwhile, and leaves that file unchanged", async () => {
    const path = join(folder, "meanwhile.json")
    writeFileSync(path, '{"terminals":[]}')
    const journal = join(folder, "meanwhile.db")
    const child = start([
      ...["examine-terminal", "--simulate", "--profile", "plain", "--json"],
      ...["--write", path, "--journal", journal]
    ])
    const ended = whenClosed(child)
    const attempts = () => Effect.runPromise(FileJournal.make(journal).attempts)
    const begun = async () => assert.isNotEmpty(await attempts(), "the first payment is in the journal")
    await vi.waitFor(begun, { timeout: 60_000, interval: 20 })
    writeFileSync(path, "half an edit")
    const { code, stdout, stderr } = await ended
    assert.strictEqual(code, 2)
    assert.isAbove(JSON.parse(stdout).payments.length, 0)
    assert.include(stderr, `--write: ${path}`)
    assert.strictEqual(readFileSync(path, "utf8"), "half an edit")
  })

  it("ends with 1 if the terminal does not accept a connection", async () => {
    const { code, stderr } = await run(["examine-terminal", "127.0.0.1:9", "--journal", join(folder, "none.db")])
    assert.strictEqual(code, 1)
    assert.match(stderr, /does not accept a connection/)
  })
  it("shows what an interrupted examination has paid, with authorization numbers, whatever happens in the next", async () => {
    const path = join(folder, "broken-off.db")
    const journal = FileJournal.make(path)
    const pay = async (
      id: string,
      amount: number,
      more: { detail?: string; authorizationNumber?: string },
      transactionType: "Debit" | "Cancel" = "Debit"
    ) => {
      const opening = { id, orderId: id, transactionType, amount, currency: "EUR" } as const
      await Effect.runPromise(journal.open({ ...opening, terminal: "127.0.0.1:9", openedAt: 1, mode: "live" }))
      await Effect.runPromise(journal.end({ id, state: "approved", endedAt: 2, paid: amount, ...more }))
    }
    await pay("EXAMINE-A1B2C3-1", 3, { authorizationNumber: "273822" })
    await pay("EXAMINE-A1B2C3-2", 55, { detail: "as the terminal's receipt or ledger says" })
    await pay("EXAMINE-A1B2C3-3", 7, { detail: "authorization 31415" })
    await pay("EXAMINE-A1B2C3-4", 9, { authorizationNumber: "271828" })
    await pay("EXAMINE-A1B2C3-5", 9, {}, "Cancel")
    await pay("EXAMINE-A1B2C3-6", 500, { authorizationNumber: "161803" }, "Cancel")
    await pay("SALE-1", 100, {})
    const { code, stderr } = await run(["examine-terminal", "127.0.0.1:9", "--journal", path])
    assert.strictEqual(code, 1)
    const [, table = ""] = stderr.split("Paid by this examination:\n")
    assert.deepStrictEqual(
      table
        .split("\n")
        .slice(0, 4)
        .map((line) => line.trim().split(/ {2,}/)),
      [
        ["EXAMINE-A1B2C3-1", "0.03 EUR", "authorization 273822", "paid"],
        ["EXAMINE-A1B2C3-2", "0.55 EUR", "authorization -", "paid"],
        ["EXAMINE-A1B2C3-3", "0.07 EUR", "authorization 31415", "paid"],
        ["EXAMINE-A1B2C3-6", "5.00 EUR", "authorization 161803", "cancelled, but not a sale of this examination"]
      ]
    )
    assert.notInclude(stderr, "SALE-1")
    assert.notInclude(stderr, "271828")
    const shown = await run(["attempts", "show", "EXAMINE-A1B2C3-1", "--journal", path])
    assert.match(shown.stdout, /authorization +273822/)
  })
  it("shows what was paid until a signal stops it", async () => {
    await using terminal = await startTerminal({ port: 0, pace: "instant" })
    const path = join(folder, "stopped.db")
    const child = start(["examine-terminal", `127.0.0.1:${terminal.port}`, "--journal", path])
    const ended = whenClosed(child)
    const pay = async () => {
      const journal = FileJournal.make(path)
      const opening = { id: "EXAMINE-A1B2C3-1", orderId: "EXAMINE-A1B2C3-1", amount: 3, currency: "EUR" } as const
      const where = { terminal: `127.0.0.1:${terminal.port}`, openedAt: 1, mode: "live" } as const
      await Effect.runPromise(journal.open({ ...opening, ...where, transactionType: "Debit" }))
      await Effect.runPromise(journal.end({ id: opening.id, state: "approved", endedAt: 2, paid: 3 }))
    }
    await once(child.stderr as Readable, "data")
    await pay()
    child.kill("SIGTERM")
    const { code, stderr } = await ended
    assert.strictEqual(code, 5)
    assert.match(stderr, /Paid by this examination:\n {2}EXAMINE-A1B2C3-1 +0\.03 EUR .* paid/)
  })

  it("says how to end the payment that was under way when a signal stopped it", async () => {
    await using terminal = await startTerminal({ port: 0, pace: "instant", cardholder: Cardholder.manual })
    const path = join(folder, "under-way.db")
    const child = start(["examine-terminal", `127.0.0.1:${terminal.port}`, "--journal", path])
    const ended = whenClosed(child)
    const asked = new Promise<void>((resolve) => {
      terminal.simulator.subscribe((event) => event._tag === "Request" && resolve())
    })
    child.stderr?.on("data", (text) => /\[q\]uit: $/.test(String(text)) && child.stdin?.write("y\n"))
    await asked
    child.kill("SIGINT")
    const { code, stderr } = await ended
    assert.strictEqual(code, 5)
    const [attempt] = await Effect.runPromise(FileJournal.make(path).attempts)
    assert.match(stderr, /0\.01 EUR .* unknown\n/)
    assert.include(
      stderr,
      `is not settled: look at the terminal, then hipay-pos resolve ${attempt?.id} --journal ${path}`
    )
  })
})
