/** What can be found wrong with a till, and the page that lists it. */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "vitest"
import { findings } from "../src/till/findings.ts"

const page = readFileSync(new URL("../../../docs/exam.md", import.meta.url), "utf8")

describe("docs/exam.md", () => {
  it("lists every finding with its severity, in the order of the source", () => {
    const listed = [...page.matchAll(/^\| `([a-z-]+)` \| (critical|high|medium|note) \|/gm)]
    assert.deepStrictEqual(
      listed.map(([, code, severity]) => [code, severity]),
      Object.entries(findings).map(([code, { severity }]) => [code, severity])
    )
  })
})
