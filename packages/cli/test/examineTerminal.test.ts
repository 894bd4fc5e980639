/** `hipay-pos examine-terminal`: what it refuses before a byte is sent, and what it writes. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { FileJournal } from "@hipay-pos/client/node"
import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"
import { run } from "./process.ts"

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
    assert.match(stderr, /a1 at 127\.0\.0\.1:9 is not settled.*hipay-pos resolve a1/)
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

  it("ends with 1 where the terminal does not accept a connection", async () => {
    const { code, stderr } = await run(["examine-terminal", "127.0.0.1:9", "--journal", join(folder, "none.db")])
    assert.strictEqual(code, 1)
    assert.match(stderr, /does not accept a connection/)
  })
  it("shows what an examination that broke off has paid, with authorization numbers, whatever comes of the next", async () => {
    const path = join(folder, "broken-off.db")
    const journal = FileJournal.make(path)
    const pay = async (id: string, amount: number, detail: string) => {
      const opening = { id, orderId: id, transactionType: "Debit", amount, currency: "EUR" } as const
      await Effect.runPromise(journal.open({ ...opening, terminal: "127.0.0.1:9", openedAt: 1, mode: "live" }))
      await Effect.runPromise(journal.end({ id, state: "approved", endedAt: 2, paid: amount, detail }))
    }
    await pay("EXAMINE-A1B2C3-1", 3, "authorization 273822")
    await pay("EXAMINE-A1B2C3-2", 55, "as the terminal's receipt or ledger says")
    await pay("SALE-1", 100, "")
    const { code, stderr } = await run(["examine-terminal", "127.0.0.1:9", "--journal", path])
    assert.strictEqual(code, 1)
    const [, table = ""] = stderr.split("Paid by this examination:\n")
    assert.deepStrictEqual(
      table
        .split("\n")
        .slice(0, 2)
        .map((line) => line.trim().split(/ {2,}/)),
      [
        ["EXAMINE-A1B2C3-1", "0.03 EUR", "authorization 273822", "paid"],
        ["EXAMINE-A1B2C3-2", "0.55 EUR", "authorization -", "paid"]
      ]
    )
    assert.notInclude(stderr, "SALE-1")
  })
})
