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

  it("says where a text stops being JSON, and nothing of what stands there", () => {
    const cases: ReadonlyArray<readonly [text: string, problem: string]> = [
      ["", "is empty"],
      [" \r\n", "is empty"],
      ['{\n  "password": s3cret\n}', "is not JSON from line 2, column 15 on"],
      ['{"amount": 12,}', "is not JSON from line 1, column 15 on"]
    ]
    for (const [text, problem] of cases) assert.deepStrictEqual(JsonText.read(bytesOf(text)), Result.fail(problem))
  })

  it("refuses bytes that are no UTF-8", () => {
    for (const bytes of [Uint8Array.of(0xff, 0xfe, 0x7b, 0x00), Uint8Array.of(0x22, 0xe9, 0x22)]) {
      assert.deepStrictEqual(JsonText.read(bytes), Result.fail("is not UTF-8"))
    }
  })
})
