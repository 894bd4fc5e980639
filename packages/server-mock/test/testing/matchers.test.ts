import { makeMock } from "@hipay-pos/server-mock"
import { assertChargedOnce, assertEndedUnknown, mockMatchers } from "@hipay-pos/server-mock/testing"
import { assert, describe, it } from "vitest"
import { authorization, type Json, order } from "../server.ts"

const send = (mock: ReturnType<typeof makeMock>, orderId: string, fields: Json = {}, host = "192.168.1.20") =>
  mock.fetch(`${mock.url}/v1/connector/order`, {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify(order({ order: { order_id: orderId, ...fields }, info: { host_information: { host } } }))
  })

const failureOf = (act: Promise<unknown>): Promise<Error | undefined> =>
  act.then(
    () => undefined,
    (error: Error) => error
  )

describe("toHaveChargedOnce", () => {
  it("holds of the order that was charged, and of a mock that charged one", async () => {
    await using mock = makeMock()
    await send(mock, "ORDER_1")
    await assertChargedOnce(mock, "ORDER_1")
    await assertChargedOnce(mock.mock)
  })

  it("holds of an order whose id has a long number in it, which a terminal's ledger shows masked", async () => {
    await using mock = makeMock()
    for (const orderId of ["20261129123059", "ORDER_5537532589263", "1732352400123"]) {
      await send(mock, orderId)
      await assertChargedOnce(mock, orderId)
    }
  })

  it("distinguishes orders whose truncated ids look the same to a terminal", async () => {
    await using mock = makeMock()
    const id = (number: number) => `SHOP-12-2026-11-29-REGISTER-03-SALE-00000${number}`
    for (const number of [1, 2]) await send(mock, id(number))
    for (const number of [1, 2]) await assertChargedOnce(mock, id(number))
    const failure = await failureOf(assertChargedOnce(mock, id(3)))
    assert.include(failure?.message, "got 0 times")
  })

  it("fails if nothing was charged, and shows what the mock received", async () => {
    await using mock = makeMock()
    await send(mock, "ORDER_1", {}, "declined.terminal.test")
    const failure = await failureOf(assertChargedOnce(mock, "ORDER_1"))
    assert.strictEqual(failure?.name, "AssertionError")
    assert.match(
      failure?.message ?? "",
      /^expected the order ORDER_1 to be charged once, got 0 times\n\nLedger:\n {2}no terminal charged anything\nOrders:\n {2}\S+ declined\.terminal\.test:8888 ORDER_1 12\.50 EUR declined$/
    )
  })

  it("fails if two terminals charged, and shows both charges", async () => {
    await using mock = makeMock()
    await send(mock, "ORDER_1")
    await send(mock, "ORDER_2", {}, "192.168.1.21")
    const failure = await failureOf(assertChargedOnce(mock))
    assert.match(failure?.message ?? "", /^expected the terminals to charge once, got 2 times\n/)
    assert.match(failure?.message ?? "", /192\.168\.1\.20:8888 debit 12\.50 EUR ORDER_1 \(card cb\)/)
    assert.match(failure?.message ?? "", /192\.168\.1\.21:8888 debit 12\.50 EUR ORDER_2 \(card cb\)/)
    await assertChargedOnce(mock, "ORDER_2")
  })

  it("does not count a sale that was cancelled, nor its cancellation", async () => {
    await using mock = makeMock()
    await send(mock, "ORDER_1")
    await send(mock, "ORDER_1", { transaction_type: "Cancel" })
    const failure = await failureOf(assertChargedOnce(mock, "ORDER_1"))
    assert.match(failure?.message ?? "", /got 0 times/)
    assert.match(failure?.message ?? "", / cancel 12\.50 EUR /)
  })

  it("counts a charge of long ago beside a new one of the same order", async () => {
    await using mock = makeMock({ validation: "faithful" })
    await send(mock, "ORDER_1")
    for (let count = 0; count < 1_000; count++) await send(mock, `OTHER_${count}`)
    await send(mock, "ORDER_1")
    const failure = await failureOf(assertChargedOnce(mock, "ORDER_1"))
    assert.match(failure?.message ?? "", /^expected the order ORDER_1 to be charged once, got 2 times\n/)
  })

  it("cannot tell, either way, if a ledger has forgotten entries that may be charges", async () => {
    await using mock = makeMock()
    await send(mock, "ORDER_1")
    const forgetful: typeof mock.mock = {
      ...mock.mock,
      ledger: async () => {
        const { entries, totals } = await mock.mock.ledger()
        return { entries, totals: totals.map((total) => ({ ...total, count: total.count + 1 })) }
      }
    }
    const message =
      "cannot tell how often was charged: the terminal 192.168.1.20:8888 approved 2 operations, and its ledger keeps the last 1. Reset the mock between tests, or use a space for each."
    for (const orderId of ["ORDER_1", "ORDER_2", undefined]) {
      assert.strictEqual((await failureOf(assertChargedOnce(forgetful, orderId)))?.message, message)
    }
    assert.strictEqual((await failureOf(assertChargedOnce(forgetful)))?.name, "AssertionError")
    assert.strictEqual((await failureOf(mockMatchers.toHaveChargedOnce(forgetful)))?.message, message)
  })

  it("recognizes an order by the id that its terminal got, once its attempt is forgotten", async () => {
    await using mock = makeMock()
    await send(mock, "ORDER_1")
    await assertChargedOnce({ ...mock.mock, attempts: async () => [] }, "ORDER_1")
  })

  it("shows what it saw if the opposite was expected", async () => {
    await using mock = makeMock()
    await send(mock, "ORDER_1")
    const { pass, message } = await mockMatchers.toHaveChargedOnce(mock, "ORDER_1")
    assert.isTrue(pass)
    assert.match(message(), /^expected the order ORDER_1 not to be charged exactly once, and that is what happened\n/)
  })
})

describe("toHaveEndedUnknown", () => {
  it("holds of an order whose answer was lost", async () => {
    await using mock = makeMock({ answerTimeout: 1 })
    await send(mock, "ORDER_1", {}, "lost-after-approval.terminal.test")
    await assertEndedUnknown(mock, "ORDER_1")
    await assertEndedUnknown(mock)
  })

  it("says how an order ended if it ended otherwise, or that it never came", async () => {
    await using mock = makeMock()
    await send(mock, "ORDER_1")
    const ended = await failureOf(assertEndedUnknown(mock, "ORDER_1"))
    assert.match(ended?.message ?? "", /^expected the order ORDER_1 to end unknown: it ended approved\n/)
    const none = await failureOf(assertEndedUnknown(mock, "ORDER_2"))
    assert.match(none?.message ?? "", /^expected the order ORDER_2 to end unknown: the mock got no such order\n/)
  })

  it("says how to wait for the end of a payment in progress", async () => {
    await using mock = makeMock()
    await mock.mock.terminal("192.168.1.20").cardholder("manual")
    const paying = send(mock, "ORDER_1")
    await mock.mock.waitFor({ state: "open" })
    const failure = await failureOf(assertEndedUnknown(mock))
    assert.match(failure?.message ?? "", /still under way; wait for it with waitFor/)
    await mock.mock.clock.freeze()
    await mock.mock.clock.advance("1h")
    await paying
  })
})
