import { assert, describe, it } from "vitest"
import { toSheet } from "../../src/attempts/sheet.ts"

describe("a table for spreadsheets", () => {
  it.each([
    ["=1+1", "'=1+1", "'=1+1"],
    ["A;=1+1", "A;'=1+1", `"A;'=1+1"`],
    ["A,=1+1", `"A,'=1+1"`, "A,'=1+1"],
    ["A\t-1", "A\t'-1", "A\t'-1"],
    ['A;"@SUM(1)', `"A;""'@SUM(1)"`, `"A;""'@SUM(1)"`],
    ["\uff1d1+1", "'\uff1d1+1", "'\uff1d1+1"],
    ["A;B=1", "A;B=1", '"A;B=1"']
  ])("holds %j as a text, whatever separator is set", (text, english, french) => {
    assert.strictEqual(toSheet([[text]], "en"), `\uFEFF${english}\r\n`)
    assert.strictEqual(toSheet([[{ id: text }]], "fr"), `\uFEFF${french}\r\n`)
  })

  it("keeps the zeros of an id, and no formula in it", () => {
    assert.strictEqual(toSheet([[{ id: "00012" }]], "fr"), '\uFEFF"=""00012"""\r\n')
    assert.strictEqual(toSheet([[{ id: "1;=1+1" }]], "fr"), `\uFEFF"=""1;'=1+1"""\r\n`)
  })
})
