/** The search index: each section of a page is a document. Written as a script, so that it also loads from `file:` URLs. */
import MiniSearch from "minisearch"
import { textOf } from "./markdown.ts"

/** The options of the index; the page's script has a copy that must match. */
export const options = {
  fields: ["title", "page", "text"],
  storeFields: ["title", "page", "url", "excerpt", "language"]
}

export interface SearchedPage {
  readonly url: string
  readonly title: string
  readonly language: string
  readonly html: string
}

/** The script that sets `siteIndex`. */
export const indexScript = (pages: ReadonlyArray<SearchedPage>): string => {
  const index = new MiniSearch(options)
  let id = 0
  for (const { url, title: page, language, html } of pages) {
    // Each part begins with a heading.
    for (const piece of html.split(/(?=<h[1-3] )/)) {
      const heading = /^<h([1-3]) id="([^"]+)"[^>]*>([\s\S]*?)<\/h\1>/.exec(piece)
      const title = heading === null ? page : textOf(heading[3] ?? "")
      const text = textOf(piece.slice(heading?.[0].length ?? 0).replace(/<\/(p|li|td|h\d|pre)>/g, " ")).replace(
        /\s+/g,
        " "
      )
      if (text === "" && heading === null) continue
      index.add({
        id: id++,
        title,
        page,
        language,
        text: text.slice(0, 4_000),
        excerpt: text.slice(0, 140),
        url: heading === null || heading[1] === "1" ? url : `${url}#${heading[2]}`
      })
    }
  }
  return `globalThis.siteIndex = ${JSON.stringify(JSON.stringify(index))}\n`
}
