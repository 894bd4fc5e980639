/** The documentation site: its links, how documents become pages, and how the pages look and search in a browser. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { build } from "vite"
import { assert, describe, it } from "vitest"
import { renderPages } from "../../site/generator/documents.ts"
import { deadLinks, placeOf } from "../../site/generator/links.ts"
import { render, slugify } from "../../site/generator/markdown.ts"
import { readPages } from "../../site/generator/pages.ts"
import { indexScript } from "../../site/generator/search.ts"
import { render as renderFrame } from "../../site/theme/page.11ty.ts"
import { violations } from "../console/axe.ts"
import { browserIt, useBrowser, visit } from "../console/Browser.ts"

const documents = readPages()
const { pages, htmlOf, pictures } = renderPages(documents, { repository: "" })
const shown = new Set([...pictures].map(placeOf))

describe("documents as pages", () => {
  it("link to pages, headings, pictures and files that exist", () => {
    assert.isAbove(pages.length, 60)
    const html = new Map(pages.map((page) => [page.url, htmlOf(page)]))
    assert.deepStrictEqual(
      deadLinks(html, (file) => shown.has(file)),
      []
    )
  })

  it("tell a link that leads to no heading", () => {
    const html = new Map([
      ["docs/a.html", '<a href="b.html#there">b</a> <a href="b.html#gone">b</a> <a href="c.html">c</a>'],
      ["docs/b.html", '<h2 id="there">There</h2>']
    ])
    assert.deepStrictEqual(
      deadLinks(html, () => false),
      ["docs/a.html: b.html#gone", "docs/a.html: c.html"]
    )
  })

  it("lead to the repository where its address is known", () => {
    const known = renderPages(documents, { repository: "https://example.org/shop/till" })
    const readme = known.pages.find(({ source }) => source === "README.md") ?? assert.fail("no README.md")
    assert.include(known.htmlOf(readme), 'href="https://example.org/shop/till/blob/main/LICENSE"')
    assert.isFalse(known.pages.some(({ url }) => url.startsWith("source/")))
  })

  it("have every document, and addresses of their own", () => {
    assert.strictEqual(new Set(pages.map(({ url }) => url)).size, pages.length)
    for (const source of ["docs/gateway.md", "docs/decisions/claim.md", "packages/client/README.md", "README.fr.md"]) {
      assert.isTrue(
        documents.some((page) => page.source === source),
        source
      )
    }
  })

  it("have addresses of headings as GitHub makes them", () => {
    assert.strictEqual(slugify("What `pay` gives: Élan & co."), "what-pay-gives-élan--co")
  })

  it("leave out no level of headings, and no head without a text", () => {
    const html = render("# A\n\n### B\n\n| x | |\n|---|---|\n| 1 | 2 |\n", (target) => target)
    assert.include(html, '<h2 id="b"')
    assert.notMatch(html, /<th>\s*<\/th>/)
  })
})

describe("the pages in a browser", () => {
  const browser = useBrowser()

  browserIt(
    "are accessible by day and night, and find what is searched for without a server",
    { timeout: 180_000 },
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "hipay-pos-site-"))
      const configFile = fileURLToPath(new URL("../../site/vite.theme.config.ts", import.meta.url))
      await build({ configFile, logLevel: "error", build: { outDir: join(folder, "assets") } })
      const favicon = new URL("../../packages/console/src/public/favicon.svg", import.meta.url)
      cpSync(fileURLToPath(favicon), join(folder, "assets/favicon.svg"))
      const some = documents.filter(({ source }) =>
        /^(README|docs\/(gateway|reserved-terminals)|docs\/fr)/.test(source)
      )
      for (const page of some) {
        const file = join(folder, page.url)
        mkdirSync(dirname(file), { recursive: true })
        writeFileSync(file, renderFrame({ content: htmlOf(page), sitePage: page, navigation: documents }))
      }
      writeFileSync(join(folder, "search-index.js"), indexScript(some.map((page) => ({ ...page, html: htmlOf(page) }))))
      assert.isBelow(readFileSync(join(folder, "assets/site.js")).length, 100_000)

      const at = (url: string) => pathToFileURL(join(folder, url)).href
      await using visitor = await visit(browser, at("docs/gateway.html"), {
        signedIn: false,
        offline: true,
        timeout: 180_000
      })
      const { page } = visitor
      await page.keyboard.press("/")
      await page.keyboard.type("reserved terminals")
      await page.locator("#found a").first().waitFor()
      assert.deepStrictEqual(await violations(page), [])
      await page.keyboard.press("Enter")
      await page.locator("h1", { hasText: "Reserved terminals" }).waitFor()

      await page.emulateMedia({ colorScheme: "dark" })
      await page.setViewportSize({ width: 390, height: 844 })
      await page.goto(at("fr/tester-sa-caisse.html"))
      assert.isAtMost(await page.evaluate("document.documentElement.scrollWidth"), 390)
      assert.deepStrictEqual(await violations(page), [])
    }
  )
})
