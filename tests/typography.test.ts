/** French texts of pages: no line breaks before a colon, a semicolon or a mark, or inside quotation marks. */
import { readdirSync, readFileSync } from "node:fs"
import { assert, describe, it } from "vitest"

const root = new URL("../", import.meta.url)
const folders = ["packages/console/src/text/", "apps/till/src/web/words/", "site/playground/text/"]

const files = folders.flatMap((folder) =>
  readdirSync(new URL(folder, root))
    .filter((name) => /(^|\.)fr\.ts$/.test(name))
    .map((name) => folder + name)
)

/** The string literals of a line, without what is computed within them. */
const literals = (line: string): ReadonlyArray<string> =>
  (line.match(/"(?:[^"\\]|\\.)*"|`[^`]*`/g) ?? []).map((text) => text.slice(1, -1).replace(/\$\{[^}]*(\}|$)/g, "…"))

describe("French texts", () => {
  it("have a space that does not break before a colon, a semicolon or a mark, and inside quotation marks", () => {
    assert.isAbove(files.length, 10)
    const breaking = files.flatMap((file) =>
      readFileSync(new URL(file, root), "utf8")
        .split("\n")
        .flatMap(literals)
        .filter((text) => /[^\s] (?:[:;!?](?: |$)|»)|« /.test(text))
        .map((text) => `${file}: ${text}`)
    )
    assert.deepStrictEqual(breaking, [])
  })

  it("have the apostrophe that is printed", () => {
    const straight = files.flatMap((file) =>
      readFileSync(new URL(file, root), "utf8")
        .split("\n")
        .flatMap(literals)
        .filter((text) => /\p{L}'\p{L}/u.test(text))
        .map((text) => `${file}: ${text}`)
    )
    assert.deepStrictEqual(straight, [])
  })
})
