import { assert, describe, it } from "@effect/vitest"
import { encodeBase64 } from "@hipay-pos/core/Receipt"
import * as Schema from "effect/Schema"
import { maskHeaders, maskJson, maskText, REMOVED } from "../src/Redaction.ts"

describe("what is shown", () => {
  it.each([
    ["4111111111111111", "411111******1111"],
    ["4111 1111 1111 1111", "4111 11** **** 1111"],
    ["4111-1111-1111-1111 OK", "4111-11**-****-1111 OK"],
    ["1234567890123", "123456***0123"],
    ["12345678901234567890", "****************7890"],
    ["12.50 EUR, 800417743755", "12.50 EUR, 800417743755"],
    ["AID: A0000000421010", "AID: A0000000421010"],
    ["A0 00 00 00 42 10 10\nCB", "A0 00 00 00 42 10 10\nCB"],
    ["A0 00 00 00 25 01 08 01", "A0 00 00 00 25 01 08 01"],
    ["A0000000421010 4111111111111111", "A0000000421010 411111******1111"],
    ["A0 00 00 00 42 10 10 4111111111111111", "A* ** ** ** ** ** ** ************1111"],
    ["A4111111111111111", "A411111******1111"]
  ])("has %s as %s", (text, expected) => {
    assert.strictEqual(maskText(text), expected)
  })

  const Pan = Schema.String.check(Schema.isPattern(/^[1-9][0-9]{12,18}$/))
  const places = {
    receipt: (pan: string) => ({ receipt: encodeBase64(`CARTE ${pan}`) }),
    nested: (pan: string) => ({ order: { custom_data: [pan] } }),
    sentence: (pan: string) => ({ note: `paid with ${pan}.` }),
    number: (pan: string) => ({ number: Number(pan) })
  }
  const Place = Schema.Literals(["receipt", "nested", "sentence", "number"])

  it.prop("holds no seven digits in a row of any card number, wherever it stands", [Pan, Place], ([pan, place]) => {
    const text = JSON.stringify(maskJson(places[place](pan)))
    const decoded = text.replace(/"receipt":"([^"]+)"/, (_, base64: string) => atob(base64))
    for (let i = 0; i + 7 <= pan.length; i++) assert.notInclude(decoded, pan.slice(i, i + 7))
  })

  it("is blotted out where it is nested deeper than an answer can be", () => {
    const deep: unknown = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`)
    assert.include(JSON.stringify(maskJson(deep)), REMOVED)
  })

  it("holds no credentials", () => {
    assert.deepStrictEqual(maskHeaders(Object.entries({ Authorization: "Basic eA==", Accept: "*/*" })), {
      authorization: REMOVED,
      accept: "*/*"
    })
    assert.deepStrictEqual(maskJson({ a: [{ password: "x" }] }), { a: [{ password: REMOVED }] })
  })

  it.prop("is otherwise the same", [Schema.Json], ([json]) => {
    const text = JSON.stringify(json).replace(/\d/g, "7").replace(/7{8,}/g, "7777777")
    const harmless: unknown = JSON.parse(text)
    assert.deepStrictEqual(maskJson(harmless), harmless)
  })
})
