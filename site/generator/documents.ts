/** Renders the documents as HTML with links within the site, and the further pages that they link to. */
import { type LinkOptions, makeLinks, textPage, textUrl } from "./links.ts"
import { render } from "./markdown.ts"
import type { SitePage } from "./pages.ts"

export interface RenderedPages {
  readonly pages: ReadonlyArray<SitePage>
  readonly htmlOf: (page: SitePage) => string
  /** Pictures used, relative to the workspace's root. */
  readonly pictures: ReadonlySet<string>
}

/** Renders the documents. A link to a missing file stays as it is. */
export const renderPages = (
  written: ReadonlyArray<SitePage>,
  { repository }: Pick<LinkOptions, "repository">
): RenderedPages => {
  const urls = new Map(written.filter(({ source }) => source !== "").map(({ source, url }) => [source, url]))
  const links = makeLinks({ pageOf: (source) => urls.get(source), repository })
  const html = new Map<string, string>()
  const htmlOf = (page: SitePage): string => {
    const made =
      html.get(page.url) ??
      render(page.markdown, (target) => (page.source === "" ? target : links.resolve(target, page.source, page.url)))
    html.set(page.url, made)
    return made
  }
  // Renders all of them first, to know what they link to.
  for (const page of written) htmlOf(page)
  const texts = [...links.texts].map(
    (file): SitePage => ({
      source: "",
      url: textUrl(file),
      title: file,
      language: "en",
      markdown: textPage(file),
      isSearched: false
    })
  )
  return { pages: [...written, ...texts], htmlOf, pictures: links.pictures }
}
