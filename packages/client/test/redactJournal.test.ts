/** Evidence that an earlier version wrote unmasked is masked in the file, and nothing else changes. */
import { mkdtempSync, readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { AttemptJournal } from "@hipay-pos/client"
import { FileJournal } from "@hipay-pos/client/node"
import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"

const folder = mkdtempSync(join(tmpdir(), "redact-"))

const card = "4111111111111111"
const opening: AttemptJournal.Opening = {
  id: "one",
  orderId: card,
  transactionType: "Debit",
  amount: 1250,
  currency: "EUR",
  terminal: "192.168.1.20:8888",
  openedAt: 1
}
const ending = {
  id: "one",
  state: "approved",
  endedAt: 2,
  paid: 1250,
  by: "Ada",
  evidence: `receipt of ${card}`
} as const

describe("a journal with a card number in its evidence", () => {
  it("has it masked, in the file as well, and keeps the order, the amount and the name", async () => {
    const path = join(folder, "attempts.db")
    const journal = FileJournal.make(path)
    await Effect.runPromise(Effect.andThen(journal.open(opening), journal.end(ending)))
    assert.include(readFileSync(path, "latin1"), `receipt of ${card}`)
    assert.strictEqual(await FileJournal.redact(path), 1)
    assert.notInclude(readFileSync(path, "latin1"), `receipt of ${card}`)
    const [attempt] = await Effect.runPromise(journal.attempts)
    const masked = { ...ending, evidence: "receipt of 411111******1111" }
    assert.deepStrictEqual(attempt, { ...opening, state: "approved", endings: [masked] })
  })

  it("has nothing to mask the second time", async () => {
    assert.strictEqual(await FileJournal.redact(join(folder, "attempts.db")), 0)
  })

  it("is not made where there is none", async () => {
    const path = join(folder, "none.db")
    const [result] = await Promise.allSettled([FileJournal.redact(path)])
    assert.deepInclude(result.status === "rejected" ? result.reason : {}, { _tag: "JournalFailed" })
  })
})
