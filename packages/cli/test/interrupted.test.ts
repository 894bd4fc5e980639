/** Verbs that a signal stops: the exit code never claims that their work is done. */
import { once } from "node:events"
import { mkdirSync, mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { FileJournal } from "@hipay-pos/client/node"
import * as Effect from "effect/Effect"
import { assert, describe, it, vi } from "vitest"
import { inside } from "./inside.ts"
import { start, whenClosed } from "./process.ts"
import { startSilentServer } from "./silentServer.ts"

const folder = mkdtempSync(join(tmpdir(), "interrupted-"))

/** A journal that another process has locked, and the time of the first access. */
const heldJournal = () => {
  const path = join(mkdtempSync(join(folder, "held-")), "journal.db")
  const turn = new DatabaseSync(`${path}.turn`)
  turn.exec("BEGIN EXCLUSIVE")
  const exec = vi.spyOn(DatabaseSync.prototype, "exec")
  const isAsked = () => assert.isNotEmpty(exec.mock.calls, "the journal is asked for")
  const asked = vi.waitFor(isAsked, { timeout: 60_000, interval: 5 })
  return {
    path,
    asked,
    [Symbol.dispose]: () => {
      exec.mockRestore()
      turn.close()
    }
  }
}

describe("a verb that a signal stops", () => {
  it.each([
    ["SIGINT", 130, ["day"]],
    ["SIGTERM", 143, ["day"]],
    ["SIGINT", 130, ["doctor", "--json"]]
  ] as const)("by %s ends with %i: %j", async (signal, expected, args) => {
    await using server = await startSilentServer()
    const child = start([...args, "--url", server.url])
    const closed = whenClosed(child)
    await server.asked
    child.kill(signal)
    const { code, stdout } = await closed
    assert.deepStrictEqual([code, stdout], [expected, ""])
  })

  it("while it asks how an unknown payment ended leaves it unknown: 4", async () => {
    await using server = await startSilentServer()
    const path = join(folder, "unknown.db")
    const opening = { id: "a1", orderId: "SALE-1", transactionType: "Debit", amount: 100, currency: "EUR" } as const
    const at = { terminal: "192.168.1.20:8888", server: server.url, openedAt: 1, mode: "simulated" } as const
    await Effect.runPromise(FileJournal.make(path).open({ ...opening, ...at }))
    await Effect.runPromise(FileJournal.make(path).end({ id: "a1", state: "unknown", endedAt: 2 }))
    const child = start(["resolve", "a1", "--journal", path])
    const closed = whenClosed(child)
    await server.asked
    child.kill("SIGINT")
    assert.strictEqual((await closed).code, 4)
  })

  it.each([
    ["pay", "5"],
    ["refund", "5"],
    ["cancel", "5"]
  ])("while another process has the journal did not start: 3, and says so: %s", async (...verb) => {
    using journal = heldJournal()
    const signals = new AbortController()
    process.exitCode = undefined
    const ended = inside(
      [...verb, "--terminal", "127.0.0.1:9", "--order-id", "A", "--journal", journal.path, "--json"],
      {},
      {
        signal: signals.signal,
        onLine: () => {}
      }
    )
    await journal.asked
    signals.abort()
    const { stdout } = await ended
    const code = process.exitCode
    process.exitCode = undefined
    assert.strictEqual(code, 3)
    assert.deepInclude(JSON.parse(stdout), {
      outcome: "not-started",
      reason: "the payment was interrupted here",
      next: "Nothing was sent. Try again with the same order id.",
      orderId: "A"
    })
  })

  it.each(["SIGINT", "SIGTERM"] as const)(
    "by %s while it follows ends with 0, because it was to run until then",
    async (signal) => {
      const journal = join(folder, "followed.db")
      mkdirSync(folder, { recursive: true })
      const child = start(["attempts", "--follow", "--journal", journal])
      const closed = whenClosed(child)
      await once(child.stdout as NodeJS.ReadableStream, "data")
      child.kill(signal)
      assert.strictEqual((await closed).code, 0)
    }
  )
})
