/** The table of platforms that the packages were run on. */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "vitest"
import { groups } from "../../scripts/matrix/groups.ts"
import { type Row, rowsOf, withGroup } from "../../scripts/matrix/page.ts"

const page = readFileSync(new URL("../../docs/runtimes.md", import.meta.url), "utf8")
const order = ["runtimes", "yarn"]

const row = (group: string, what: string, held = true): Row => ({
  group,
  what,
  version: "1.0.0",
  tried: "a payment",
  held,
  on: "2026-01-02"
})

const withRows = (...rows: ReadonlyArray<Row>): string => {
  const empty = "before\n\n<!-- written by pnpm matrix -->\n<!-- end -->\n\nafter\n"
  return order.reduce(
    (text, group) =>
      withGroup(
        text,
        group,
        rows.filter((each) => each.group === group),
        order
      ),
    empty
  )
}

describe("the page of tested platforms", () => {
  it("has rows of every group, and all of them passed", () => {
    const rows = rowsOf(page)
    assert.deepStrictEqual([...new Set(rows.map(({ group }) => group))], Object.keys(groups))
    assert.deepStrictEqual(
      rows.filter(({ held }) => !held),
      []
    )
  })

  it("says no if a check that passed before fails when it is run again", () => {
    const text = withRows(row("runtimes", "Bun"), row("yarn", "Yarn"))
    const again = withGroup(text, "yarn", [row("yarn", "Yarn", false)], order)
    assert.deepStrictEqual(rowsOf(again), [row("runtimes", "Bun"), row("yarn", "Yarn", false)])
    assert.include(again, "| **no** |")
  })

  it("drops checks that are no longer run, and keeps the text around the table and the order of the groups", () => {
    const text = withRows(row("yarn", "Yarn"), row("runtimes", "Node 20"))
    const again = withGroup(text, "runtimes", [row("runtimes", "Node 22"), row("runtimes", "Bun")], order)
    assert.deepStrictEqual(
      rowsOf(again).map(({ what }) => what),
      ["Node 22", "Bun", "Yarn"]
    )
    assert.match(again, /^before\n/)
    assert.match(again, /\nafter\n$/)
  })
})
