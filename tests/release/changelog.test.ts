/** Changelogs are for people who use a package. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import changelog, { contains } from "../../scripts/release/changelog.ts"
import { root } from "../../scripts/release/members.ts"

describe("a changelog", () => {
  it("is written by these functions", () => {
    const { changelog } = JSON.parse(readFileSync(join(root, ".changeset/config.json"), "utf8"))
    assert.strictEqual(join(root, ".changeset", changelog), join(root, "scripts/release/changelog.ts"))
  })

  it("has the sentences of a changeset as one item, with their paragraphs", () => {
    assert.strictEqual(changelog.getReleaseLine({ summary: "One.\nTwo. \n\nThree." }), "- One.\n  Two.\n\n  Three.")
  })

  it("has no item for a changeset without a sentence", () => {
    assert.strictEqual(changelog.getReleaseLine({ summary: "" }), "")
  })

  it("says in one line what the package depends on, however many changes that has", () => {
    const changes = [{ summary: "One." }, { summary: "Two." }, { summary: "Three." }]
    const line = (...names: ReadonlyArray<string>) =>
      changelog.getDependencyReleaseLine(
        changes,
        names.map((name) => ({ name, newVersion: "0.2.0" }))
      )
    assert.strictEqual(line(), "")
    assert.strictEqual(line("a"), "- Depends on `a` 0.2.0.")
    assert.strictEqual(line("c", "a", "b"), "- Depends on `a` 0.2.0, `b` 0.2.0 and `c` 0.2.0.")
  })

  it("names the packages that were bundled again", () => {
    assert.strictEqual(contains([]), "")
    assert.strictEqual(contains(["a", "b"]), "Contains the changes of `a` and `b`.")
  })
})
