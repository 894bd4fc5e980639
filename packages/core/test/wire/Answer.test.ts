import { assert, describe, it } from "@effect/vitest"
import * as Answer from "@hipay-pos/core/wire/Answer"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const read = (json: unknown) => {
  const { raw: _, ...rest } = Answer.read(json)
  return rest
}

describe("an answer", () => {
  it.each([
    ["Success", "success"],
    ["success", "success"],
    ["SUCCESS", "success"],
    ["Failure", "failure"],
    ["Failed", "failure"]
  ] as const)("with paymentStatus %s is a %s", (paymentStatus, status) => {
    assert.deepStrictEqual(read({ paymentStatus }), { status })
  })

  it.each(["Aborted", "Busy", "", 1, null, undefined, "constructor"])(
    "with paymentStatus %j says nothing",
    (paymentStatus) => {
      assert.deepStrictEqual(read({ paymentStatus }), {})
    }
  )

  it("gives the payment's error, nested or flat, text or number", () => {
    const expected = { status: "failure", errorCode: "1003", errorDescription: "The network is unavailable" } as const
    const nested = { errorCode: "1003", errorDescription: "The network is unavailable" }
    assert.deepStrictEqual(read({ paymentStatus: "Failure", error: nested }), expected)
    assert.deepStrictEqual(read({ paymentStatus: "Failed", ...nested, errorCode: 1003 }), expected)
  })

  it("gives both of the payment's error codes if they differ, and otherwise one", () => {
    const codes = (nested: unknown, flat: unknown) => read({ error: { errorCode: nested }, errorCode: flat })
    assert.deepStrictEqual(codes("10", "04"), { errorCode: "10", otherErrorCode: "04" })
    assert.deepStrictEqual(codes("04", 4), { errorCode: "04", otherErrorCode: "4" })
    assert.deepStrictEqual(codes("1006", 1006), { errorCode: "1006" })
    assert.deepStrictEqual(codes(null, "04"), { errorCode: "04" })
    for (const none of [4.5, true, {}]) assert.deepStrictEqual(codes(none, none), {})
  })

  it("gives amount, currency and the receipt, padded as the contract's example is", () => {
    const json = {
      paymentStatus: "Success",
      receipt: "UkVDRUlQVCA5OSBFVVI==",
      order: { price: { amount: 100, currency: "EUR" } }
    }
    assert.deepStrictEqual(read(json), { status: "success", amount: 100, currency: "EUR", receipt: "RECEIPT 99 EUR" })
  })

  it.each([1000, "1000"])("gives the amount %j as a number, whatever it came as", (amount) => {
    assert.deepStrictEqual(read({ order: { price: { amount } } }), { amount: 1000 })
  })

  it("keeps an amount that is not a whole number, so that it does not count as missing", () => {
    assert.deepStrictEqual(read({ order: { price: { amount: 12.5 } } }), { amount: 12.5 })
  })

  it.each(["12.50", "12.00", "12,50", "1 250", "", true, [1250], {}])(
    "gives NaN for the amount %j, so that an amount that cannot be read is not taken for none",
    (amount) => {
      assert.deepStrictEqual(read({ order: { price: { amount } } }), { amount: Number.NaN })
    }
  )

  it("has a short text in place of a value that is nested too deeply: serialising it could exhaust the stack", () => {
    const deep: unknown = JSON.parse(`${"[".repeat(5_000)}${"]".repeat(5_000)}`)
    const orderId = "JSON that is nested too deeply"
    assert.deepStrictEqual(read({ order: { order_id: deep } }), { orderId })
    assert.deepStrictEqual(read({ order: { order_id: [[1]] } }), { orderId: "[[1]]" })
  })

  it("has no amount where there is none, or null", () => {
    for (const order of [null, {}, [], { price: null }, { price: {} }, { price: [] }, { price: { amount: null } }]) {
      assert.deepStrictEqual(read({ order }), {})
    }
  })

  it.each([[617], ["6.17"], [""], [[{ amount: 617 }]], [true]])(
    "gives NaN for the amount of the price %j, which is not an object",
    (price) => {
      assert.deepStrictEqual(read({ order: { order_id: "A", price } }), { orderId: "A", amount: Number.NaN })
    }
  )

  it.each([
    ["B", "B"],
    [7, "7"],
    ["", ""],
    [[{ order_id: "A" }], '[{"order_id":"A"}]']
  ])(
    "takes the order %j, which is not an object, for the order id, and its amount for none that can be read",
    (order, orderId) => {
      assert.deepStrictEqual(read({ order }), { orderId, amount: Number.NaN })
    }
  )

  it("names no order, type or currency where those are null", () => {
    const order = { order_id: null, transaction_type: null, price: { currency: null } }
    assert.deepStrictEqual(read({ order }), {})
  })

  it("gives the currency in capitals", () => {
    assert.deepStrictEqual(read({ order: { price: { currency: "eur" } } }), { currency: "EUR" })
  })

  it("gives an order id that came as a number as text", () => {
    assert.deepStrictEqual(read({ order: { order_id: 7 } }), { orderId: "7" })
  })

  it("says which order it is about", () => {
    const order = { order_id: "A", transaction_type: "Credit" }
    assert.deepStrictEqual(read({ order }), { orderId: "A", transactionType: "Credit" })
  })

  it("reads a success that carries an errorCode, which the documents show", () => {
    assert.deepStrictEqual(read({ paymentStatus: "Success", errorCode: "10", errorData: {} }), {
      status: "success",
      errorCode: "10"
    })
  })

  it("gives the request's error with details as text or as an object", () => {
    const error = { status: 401, code: "connector.api.login.unauthorized", message: "Unauthorized" }
    for (const details of ["Invalid authorization header", {}, { path: "order.order_id" }]) {
      assert.deepStrictEqual(read({ error: { ...error, details } }).problem, {
        code: error.code,
        message: error.message,
        details
      })
    }
  })

  it.effect.prop("never throws, and keeps what came", [Schema.Json, Schema.Json], ([a, b]) =>
    Effect.sync(() => {
      for (const json of [a, { paymentStatus: a, receipt: b, error: a, order: b, errorCode: a }]) {
        assert.strictEqual(Answer.read(json).raw, json)
      }
    })
  )
})

describe("an amount that may be the whole order in major units", () => {
  it.each([
    [12, 1200, "EUR"],
    [12, 12_000, "KWD"]
  ])("is %d of %d minor units of %s", (amount, minorUnits, currency) => {
    assert.isTrue(Answer.mayBeMajor(amount, { minorUnits, currency }))
  })

  it.each([
    [12, 1201, "EUR"],
    [1200, 1200, "EUR"],
    [12, 1200, "KWD"],
    [1200, 1200, "JPY"],
    [12, 1200, "XTS"]
  ])("is not %d of %d minor units of %s", (amount, minorUnits, currency) => {
    assert.isFalse(Answer.mayBeMajor(amount, { minorUnits, currency }))
  })
})
