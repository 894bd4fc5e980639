/** The texts of pages: apostrophes, and in French no line breaks before a colon, a semicolon or a mark, or inside quotation marks. */
import { readdirSync, readFileSync } from "node:fs"
import { assert, describe, it } from "vitest"

const root = new URL("../", import.meta.url)
const folders = ["packages/console/src/text/", "apps/till/src/web/words/", "site/playground/text/"]

/** The files of a language. */
const filesOf = (language: "en" | "fr"): ReadonlyArray<string> =>
  folders.flatMap((folder) =>
    readdirSync(new URL(folder, root))
      .filter((name) => name === `${language}.ts` || name.endsWith(`.${language}.ts`))
      .map((name) => folder + name)
  )

/** The string literals of a line, without what is computed within them. */
const literals = (line: string): ReadonlyArray<string> =>
  (line.match(/"(?:[^"\\]|\\.)*"|`[^`]*`/g) ?? []).map((text) => text.slice(1, -1).replace(/\$\{[^}]*(\}|$)/g, "…"))

/** The texts of some files that break a rule. */
const textsWith = (files: ReadonlyArray<string>, fault: RegExp): ReadonlyArray<string> =>
  files.flatMap((file) =>
    readFileSync(new URL(file, root), "utf8")
      .split("\n")
      .filter((line) => !/^\s*(\/?\*|\/\/)/.test(line))
      .flatMap(literals)
      .filter((text) => fault.test(text))
      .map((text) => `${file}: ${text}`)
  )

describe("the texts of pages", () => {
  it("have the apostrophe that is printed", () => {
    for (const language of ["en", "fr"] as const) {
      assert.isAbove(filesOf(language).length, 5)
      assert.deepStrictEqual(textsWith(filesOf(language), /\p{L}'\p{L}/u), [])
    }
  })

  it("have in French a space that does not break before a colon, a semicolon or a mark, and inside quotation marks", () => {
    assert.deepStrictEqual(textsWith(filesOf("fr"), /[^\s] (?:[:;!?](?: |$)|»)|« /), [])
  })
})
