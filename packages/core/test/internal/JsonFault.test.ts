import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import * as JsonFault from "../../src/internal/JsonFault.ts"

describe("JsonFault", () => {
  it("finds the first token that cannot be there, inside a string the character", () => {
    const cases: ReadonlyArray<readonly [text: string, offset: number]> = [
      ["", 0],
      ["hello", 0],
      ["{", 1],
      ['{"a":}', 5],
      ['{"a":1,}', 7],
      ['{"a" 1}', 5],
      ["{1:2}", 1],
      ["[1,]", 3],
      ["[1 2]", 3],
      ["[1}", 2],
      ["{} {}", 3],
      ['"a', 2],
      ['"a\nb"', 2],
      ['"\\x"', 2],
      ['"\\u12x"', 5],
      ["01", 1],
      ["5e,", 1],
      ["-", 0],
      ["tru", 0],
      ["[{}", 3]
    ]
    for (const [text, offset] of cases) assert.strictEqual(JsonFault.find(text).offset, offset, text)
  })

  it("counts lines and columns from 1", () => {
    assert.deepStrictEqual(JsonFault.find('{\n  "a": x\n}'), { offset: 9, line: 2, column: 8 })
  })

  it.prop(
    "agrees with JSON.parse wherever that tells a place, but for the insides of numbers and words",
    [
      Schema.Json,
      Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 400 })),
      Schema.Literals([...'{}[]",:1a\\'])
    ],
    ([json, position, inserted]) => {
      const text = JSON.stringify(json, null, 1)
      const at = position % (text.length + 1)
      const broken = text.slice(0, at) + inserted + text.slice(at)
      const place = placeOfParse(broken)
      if (place === undefined) return
      const { offset } = JsonFault.find(broken)
      assert.match(broken.slice(offset, place), /^[-+.\w]*$/)
      assert.isAtMost(offset, place)
    }
  )

  it("takes a quarter of a megabyte of anything", () => {
    for (const text of ["[".repeat(262_144), `"${"a".repeat(262_144)}`, `"${'\\"'.repeat(131_072)}`]) {
      assert.strictEqual(JsonFault.find(text).offset, text.length)
    }
  })
})

const placeOfParse = (text: string): number | undefined => {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    const position = /at position (\d+)/.exec(String(error))?.[1]
    return position === undefined ? undefined : Number(position)
  }
}
