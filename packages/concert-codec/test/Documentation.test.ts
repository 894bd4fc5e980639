import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as ConcertCodec from "../src/index.ts"
import { complements, sources, tags } from "./documentation.ts"

const page = readFileSync(new URL("../../../docs/concert.md", import.meta.url), "utf8")

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")

describe("the README", () => {
  it("lists modules that the package's entry exports", () => {
    const [, table = ""] = readme.split("## What is in it")
    const names = table.split("\n").flatMap((row) => {
      const [, cell = ""] = /^\| ((?:`[A-Z]\w*`(?:, )?)+) \|/.exec(row) ?? []
      return cell === "" ? [] : cell.replaceAll("`", "").split(", ")
    })
    assert.include(names, "Tlv")
    assert.includeMembers(Object.keys(ConcertCodec), names)
  })
})

describe("docs/concert.md", () => {
  it.each([
    ["tags", tags],
    ["complements", complements],
    ["sources", sources]
  ])("has the %s that the code has", (_, table) => {
    assert.include(page, table())
  })
})
