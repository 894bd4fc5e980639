/** French pages have words of their own for every meaning that the codec gives a field. */
import { Explain, Tag } from "@hipay-pos/concert-codec"
import { words } from "@hipay-pos/console/text/fr.ts"
import { assert, describe, it } from "vitest"

const characters = [..."0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
const values = [
  ...characters.flatMap((each) => [each, `0${each}`, `1${each}`, `00${each}`, `10${each}`]),
  ...["100", "110", "120", "111", "978", "392", "101", "201", "301", "401", "501", "601", "607", "701", "30F"],
  ...["0320", "1250", "4912", "  ", "497010######0014"]
]

describe("what the codec says that a field means", () => {
  it("is said in French by the pages", () => {
    const explained = Tag.all
      .filter(({ code }) => !Tag.isConstructed(code))
      .flatMap(({ code }) =>
        values.map((value) => `CZ0040320CE003978AE00210${code}${String(value.length).padStart(3, "0")}${value}`)
      )
      .flatMap((text) => Explain.explainPrefix(text).fields.slice(3))
      .filter(({ meaning }) => meaning !== undefined)
    const tags = new Set(explained.map(({ tag }) => tag))
    assert.includeMembers(
      [...tags],
      ["CZ", "CB", "CC", "CD", "CE", "CI", "CK", "AB", "AE", "AF", "AL", "BA", "BB", "BF", "AA"]
    )
    const missing = explained.filter((field) => words.fieldMeaning(field) === undefined)
    assert.deepStrictEqual(missing, [])
  })
})
