import { assert, describe, it } from "@effect/vitest"
import { printable, printableLines } from "@hipay-pos/cli-kit"

describe("foreign text on a terminal", () => {
  it.each([
    ["a control character", "a\x1b]0;title\x07b", "a.]0;title.b"],
    ["one of C1", "a\u009b31mb", "a.31mb"],
    ["a line break", "a\r\nb", "a..b"],
    ["a line break of Unicode", "a\u2028b\u2029c", "a.b.c"],
    ["what turns the direction of text", "a\u202e00.21\u202c\u2066b\u2069", "a.00.21..b."],
    ["a mark that is not visible", "a\u200bb\u200ec\ufeffd\u{e0041}e", "a.b.c.d.e"]
  ])("has a dot in place of %s", (_, text, shown) => assert.strictEqual(printable(text), shown))

  it("keeps its letters, and what joins some of them", () => {
    for (const text of ["12,50 €", "نمی\u200cخواهم", "👩\u200d🍳", "e\u0301"]) assert.strictEqual(printable(text), text)
  })

  it("keeps line breaks where lines are wanted", () =>
    assert.strictEqual(printableLines("a\r\nb\rc\nd\u202ee\u2028f"), "a\nb\nc\nd.e.f"))
})
