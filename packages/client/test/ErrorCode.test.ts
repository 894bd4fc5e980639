import { readFileSync } from "node:fs"
import { assert, describe, it } from "vitest"
import * as ErrorCode from "../src/ErrorCode.ts"

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")

/** The rows of the README's table: code, what it proves, what it says. */
const told = [...readme.matchAll(/^\| (\d{2,4}) \| (declined|not started|unknown) \| (.+?) \|$/gm)]

describe("what an error code proves", () => {
  it("is what the README says, for every code", () => {
    assert.deepStrictEqual(
      told.map(([, code, meaning, words]) => [code, meaning?.replace(" ", "-"), words]),
      [...ErrorCode.table].map(([code, { meaning, en }]) => [code, meaning, en])
    )
  })

  it("is said in French, too", () => {
    for (const { en, fr } of ErrorCode.table.values()) {
      assert.isNotEmpty(fr)
      assert.notStrictEqual(fr, en)
    }
  })

  it("is nothing if the code is undocumented or absent", () => {
    assert.deepStrictEqual(ErrorCode.get("7777"), {
      meaning: "unknown",
      en: "Unknown code 7777",
      fr: "Code inconnu 7777"
    })
    assert.deepStrictEqual(ErrorCode.get(undefined), {
      meaning: "unknown",
      en: "Unknown code (none)",
      fr: "Code inconnu (aucun)"
    })
  })

  it("is what the caller overrides it with, in the same words", () => {
    const overrides = { "1008": { meaning: "declined", reason: "told by support" } } as const
    const { en, fr } = ErrorCode.get("1008")
    assert.deepStrictEqual(ErrorCode.get("1008", overrides), { meaning: "declined", en, fr })
    assert.strictEqual(ErrorCode.get("1007", overrides).meaning, "unknown")
    assert.strictEqual(ErrorCode.get("constructor", overrides).meaning, "unknown")
  })
})
