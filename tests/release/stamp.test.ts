/** A published package names its origin. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { readMembers } from "../../scripts/release/members.ts"
import { absoluteLinks, placeFields, readRepository, relativeLinks } from "../../scripts/release/stamp.ts"

const place = { repository: "https://example.org/shop/hipay-pos", directory: "packages/core" }
const stamp = (markdown: string) => absoluteLinks(markdown, place, (path) => path.startsWith("src/"))

describe("the repository's address", () => {
  it("is taken with or without a slash or .git at its end", () => {
    for (const written of ["https://h/o/n", "https://h/o/n/", "https://h/o/n.git", " https://h/o/n "]) {
      assert.strictEqual(readRepository(written), "https://h/o/n")
    }
  })

  it("is requested if it is missing, and shown if it is wrong", () => {
    for (const missing of [undefined, "", "  "]) {
      assert.throws(() => readRepository(missing), "there is no repository to name: set RELEASE_REPOSITORY")
    }
    for (const wrong of ["git@h:o/n", "http://h/o/n", "https://h/o", "https://h/o/n/tree/main"]) {
      assert.throws(() => readRepository(wrong), `the repository must be https://HOST/OWNER/NAME, got ${wrong}`)
    }
  })

  it("stands in the manifest with the package's folder", () => {
    assert.deepStrictEqual(placeFields(place), {
      repository: {
        type: "git",
        url: "git+https://example.org/shop/hipay-pos.git",
        directory: "packages/core"
      },
      homepage: "https://example.org/shop/hipay-pos/tree/main/packages/core#readme",
      bugs: { url: "https://example.org/shop/hipay-pos/issues" }
    })
  })
})

describe("links of a published README", () => {
  it("lead to the repository if they leave the package", () => {
    assert.strictEqual(
      stamp("see [limits](../../docs/limits.md#now) and ![a till](../../docs/images/till.png)"),
      "see [limits](https://example.org/shop/hipay-pos/blob/main/docs/limits.md#now) and " +
        "![a till](https://example.org/shop/hipay-pos/raw/main/docs/images/till.png)"
    )
    assert.strictEqual(
      stamp("[tests](test/README.md)"),
      "[tests](https://example.org/shop/hipay-pos/blob/main/packages/core/test/README.md)"
    )
    assert.strictEqual(
      stamp("[`@hipay-pos/core`](../core)"),
      "[`@hipay-pos/core`](https://example.org/shop/hipay-pos/blob/main/packages/core)"
    )
  })

  it("stay as they are within the page, within the tarball, and where they are absolute", () => {
    for (const link of ["[a](#b)", "[a](https://b.c)", "[a](mailto:b@c)", "[a](src/Money.ts)", "[a](//b.c)"]) {
      assert.strictEqual(stamp(link), link)
    }
  })

  it("are all absolute or packed, in every package", () => {
    for (const { folder, manifest } of readMembers()) {
      if (manifest.private === true) continue
      const stamped = absoluteLinks(readFileSync(join(folder, "README.md"), "utf8"), place, () => false)
      assert.deepStrictEqual(relativeLinks(stamped), [], folder)
    }
  })
})

describe("every published package", () => {
  const published = readMembers().filter(({ manifest }) => manifest.private !== true)

  it("ships its changelog, and has ranges for its dependencies", () => {
    for (const { name, manifest } of published) {
      assert.include(manifest.files ?? [], "CHANGELOG.md", name)
      const asked = Object.values(manifest.dependencies ?? {})
      assert.deepStrictEqual(
        asked.filter((range) => !/^(\^|workspace:\^|catalog:libraries$)/.test(range)),
        [],
        name
      )
    }
  })

  it("has keywords", () => {
    for (const { name, manifest } of published) {
      const { keywords } = manifest as unknown as { readonly keywords: ReadonlyArray<string> }
      assert.isAtLeast(keywords.length, 8, name)
    }
  })
})
