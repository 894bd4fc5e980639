import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { complements, sources, tags } from "./documentation.ts"

const page = readFileSync(new URL("../../../docs/concert.md", import.meta.url), "utf8")

describe("docs/concert.md", () => {
  it.each([
    ["tags", tags],
    ["complements", complements],
    ["sources", sources]
  ])("has the %s that the code has", (_, table) => {
    assert.include(page, table())
  })
})
