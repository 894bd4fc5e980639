/** The text pages of the site: documents of the workspace and the reference, each in the same frame. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { renderPages } from "./generator/documents.ts"
import { placeOf } from "./generator/links.ts"
import { readPages, root, type SitePage } from "./generator/pages.ts"
import { referencePages } from "./generator/reference.ts"
import { indexScript } from "./generator/search.ts"

/** The part of Eleventy's configuration that is used. */
interface EleventyConfig {
  readonly addTemplate: (path: string, content: string, data: object) => void
  readonly addGlobalData: (name: string, value: unknown) => void
  readonly addExtension: (extensions: ReadonlyArray<string>, options: object) => void
  readonly addTemplateFormats: (formats: string) => void
  readonly addPassthroughCopy: (paths: Readonly<Record<string, string>>) => void
  readonly addWatchTarget: (path: string) => void
  readonly setLibrary: (name: string, library: object) => void
  readonly setQuietMode: (quiet: boolean) => void
}

/** The repository's address, once it is published. */
const repository = (): string =>
  (
    process.env.RELEASE_REPOSITORY ??
    (JSON.parse(readFileSync(join(root, "release.json"), "utf8")) as { readonly repository: string }).repository
  ).replace(/\/+$/, "")

export default (config: EleventyConfig) => {
  const written = [...readPages(), ...referencePages()]
  const { pages, htmlOf, pictures } = renderPages(written, { repository: repository() })
  for (const page of pages) {
    config.addTemplate(`${page.url}.md`, page.markdown, {
      layout: "page.11ty.ts",
      permalink: page.url,
      sitePage: page
    })
  }
  config.addTemplate("search-index.md", "", {
    permalink: "search-index.js",
    script: indexScript(pages.filter(({ isSearched }) => isSearched).map((page) => ({ ...page, html: htmlOf(page) })))
  })
  config.setLibrary("md", {
    render: (_: string, { sitePage, script }: { readonly sitePage?: SitePage; readonly script?: string }) =>
      script ?? (sitePage === undefined ? "" : htmlOf(sitePage))
  })
  config.addGlobalData(
    "navigation",
    written.map(({ markdown: _, ...page }) => page)
  )
  for (const picture of pictures) {
    config.addPassthroughCopy({ [join(root, picture)]: placeOf(picture) })
  }
  config.addExtension(["11ty.ts"], { key: "11ty.js" })
  config.addTemplateFormats("11ty.ts")
  for (const folder of ["docs", "packages/*/README.md"]) config.addWatchTarget(join(root, folder))
  config.setQuietMode(true)
  return {
    dir: { input: "content", includes: "../theme", output: "dist" },
    markdownTemplateEngine: false,
    htmlTemplateEngine: false
  }
}
