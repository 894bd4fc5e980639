/**
 * The code that the first call loads: an order is serialized before any waiting, and not sent without the code that
 * reads answers.
 */
import { makeClient } from "@hipay-pos/client"
import * as Effect from "effect/Effect"
import { assert, describe, it, vi } from "vitest"
import { target } from "./paying.ts"

const amount = { currency: "EUR", minorUnits: 1250 }
const options = { server: "http://server.test", username: "m", password: "s", live: true, journal: "memory" } as const

describe("an order", () => {
  it("is sent as it was when it was checked, whatever the program changes meanwhile", async () => {
    const bodies: Array<string> = []
    const client = makeClient({
      ...options,
      fetch: async (_, { body }) => {
        bodies.push(String(body))
        return Response.json({ paymentStatus: "Success" })
      }
    })
    const order = { orderId: "A", amount: { ...amount }, customData: { till: 1 } }
    const paying = client.pay(order, target)
    order.amount.minorUnits = 1
    order.customData.till = 2
    const paid = await paying
    assert.deepStrictEqual(paid._tag === "Approved" ? paid.amount.minorUnits : 0, 1250)
    const { order: sent } = JSON.parse(bodies[0] ?? "")
    assert.deepInclude(sent, { price: { amount: 1250, currency: "EUR" }, custom_data: { till: 1 } })
  })

  it("whose custom data cannot be written as JSON is not started, and not remembered", async () => {
    const client = makeClient({ ...options, fetch: () => assert.fail("was sent") })
    const result = await client.tryPay({ orderId: "A", amount, customData: { big: 1n } }, target)
    assert.deepInclude(result.ok ? {} : result.error.reason, { _tag: "NotStarted", kind: "OrderRefused" })
    assert.deepStrictEqual(await client.unsettled(), [])
  })
})

describe("code that cannot be loaded", () => {
  it("means that nothing is sent", async () => {
    vi.resetModules()
    vi.doMock("../src/onDemand.ts", () => {
      throw new Error("gone")
    })
    const { makeClient } = await import("@hipay-pos/client")
    const client = makeClient({ ...options, fetch: () => assert.fail("was sent") })
    const result = await client.tryPay({ orderId: "A", amount }, target)
    vi.doUnmock("../src/onDemand.ts")
    assert.deepInclude(result.ok ? {} : result.error.reason, { _tag: "NotStarted", kind: "NotLoaded" })
  })

  it("means that nothing is sent where it is what runs the effects of a journal", async () => {
    vi.resetModules()
    vi.doMock("../src/runPromise.ts", () => {
      throw new Error("gone")
    })
    const { makeClient } = await import("@hipay-pos/client")
    const journal = { open: () => Effect.die("ran"), end: () => Effect.void, attempts: Effect.succeed([]) }
    const client = makeClient({ ...options, journal, fetch: () => assert.fail("was sent") })
    const result = await client.tryPay({ orderId: "A", amount }, target)
    vi.doUnmock("../src/runPromise.ts")
    // The journal cannot be asked for earlier attempts either.
    assert.deepInclude(result.ok ? {} : result.error.reason, { _tag: "Unsettled", kind: "Unreadable" })
  })

  it.each(["../src/attempts/onDemand.ts", "../src/attempts/watchAttempts.ts"])(
    "is said by the error that each question rejects with: %s",
    async (file) => {
      vi.resetModules()
      vi.doMock(file, () => {
        throw new Error("gone")
      })
      const { AttemptJournal, makeClient, resolveInJournal } = await import("@hipay-pos/client")
      const client = makeClient({ ...options, fetch: () => assert.fail("was sent") })
      const { attempts } = client
      const errorOf = (asked: Promise<unknown>): Promise<unknown> =>
        asked.then(
          () => assert.fail("did not reject"),
          (error: unknown) => error
        )
      const detail = "a part of the client's own code could not be loaded"
      const ofAttempts = { _tag: "AttemptsError", kind: "NotLoaded", detail }
      const next = (events: AsyncIterable<unknown>) => errorOf(events[Symbol.asyncIterator]().next())
      assert.deepInclude(await next(attempts.watch()), ofAttempts)
      assert.deepInclude(await next(attempts.follow("A1")), ofAttempts)
      if (file.endsWith("onDemand.ts")) {
        const word = { outcome: "approved", by: "Ada", evidence: "receipt 42" } as const
        assert.deepInclude(await errorOf(attempts.list()), ofAttempts)
        assert.deepInclude(await errorOf(attempts.get("A1")), ofAttempts)
        assert.deepInclude(await errorOf(attempts.ask("A1")), ofAttempts)
        assert.deepInclude(await errorOf(attempts.resolve("A1", word)), ofAttempts)
        const ofJournal = { _tag: "JournalFailed", detail }
        assert.deepInclude(await errorOf(client.unsettled()), ofJournal)
        assert.deepInclude(await errorOf(client.resolve("A1", word)), ofJournal)
        assert.deepInclude(await errorOf(resolveInJournal(AttemptJournal.memory(), "A1", word)), ofJournal)
      }
      vi.doUnmock(file)
    }
  )
})
