/** The changesets for the next release. */
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { parseChangesetFile } from "@changesets/parse"
import { assert, describe, it } from "vitest"
import { readMembers, root } from "../../scripts/release/members.ts"

describe("every changeset", () => {
  const names = new Set(["@hipay-pos/till", "@hipay-pos/demo", ...readMembers().map(({ name }) => name)])

  it("can be read, names packages that exist, and says something", () => {
    const wrong = globSync(".changeset/*.md", { cwd: root }).flatMap((file) => {
      try {
        const { releases, summary } = parseChangesetFile(readFileSync(join(root, file), "utf8"))
        const unknown = releases.filter(({ name }) => !names.has(name)).map(({ name }) => `${file}: no package ${name}`)
        return [
          ...unknown,
          ...(releases.length === 0 ? [`${file}: no package`] : []),
          ...(summary === "" ? [`${file}: no sentence`] : [])
        ]
      } catch (error) {
        return [`${file}: ${error instanceof Error ? error.message.split("\n")[0] : error}`]
      }
    })
    assert.deepStrictEqual(wrong, [])
  })

  // A private package is not installed by users, and its changelog not read.
  it("that names a private package also names a published one that contains it", () => {
    const members = readMembers()
    const containing = new Map(
      members
        .filter((member) => !member.isPublished)
        .map(({ name }) => [
          name,
          members.filter((each) => each.isPublished && each.bundled.includes(name)).map((each) => each.name)
        ])
    )
    assert.isAbove(containing.size, 3)
    const unread = globSync(".changeset/*.md", { cwd: root }).flatMap((file) => {
      const { releases } = parseChangesetFile(readFileSync(join(root, file), "utf8"))
      const named = releases.map(({ name }) => name)
      return named
        .map((name) => ({ name, by: containing.get(name) }))
        .filter(({ by }) => by !== undefined && !by.some((each) => named.includes(each)))
        .map(({ name, by }) => `${file}: ${name} is in ${by?.join(", ")}`)
    })
    assert.deepStrictEqual(unread, [])
  })
})
