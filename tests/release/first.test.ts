/** How the first release changes the pages. */
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { isBeforeFirst, withoutBeforeFirst } from "../../scripts/release/first.ts"
import { root } from "../../scripts/release/members.ts"

describe("the first release", () => {
  it("takes whole paragraphs out of a page, and nothing else", () => {
    const page = "# Core\n\nUntil the first release it can be\nimported in a clone only.\n\n```sh\nnpm install\n```\n"
    assert.strictEqual(withoutBeforeFirst(page), "# Core\n\n```sh\nnpm install\n```\n")
    assert.strictEqual(withoutBeforeFirst("Money.\n\nUntil the first release, in a clone."), "Money.\n\n")
    assert.strictEqual(
      withoutBeforeFirst("# Tester\n\nJusqu’à la première version publiée, dans un clone.\n\nUn logiciel.\n"),
      "# Tester\n\nUn logiciel.\n"
    )
    const other = "It stood there until the first release of 2020.\n"
    assert.strictEqual(withoutBeforeFirst(other), other)
  })

  it("leaves no paragraph that holds only until then", () => {
    const pages = execFileSync("git", ["ls-files", "*.md", "examples"], { cwd: root, encoding: "utf8" })
    // Except pages that describe the first release.
    const about = /^(\.changeset|docs\/decisions)\/|^CONTRIBUTING\.md$/
    const left = pages
      .trim()
      .split("\n")
      .filter((page) => !about.test(page))
      .filter((page) => isBeforeFirst(withoutBeforeFirst(readFileSync(join(root, page), "utf8"))))
    assert.deepStrictEqual(left, [])
  })
})
