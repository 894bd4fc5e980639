/**
 * Faults as the service's evident validator words them. The table was measured with openapi-request-validator 8.0.0
 * (ajv 6.15) on the POS API document 1.2.0.
 */
import { assert, describe, it } from "@effect/vitest"
import * as RootOrder from "@hipay-pos/core/wire/RootOrder"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const faultsOf = (json: unknown) => {
  const faults: Array<string> = []
  RootOrder.check(json, "", ({ path, keyword, message }) => faults.push(`${keyword} ${path} ${message}`))
  return faults
}

const unknownFieldsOf = (json: unknown) => {
  const paths: Array<string> = []
  RootOrder.checkNames(json, "", ({ path }) => paths.push(path))
  return paths
}

const valid = {
  order: { order_id: "A", price: { amount: 100 } },
  pos_technical_info: { terminal_transaction_display: {} }
}

/** The valid order with one field set, by path. */
const withField = (path: string, value: unknown) => {
  const copy = structuredClone(valid) as Record<string, unknown>
  const names = path.split(".")
  let at = copy
  for (const name of names.slice(0, -1)) {
    at[name] ??= {}
    at = at[name] as Record<string, unknown>
  }
  at[names.at(-1) ?? ""] = value
  return copy
}

const line = {
  product_reference: "A",
  type: "good",
  quantity: 1,
  name: "A",
  unit_price: 1,
  tax_rate: 0,
  total_amount: 1
}
const contracts = "pos_technical_info.terminal_transaction_display.contract_array"
const notAllowed = "should be equal to one of the allowed values"

describe("the contract's faults", () => {
  it("name missing objects, the outer ones first", () => {
    assert.deepStrictEqual(faultsOf({}), [
      "required order should have required property 'order'",
      "required pos_technical_info should have required property 'pos_technical_info'"
    ])
    assert.deepStrictEqual(faultsOf({ order: {}, pos_technical_info: {} }), [
      "required order.order_id should have required property 'order_id'",
      "required order.price should have required property 'price'",
      "required pos_technical_info.terminal_transaction_display should have required property 'terminal_transaction_display'"
    ])
  })

  it("speak of the body itself with an empty path", () => {
    assert.deepStrictEqual(faultsOf([]), ["type  should be object"])
  })

  it.each([
    ["order.price.amount", "100", ["type order.price.amount should be number"]],
    ["order.price.amount", -1, ["minimum order.price.amount should be >= 0"]],
    ["order.price.currency", "eur", [`enum order.price.currency ${notAllowed}`]],
    [
      "order.price.currency",
      null,
      ["type order.price.currency should be string", `enum order.price.currency ${notAllowed}`]
    ],
    ["order.order_id", 12, ["type order.order_id should be string"]],
    ["order.transaction_type", "VIREMENT", [`enum order.transaction_type ${notAllowed}`]],
    ["order.custom_data", "{}", ["type order.custom_data should be object"]],
    ["order.custom_data", [], ["type order.custom_data should be object"]],
    ["order.basket", [{ ...line, quantity: 1.5 }], ["type order.basket[0].quantity should be integer"]],
    [
      "order.basket",
      [line, { ...line, product_category: 17 }],
      [`enum order.basket[1].product_category ${notAllowed}`]
    ],
    ["customer.birthdate", "1988-6-12", ["minLength customer.birthdate should NOT be shorter than 10 characters"]],
    ["customer.gender", "X", [`enum customer.gender ${notAllowed}`]],
    [
      "pos_technical_info.host_information",
      { port: "8888" },
      ["type pos_technical_info.host_information.port should be integer"]
    ],
    [contracts, [{ rank: "1" }], [`minLength ${contracts}[0].rank should NOT be shorter than 3 characters`]],
    [
      contracts,
      [{ payment_application: "0001" }],
      [`maxLength ${contracts}[0].payment_application should NOT be longer than 3 characters`]
    ],
    [contracts, [{ merchant_contract: 1234567 }], [`type ${contracts}[0].merchant_contract should be string`]]
  ])("%s = %j", (path, value, expected) => {
    assert.deepStrictEqual(faultsOf(withField(path, value)), expected)
  })

  it.each([
    ["order.price.amount", 0],
    ["order.price.amount", 1.5],
    ["order.order_id", ""],
    ["order.unknown_field", { a: 1 }],
    ["order.basket", [{ ...line, discount: 3 }]],
    ["customer.birthdate", "aaaaaaaaaa"],
    ["customer.birthdate", "1988-06-1😀"],
    [contracts, []],
    [contracts, [{}]],
    [contracts, [{ merchant_contract: "12345678901234567890" }]],
    ["pos_technical_info.host_information", {}]
  ])("let %s = %j through", (path, value) => {
    assert.deepStrictEqual(faultsOf(withField(path, value)), [])
  })

  it("have the keyword shape if only our decoding refuses them", () => {
    const display = "pos_technical_info.terminal_transaction_display"
    assert.deepStrictEqual(faultsOf(withField(display, "x")), [`shape ${display} should be object`])
    assert.deepStrictEqual(faultsOf(withField("order.price.amount", Number.POSITIVE_INFINITY)), [
      "shape order.price.amount should be finite"
    ])
  })

  it.effect.prop("are there exactly when decoding fails", [Schema.Json, Schema.Json], ([a, b]) =>
    Effect.sync(() => {
      for (const json of [
        a,
        withField("order.price", a),
        withField("order.basket", [{ ...line, quantity: a, name: b }]),
        withField("customer", { birthdate: a, gender: b }),
        withField("pos_technical_info", { host_information: a, terminal_transaction_display: b }),
        withField(contracts, [{ rank: a, payment_application: b }])
      ]) {
        const sound = faultsOf(json).length === 0
        assert.strictEqual(sound, Result.isSuccess(RootOrder.decode(json)))
        assert.strictEqual(RootOrder.isExact(json), sound && unknownFieldsOf(json).length === 0)
      }
    })
  )

  it("are not asked for when a body is exactly what the contract says", () => {
    assert.isTrue(RootOrder.isExact(valid))
    assert.isTrue(RootOrder.isExact(withField("order.basket", [line, { ...line, product_category: 16 }])))
    assert.isTrue(RootOrder.isExact(withField("order.custom_data", { anything: [null] })))
    assert.isFalse(RootOrder.isExact(withField("order.amount", 1)))
    assert.isFalse(RootOrder.isExact(withField("order.basket", [{ ...line, price: 1 }])))
    assert.isFalse(RootOrder.isExact(withField("order.basket", [{ ...line, quantity: 2 ** 53 }])))
    assert.isFalse(RootOrder.isExact({ order: valid.order }))
  })
})

describe("fields that the contract does not name", () => {
  it("are told with their path, wherever they are, but for those inside custom data and the sandbox's code where it is looked for", () => {
    const body = {
      ...withField("order.basket", [line, { ...line, prize: 1 }]),
      customer: { e_mail: "a@b.fr", customer_location: { zip: "75001" } },
      sandbox_code: "0"
    }
    assert.deepStrictEqual(unknownFieldsOf(body), [
      "order.basket[1].prize",
      "customer.e_mail",
      "customer.customer_location.zip"
    ])
    assert.deepStrictEqual(unknownFieldsOf(withField("order.custom_data", { prize: { of: 1 } })), [])
    const coded = {
      order: { sandbox_code: "00", price: { sandbox_code: "00" } },
      pos_technical_info: { sandbox_code: "00" }
    }
    assert.deepStrictEqual(unknownFieldsOf(coded), ["order.price.sandbox_code"])
    for (const json of [null, 3, [], "x"]) assert.deepStrictEqual(unknownFieldsOf(json), [])
  })
})

describe("the contract's defaults", () => {
  it("are written into objects that are there", () => {
    const body = { ...valid, pos_technical_info: { host_information: {}, terminal_transaction_display: {} } }
    assert.deepStrictEqual(RootOrder.fillDefaults(body), {
      order: {
        order_id: "A",
        price: { amount: 100, currency: "EUR" },
        transaction_type: "Debit",
        initialize_payment_terminal: true,
        description: "POS payment"
      },
      pos_technical_info: {
        host_information: { port: 8888 },
        terminal_transaction_display: { push_to: "POS", protocol: "ConcertV3.1", force_authorization: false }
      }
    })
  })

  it("keep existing values, null included, and do not change the given body", () => {
    const body = { order: { description: null, price: 3 }, pos_technical_info: {}, note: "kept" }
    const before = structuredClone(body)
    assert.deepStrictEqual(RootOrder.fillDefaults(body), {
      order: { description: null, price: 3, transaction_type: "Debit", initialize_payment_terminal: true },
      pos_technical_info: {},
      note: "kept"
    })
    assert.deepStrictEqual(body, before)
  })

  it("share parts without missing defaults with the given body", () => {
    const whole = RootOrder.fillDefaults(valid)
    assert.strictEqual(RootOrder.fillDefaults(whole), whole)
  })

  it("leave what is not an object as it came", () => {
    for (const body of [null, 3, "x", [], undefined]) assert.deepStrictEqual(RootOrder.fillDefaults(body), body)
  })
})
