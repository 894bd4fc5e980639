import { assert, describe, it } from "@effect/vitest"
import { encodeBase64 } from "@hipay-pos/core/Receipt"
import * as Schema from "effect/Schema"
import { maskAnswer, maskHeaders, maskPrinted, maskRequest, REMOVED } from "../src/Redaction.ts"

describe("what is shown", () => {
  it.each([
    ["4111111111111111", "411111******1111"],
    ["4111 1111 1111 1111", "4111 11** **** 1111"],
    ["4111-1111-1111-1111 OK", "4111-11**-****-1111 OK"],
    ["4111.1111.1111.1111", "4111.11**.****.1111"],
    ["1234567890123", "123456***0123"],
    ["12345678901234567890", "123456**********7890"],
    ["12.50 EUR, 800417743755", "12.50 EUR, 800417743755"],
    ["AID: A0000000421010", "AID: A0000000421010"],
    ["A0 00 00 00 42 10 10\nCB", "A0 00 00 00 42 10 10\nCB"],
    ["A0 00 00 00 25 01 08 01", "A0 00 00 00 25 01 08 01"],
    ["A0000000421010 4111111111111111", "A0000000421010 411111******1111"],
    ["A4111111111111111", "A411111******1111"]
  ])("has %s as %s", (text, expected) => {
    assert.strictEqual(maskPrinted(text), expected)
  })

  it("keeps an order's id, and masks one that only has its name", () => {
    const PAN = "4970101234567893"
    const masked = "497010******7893"
    const order = { order_id: PAN, custom_data: { order_id: PAN, [PAN]: 1 } }
    const shown = { order_id: PAN, custom_data: { order_id: masked, [masked]: 1 } }
    for (const mask of [maskAnswer, maskRequest]) {
      assert.deepStrictEqual<unknown>(mask({ order }), { order: shown })
      assert.deepStrictEqual<unknown>(mask({ order_id: PAN }), { order_id: masked })
    }
    assert.deepStrictEqual(maskAnswer({ error: { details: { recorded: { order } } } }), {
      error: { details: { recorded: { order: shown } } }
    })
  })

  it("leaves long numbers of a request unchanged if their check digit is not that of a card", () => {
    const body = { order: { order_id: `A-${Date.now()}`, custom_data: { at: 1764339737123, ref: "4970101234567890" } } }
    assert.deepStrictEqual<unknown>(maskRequest(body), body)
  })

  const Pan = Schema.String.check(Schema.isPattern(/^[1-9][0-9]{12,18}$/))
  const places = {
    receipt: (pan: string) => ({ receipt: encodeBase64(`CARTE ${pan}`) }),
    nested: (pan: string) => ({ order: { custom_data: [pan] } }),
    sentence: (pan: string) => ({ note: `paid with ${pan}.` }),
    number: (pan: string) => ({ number: Number(pan) })
  }
  const Place = Schema.Literals(["receipt", "nested", "sentence", "number"])

  it.prop("has no seven consecutive digits of any card number, wherever it is", [Pan, Place], ([pan, place]) => {
    const text = JSON.stringify(maskAnswer(places[place](pan)))
    const decoded = text.replace(/"receipt":"([^"]+)"/, (_, base64: string) => atob(base64))
    for (let i = 0; i + 7 <= pan.length; i++) assert.notInclude(decoded, pan.slice(i, i + 7))
  })

  it("is shown without its security code, in a field of its own", () => {
    const card = { pan: "4970101234567893", cvv: "123", card_cvc: 1234 }
    const shown = { pan: "497010******7893", cvv: "***", card_cvc: "****" }
    assert.deepStrictEqual<unknown>(maskAnswer({ card }), { card: shown })
    assert.deepStrictEqual<unknown>(maskRequest({ card }), { card: shown })
  })

  it("is removed where it is nested deeper than an answer can be", () => {
    const deep: unknown = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`)
    assert.include(JSON.stringify(maskAnswer(deep)), REMOVED)
  })

  it("holds no credentials", () => {
    assert.deepStrictEqual(maskHeaders(Object.entries({ Authorization: "Basic eA==", Accept: "*/*" })), {
      authorization: REMOVED,
      accept: "*/*"
    })
    assert.deepStrictEqual(maskAnswer({ a: [{ password: "x" }] }), { a: [{ password: REMOVED }] })
  })

  it.prop("is otherwise the same", [Schema.Json], ([json]) => {
    const text = JSON.stringify(json).replace(/\d/g, "7").replace(/7{8,}/g, "7777777")
    const harmless: unknown = JSON.parse(text)
    assert.deepStrictEqual(maskAnswer(harmless), harmless)
  })
})
