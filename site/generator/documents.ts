/** The documents as HTML, with their links within the site; pages that links need beside them. */
import { type LinkOptions, makeLinks, textPage, textUrl } from "./links.ts"
import { render } from "./markdown.ts"
import type { SitePage } from "./pages.ts"

export interface RenderedPages {
  readonly pages: ReadonlyArray<SitePage>
  readonly htmlOf: (page: SitePage) => string
  /** Pictures that are shown, from the workspace's root. */
  readonly pictures: ReadonlySet<string>
}

/** Renders them. A link that leads to no file stays as it is. */
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
  // All of them first: what they link to is known then.
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
