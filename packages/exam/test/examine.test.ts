/**
 * Each profile of the simulator, examined over TCP, is what it was set up to be, field by field. What is found makes
 * docs/compatibility.md, which fails here when it changes. Run with UPDATE=1 to write it anew.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { AttemptJournal } from "@hipay-pos/client"
import { Profile } from "@hipay-pos/terminal-simulator"
import * as Effect from "effect/Effect"
import { afterAll, assert, describe, it } from "vitest"
import { toPage } from "../src/terminal/compatibility.ts"
import type { ExaminationResult } from "../src/terminal/Examination.ts"
import { examine } from "../src/terminal/examine.ts"
import { simulate } from "../src/terminal/simulatedOperator.ts"

const page = new URL("../../../docs/compatibility.md", import.meta.url)
const results = new Map<string, ExaminationResult>()

const examined = async (profile: Profile.Profile) => {
  const journal = AttemptJournal.memory()
  const { host, port, operator } = await simulate(profile, "instant", { host: "127.0.0.1", port: 0 })
  try {
    const line = { host, port, answer: 2_500, quiet: 150 }
    const result = await examine({ line, operator, journal, mode: "simulated", run: "TEST", collection: true })
    return { result, attempts: await Effect.runPromise(journal.attempts) }
  } finally {
    await operator.close()
  }
}

afterAll(() => {
  const entries = Profile.all.flatMap((profile) => {
    const result = results.get(profile.name)
    return result === undefined ? [] : [{ profile, result }]
  })
  // A run of some of the tests alone has nothing to say of the page.
  if (entries.length < Profile.all.length) return
  const text = toPage(entries)
  if (process.env.UPDATE === "1") writeFileSync(page, text)
  assert.strictEqual(readFileSync(page, "utf8"), text)
})

describe.concurrent("the examination of a terminal", { timeout: 180_000 }, () => {
  for (const profile of Profile.all) {
    it(`finds every habit of ${profile.name}`, async () => {
      const { name: _, label: __, evidence: ___, ...habits } = profile
      const { result, attempts } = await examined(profile)
      results.set(profile.name, result)
      assert.deepStrictEqual(result.habits, habits)
      const hasCancel = profile.actions.includes("cancel")
      assert.deepInclude(result.observations, {
        versions: ["0320", "0310", "0300"],
        ticket: true,
        ticketEncoding: "latin1",
        goesOnAfterCut: true,
        keepsApproval: true,
        duplicata: profile.actions.includes("duplicata"),
        cancelsLastSale: hasCancel,
        tip: 5,
        conversion: "00F",
        wakeUp: undefined
      })
      // The first, with a tip, converted, and cut before and after the approval: only the last sale can be cancelled.
      const paid = Array.from({ length: 5 }, (_, i) => (hasCancel && i !== 3 ? "cancelled" : "paid"))
      assert.deepStrictEqual(
        result.payments.map(({ state }) => state),
        paid
      )
      assert.isNotEmpty(attempts)
      assert.isTrue(attempts.every(({ state }) => state !== "open" && state !== "unknown"))
      assert.strictEqual(
        attempts.filter(({ state, transactionType }) => state === "approved" && transactionType === "Debit").length,
        result.payments.length
      )
    })
  }
})
