/** The answers to orders and queries when the store fails, by reason. */
import { MemoryStore, OwedEnds } from "@hipay-pos/server"
import * as AttemptStore from "@hipay-pos/server/AttemptStore"
import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"
import { order } from "../order.ts"
import { authorization, gatewayOver, ORDER, sending } from "../server.ts"

/** The answers of a server whose store fails. */
const setUp = (failed: AttemptStore.StoreFailed) => {
  const fails = () => Effect.fail(failed)
  const store = OwedEnds.over({ ...MemoryStore.make(), claim: fails, get: fails, list: fails })
  const app = gatewayOver({ store })
  const call = async (path: string, body?: object) => {
    const response = await app.request(path, body === undefined ? { headers: { authorization } } : sending(body))
    const { error } = (await response.json()) as {
      readonly error: { readonly code: string; readonly description: string }
    }
    return { status: response.status, code: error.code, description: error.description }
  }
  return {
    pay: () => call(ORDER, order()),
    show: () => call("/attempts/1"),
    list: () => call("/attempts?before=1")
  }
}

describe("a store that fails", () => {
  it("is reported to an order that was not written, and to a query", async () => {
    const { pay, show, list } = setUp(AttemptStore.unavailable("disk I/O error"))
    assert.deepInclude(await pay(), { status: 500, code: "attempt.not.recorded" })
    assert.deepInclude(await show(), { status: 500, code: "attempts.unreadable" })
    assert.deepStrictEqual(await list(), await show())
  })

  it("leaves open whether an order was paid before, if it cannot be asked", async () => {
    const { pay, show } = setUp(AttemptStore.earlierUnknown(AttemptStore.unavailable("disk I/O error")))
    const { description, ...refused } = await pay()
    assert.deepStrictEqual(refused, { status: 500, code: "attempts.unreadable" })
    assert.include(description, "may have been sent earlier")
    assert.notInclude((await show()).description, "This order")
  })

  it("says the same of an attempt that cannot be read to its order and to whoever asks for it", async () => {
    const { pay, show } = setUp(AttemptStore.damaged("1"))
    const said = await pay()
    assert.deepInclude(said, { status: 500, code: "attempt.damaged" })
    assert.match(said.description, /^Attempt 1 cannot be read from the store, and may have moved money\./)
    assert.deepStrictEqual(await show(), said)
  })

  it("names the attempt behind which a list cannot go on", async () => {
    const { list } = setUp(AttemptStore.beforeGone("1"))
    const { description, ...refused } = await list()
    assert.deepStrictEqual(refused, { status: 400, code: "malformed.request" })
    assert.match(description, /^before: attempt 1 is not kept any more/)
  })

  it("is a failure of the whole store unless it concerns one attempt", () => {
    const { unavailable, earlierUnknown, damaged, beforeGone } = AttemptStore
    const failures = [unavailable("away"), earlierUnknown(unavailable("away")), damaged("1"), beforeGone("1")]
    assert.deepStrictEqual(
      failures.map(({ isOfOneAttempt }) => isOfOneAttempt),
      [false, false, true, true]
    )
    assert.strictEqual(earlierUnknown(damaged("1")).reason._tag, "Damaged")
  })
})
