import { assert, describe, it } from "@effect/vitest"
import * as AnswerSigns from "@hipay-pos/core/wire/AnswerSigns"

const success = { paymentStatus: "Success", order: { order_id: "A", price: { amount: 1500, currency: "EUR" } } }

describe("the signs of a payment in an answer", () => {
  it.each([
    [
      "a success with its amount",
      JSON.stringify(success),
      { done: { minorUnits: 1500, currency: "EUR", orderId: "A" } }
    ],
    ["a success without one", '{"paymentStatus":"success"}', { done: {} }],
    [
      "a success whose amount cannot be read",
      '{"paymentStatus":"Success","order":{"price":{"amount":"12,50"}}}',
      { done: {} }
    ],
    ["a success beside a failure", '{"paymentStatus":"Failure","paymentStatus (2)":"Success"}', { done: {} }],
    ["a success in other spelling", '{ "paymentStatus" : "\\u0053uccess" }', { done: {} }],
    ["a success under a name in other spelling", '{"payment_status":"SUCCESS"}', { done: {} }],
    ["a success inside of something else", '{"data":[{"PaymentStatus":"Success"}]}', { done: {} }],
    [
      "an authorization number in British spelling",
      '{"authorisationCode":"123456"}',
      { authorizationNumber: "123456" }
    ],
    ["an authorization number", '{"authorization_number":"A12345"}', { authorizationNumber: "A12345" }],
    ["one of another API", '{"authorizationNumber":"123456"}', { authorizationNumber: "123456" }],
    ["one that is a number", '{"authorization_number":123456}', { authorizationNumber: "123456" }],
    [
      "one behind another that is none",
      '{"authorization_number":"000000","authorization_code":"A12345"}',
      { authorizationNumber: "A12345" }
    ],
    [
      "one whose name comes twice",
      '{"authorization_number":"000000","authorization_number (2)":"A12345"}',
      { authorizationNumber: "A12345" }
    ],
    ["one between blanks", '{"authorization_number":" A12345 "}', { authorizationNumber: "A12345" }],
    ["one of a third API", '{"authorization_code": "123456"}', { authorizationNumber: "123456" }],
    [
      "the first of two",
      '{"authorization_number":"123456","data":{"authorization_number":"654321"}}',
      { authorizationNumber: "123456" }
    ]
  ])("are %s", (_, text, signs) => {
    assert.deepStrictEqual(AnswerSigns.read(text), { ...signs, isWhole: true })
  })

  it.each([
    ["a success, without the amount that may be cut as well", JSON.stringify(success).slice(0, -4), { done: {} }],
    [
      "an authorization number",
      '{"paymentStatus":"Failure","authorization_number":"123456","o',
      { authorizationNumber: "123456" }
    ]
  ])("are, in one that was cut, %s", (_, text, signs) => {
    assert.deepStrictEqual(AnswerSigns.read(text), { ...signs, isWhole: false })
  })

  it.each([
    '{"paymentStatus":"Failure","error":{"errorCode":"1003"}}',
    '{"paymentStatus":"Success',
    '{"authorization_number":"000000"}',
    '{"authorization_number":"      "}',
    '{"authorization_number":"1234',
    '{"authorization_number":1234',
    '{"authorization_number":0}',
    '{"authorization_number":null}',
    "{}",
    "null",
    "<html>Success</html>",
    ""
  ])("are none in %s", (text) => {
    assert.isUndefined(AnswerSigns.read(text))
  })
})

describe("what a till had put into its order, such as the sale that it refunds", () => {
  const custom_data = { authorization_code: "A12345", sale: { payment_status: "Success" } }
  const failure = { paymentStatus: "Failure", error: { errorCode: "1003" }, order: { custom_data } }

  it("is no sign of a payment where the answer repeats it", () => {
    assert.isUndefined(AnswerSigns.read(JSON.stringify(failure)))
  })

  it.each(["A12345", "654321"])("hides no authorization number beside it: %s", (authorizationNumber) => {
    const answer = { ...failure, authorization_number: authorizationNumber }
    assert.deepStrictEqual(AnswerSigns.read(JSON.stringify(answer)), { authorizationNumber, isWhole: true })
  })

  it("hides no second status beside it", () => {
    const answer = { ...failure, payment_status: "Success" }
    assert.deepStrictEqual(AnswerSigns.read(JSON.stringify(answer)), { done: {}, isWhole: true })
  })

  it("counts in an answer that was cut, which does not show where it stands", () => {
    const signs = { done: {}, authorizationNumber: "A12345", isWhole: false }
    assert.deepStrictEqual(AnswerSigns.read(JSON.stringify(failure).slice(0, -1)), signs)
  })

  it("is read at any depth", () => {
    const deep = `{"order":{"custom_data":${'{"a":'.repeat(20_000)}{"authorization_code":"A12345"}${"}".repeat(20_000)}}}`
    assert.deepStrictEqual(AnswerSigns.read(deep)?.authorizationNumber, "A12345")
  })
})

describe("the amount that an answer says was paid", () => {
  const asked = { orderId: "A", minorUnits: 1250, currency: "EUR" }

  it("is in the order's currency", () => {
    assert.strictEqual(AnswerSigns.amountIn(JSON.stringify(success), asked), 1500)
    assert.strictEqual(AnswerSigns.amountIn(JSON.stringify(success).replace("1500", "1"), asked), 1)
    assert.isUndefined(AnswerSigns.amountIn(JSON.stringify(success), { ...asked, currency: "USD" }))
  })

  it("is not one that may be the whole order in major units", () => {
    assert.isUndefined(AnswerSigns.amountIn(JSON.stringify(success), { ...asked, minorUnits: 150_000 }))
    const yen = JSON.stringify(success).replace("EUR", "JPY")
    assert.strictEqual(AnswerSigns.amountIn(yen, { ...asked, minorUnits: 150_000, currency: "JPY" }), 1500)
  })

  it.each([
    ["a failure", JSON.stringify({ ...success, paymentStatus: "Failure" })],
    ["one that was cut", JSON.stringify(success).slice(0, -1)],
    ["nothing", JSON.stringify(success).replace("1500", "0")],
    ["one about another order", JSON.stringify(success).replace('"A"', '"B"')],
    ["no amount", '{"paymentStatus":"Success"}'],
    ["a currency alone", '{"paymentStatus":"Success","order":{"price":{"currency":"EUR"}}}']
  ])("is not in %s", (_, text) => assert.isUndefined(AnswerSigns.amountIn(text, asked)))
})
