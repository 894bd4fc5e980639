import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as JsonText from "../src/JsonText.ts"

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

describe("JsonText", () => {
  it.prop("reads all JSON, with or without the mark before it", [Schema.Json, Schema.Boolean], ([json, isMarked]) => {
    const text = JSON.stringify(json)
    const bytes = bytesOf(isMarked ? `\ufeff${text}` : text)
    assert.deepStrictEqual(JsonText.read(bytes), Result.succeed(JSON.parse(text)))
  })

  it("says where a text stops being JSON, without quoting it", () => {
    const cases: ReadonlyArray<readonly [text: string, problem: string]> = [
      ["", "is empty"],
      [" \r\n", "is empty"],
      ['{\n  "password": s3cret\n}', "is not JSON from line 2, column 15 on"],
      ['{"amount": 12,}', "is not JSON from line 1, column 15 on"]
    ]
    for (const [text, problem] of cases) assert.deepStrictEqual(JsonText.read(bytesOf(text)), Result.fail(problem))
  })

  it("refuses bytes that are no UTF-8", () => {
    const latin1 = "is not UTF-8, perhaps Latin-1 or Windows-1252: save it as UTF-8"
    assert.deepStrictEqual(JsonText.read(Uint8Array.of(0x22, 0xe9, 0x22)), Result.fail(latin1))
  })

  it("names UTF-16, with its mark and without, in either order of bytes", () => {
    for (const bytes of [
      [0xff, 0xfe, 0x7b, 0x00],
      [0xfe, 0xff, 0x00, 0x7b],
      [0x7b, 0x00, 0x7d, 0x00],
      [0x00, 0x7b]
    ]) {
      assert.deepStrictEqual(JsonText.read(Uint8Array.from(bytes)), Result.fail("is UTF-16: save it as UTF-8"))
    }
  })

  it("makes the same text for equal values, whatever the order of keys, at any depth", () => {
    const same = (a: unknown, b: unknown): boolean => JsonText.canonical(a) === JsonText.canonical(b)
    const order = { order_id: "A", basket: [{ name: "tea", note: null }] }
    assert.isTrue(same(order, { basket: [{ note: null, name: "tea" }], order_id: "A" }))
    assert.isFalse(same(order, { order_id: "A", basket: [...order.basket, ...order.basket] }))
    assert.isFalse(same([1, 2], [2, 1]))
    assert.isFalse(same({ a: 1 }, { a: "1" }))
  })
})
