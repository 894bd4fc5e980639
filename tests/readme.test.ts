/** The front page in two languages: the same commands, the same headings, the same targets. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"

const root = fileURLToPath(new URL("..", import.meta.url))
const pages = { "README.md": "en", "README.fr.md": "fr" } as const
const [english = "", french = ""] = Object.keys(pages).map((name) => readFileSync(join(root, name), "utf8"))

const matches = (text: string, pattern: RegExp): ReadonlyArray<string> =>
  [...text.matchAll(pattern)].map(([, found = ""]) => found)
const code = (text: string) => matches(text, /^```(\w+\n[\s\S]*?)^```/gm)
const levels = (text: string) => matches(text.replace(/^```[\s\S]*?^```/gm, ""), /^(#+) /gm)
const links = (text: string) => matches(text, /\]\(([^)]+)\)/g)
const files = (text: string) => links(text).filter((link) => !/^(https:|#|README)/.test(link))
const withoutPicture = (link: string) => !link.endsWith(".svg")

describe("the front page", () => {
  it("has the same commands and programs in both languages", () => {
    assert.isAbove(code(english).length, 4)
    assert.deepStrictEqual(code(french), code(english))
  })

  it("has the same sections and packages in both languages", () => {
    assert.deepStrictEqual(levels(french), levels(english))
    assert.deepStrictEqual(
      matches(french, /^\| \[`(@hipay-pos\/[\w-]+)`\]/gm),
      matches(english, /^\| \[`(@hipay-pos\/[\w-]+)`\]/gm)
    )
  })

  it("points at the same pages in both languages, and they exist", () => {
    assert.deepStrictEqual(files(french).filter(withoutPicture), files(english).filter(withoutPicture))
    const all = [...files(english), ...files(french)]
    assert.deepStrictEqual(
      all.filter((file) => !existsSync(join(root, file))),
      []
    )
  })

  it("can be read at one go", () => {
    for (const page of [english, french]) assert.isBelow(page.split("\n").length, 120)
  })
})

describe("the commands of all pages", () => {
  // `npx NAME` looks for a package of that name: one that is not ours could be anybody's program, handed the logins.
  it("have npx fetch packages of this workspace, and no program by its own name", () => {
    const folders = readdirSync(join(root, "packages")).filter((name) =>
      existsSync(join(root, "packages", name, "package.json"))
    )
    const own = folders.map(
      (name): unknown => JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8")).name
    )
    const all = [
      ...Object.keys(pages),
      ...folders.map((name) => join("packages", name, "README.md")),
      ...["docs", "docs/fr"].flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name)))
    ].filter((page) => page.endsWith(".md") && existsSync(join(root, page)))
    const fetched = all.flatMap((page) =>
      matches(readFileSync(join(root, page), "utf8"), /\bnpx (?:-y |--yes )?(?:-p |--package )?(@?[a-z][a-z/-]*)/g)
    )
    const tools = ["pnpm", "vitest", "biome", "turbo", "node"]
    assert.deepStrictEqual(
      fetched.filter((name) => !own.includes(name) && !tools.includes(name)),
      []
    )
    assert.isAbove(fetched.filter((name) => own.includes(name)).length, 5)
  })
})
