/** `hipay-pos journal redact` on a journal that an older version wrote. */
import { mkdtempSync, readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { FileJournal } from "@hipay-pos/client/node"
import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"
import { runInside as run } from "./inside.ts"

const folder = mkdtempSync(join(tmpdir(), "redact-verb-"))

const card = "4111111111111111"

describe("journal redact", () => {
  it("masks card numbers in the file, and finds none the second time", async () => {
    const path = join(folder, "attempts.db")
    const journal = FileJournal.make(path)
    const opening = {
      id: "one",
      orderId: "ORDER_1",
      transactionType: "Debit",
      amount: 1250,
      currency: "EUR",
      terminal: "192.168.1.20:8888",
      openedAt: 1
    } as const
    const ending = { id: "one", state: "approved", endedAt: 2, paid: 1250, by: "Ada", evidence: card } as const
    await Effect.runPromise(Effect.andThen(journal.open(opening), journal.end(ending)))
    assert.include(readFileSync(path, "latin1"), card)
    const first = await run(["journal", "redact", "--journal", path, "--json"])
    assert.deepStrictEqual(JSON.parse(first.stdout), { redacted: { attempts: 1 } })
    assert.notInclude(readFileSync(path, "latin1"), card)
    assert.include((await run(["journal", "redact", "--journal", path])).stdout, "nothing has changed")
  })

  it("refuses if there is no journal, and makes none: 2", async () => {
    const path = join(folder, "none.db")
    const { code, stderr } = await run(["journal", "redact", "--journal", path])
    assert.strictEqual(code, 2)
    assert.include(stderr, "there is no journal here")
  })

  it.each([":memory:", "file:attempts.db"])("refuses %s as a journal in a sentence: 2", async (path) => {
    for (const verb of [["journal", "redact"], ["attempts"], ["receipt", "one"], ["pay", "1", "--terminal", "bar"]]) {
      const { code, stderr } = await run([...verb, "--journal", path])
      assert.strictEqual(code, 2, stderr)
      assert.include(stderr, "--journal: expected the path of a file, such as attempts.db")
    }
  })
})
