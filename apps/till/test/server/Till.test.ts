/** A till whose payment server answers as a test says. */
import { assert, describe, it } from "@effect/vitest"
import { AttemptJournal, makeClient } from "@hipay-pos/client"
import * as BusinessDay from "@hipay-pos/core/BusinessDay"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import * as Result from "effect/Result"
import type { TillState } from "../../src/api.ts"
import { sample } from "../../src/catalogue/sample.ts"
import { makeTill, type Till } from "../../src/server/Till.ts"
import { seenOf } from "./shop.ts"

const unknown = { id: "7", transactionType: "Debit", state: "unknown", amount: 1000, currency: "EUR" }

/** A till at a server that loses each payment's answer, and answers a resolution with a problem. */
const openTill = (problem: { readonly status: number; readonly code: string }): Promise<Till> => {
  const headers = { "x-hipay-pos-mode": "gateway" }
  const fetch = async (address: string, { method }: RequestInit) => {
    const { pathname, searchParams } = new URL(address)
    if (pathname.endsWith("/resolve")) {
      const error = { ...problem, message: "No", description: "why", details: {} }
      return Response.json({ error }, { status: problem.status, headers })
    }
    if (method === "GET") {
      return Response.json({ attempts: [{ ...unknown, orderId: searchParams.get("q") }] }, { headers })
    }
    throw new TypeError("fetch failed", { cause: { code: "ECONNRESET", syscall: "read" } })
  }
  const journal = AttemptJournal.memory()
  const server = { server: "http://server.test", username: "m", password: "s", live: true, journal }
  return makeTill({
    shop: "Shop",
    details: { address: [], register: "1", timeZone: "UTC" },
    currency: "EUR",
    catalogue: sample,
    language: "en",
    terminals: [
      {
        name: "Counter",
        target: TerminalTarget.concert({ host: "192.168.1.20", contracts: [{ merchantContract: "1234567" }] })
      }
    ],
    client: makeClient({ ...server, fetch }),
    journal,
    store: { read: () => [], append: () => {}, close: () => {} },
    closings: { all: () => [], append: () => {}, close: () => {} },
    links: { tokenOf: (id) => id, saleOf: () => undefined },
    receiptBase: () => "",
    days: BusinessDay.utc,
    askEvery: 1_000_000
  })
}

const until = (till: Till, test: (state: TillState) => boolean): Promise<TillState> =>
  new Promise((resolve) => {
    const look = () => {
      const state = till.state()
      if (test(state)) resolve(state)
    }
    till.subscribe(look)
    look()
  })

describe("a person's word that the payment server does not take", () => {
  it.each([
    [409, "attempt.line.open", "under-way"],
    [403, "role.missing", "not-resolved"],
    [500, "resolution.not.recorded", "not-resolved"]
  ])("is refused with a code of its own, and recorded nowhere: %i %s", async (status, code, refused) => {
    const till = await openTill({ status, code })
    const { sale } = Result.getOrThrow(await till.act({ do: "add-amount", amount: 1000, rate: 20 }))
    await till.act({ do: "card", amount: 1000, terminal: "Counter", ...seenOf(sale) })
    const lost = await until(till, (state) => state.sale?.stage === "unknown")
    const word = { tender: 1, outcome: "approved", by: "Ana", evidence: "receipt 12" } as const
    const done = await till.act({ do: "resolve", ...word, ...seenOf(lost.sale) })
    assert.strictEqual(Result.isFailure(done) ? done.failure.code : "taken", refused)
    assert.strictEqual(till.state().sale?.stage, "unknown")
    await till.close()
  })
})
