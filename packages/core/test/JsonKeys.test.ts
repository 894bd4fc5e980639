import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { findHostileKey, numberRepeatedKeys } from "../src/JsonKeys.ts"

const find = (text: string) => findHostileKey(text, JSON.parse(text))?.key

describe("hostile keys", () => {
  it("are those that stand twice in an object", () => {
    assert.strictEqual(find('{"a":1,"b":2,"a":3}'), "a")
    assert.strictEqual(find('{"x":[{"amount":1},{"amount":2,"amount" : 3}]}'), "amount")
    assert.strictEqual(find('{"amount":1,"amoun\\u0074":2}'), "amount")
  })

  it("are those that would be the object's prototype, however they are written", () => {
    assert.strictEqual(find('{"a":{"__proto__":{"price":0}}}'), "__proto__")
    assert.strictEqual(find('{"\\u005f_proto__":1}'), "__proto__")
  })

  it("are not the same key in two objects, nor texts that look like keys", () => {
    for (const text of [
      '[{"a":1},{"a":2}]',
      '{"a":"\\"a\\":1, __proto__","b":":"}',
      '{"a" :{"a":{"a":[]}}}',
      "7",
      '"a"'
    ]) {
      assert.isUndefined(find(text), text)
    }
  })

  it("are numbered, so that parsing loses nothing", () => {
    const text = '{"a":1,"b":{"a":2,"a" : [{"a":3,"\\u0061":4}]},"a":"\\"a\\":5"}'
    assert.strictEqual(
      JSON.stringify(JSON.parse(numberRepeatedKeys(text))),
      '{"a":1,"b":{"a":2,"a (2)":[{"a":3,"a (2)":4}]},"a (2)":"\\"a\\":5"}'
    )
    assert.strictEqual(numberRepeatedKeys('{"a":{"a":1}}'), '{"a":{"a":1}}')
  })

  it.prop("are never found in what JSON.stringify wrote", [Schema.Json], ([json]) => {
    const text = JSON.stringify(json) ?? "null"
    if (!text.includes("__proto__")) assert.isUndefined(find(text), text)
  })
})
