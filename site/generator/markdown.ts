/** Renders documents as HTML: headings with GitHub's anchors, highlighted code, and scrollable tables. */
import markdownIt from "markdown-it"
import anchor from "markdown-it-anchor"
import prism from "prismjs"
import loadLanguages from "prismjs/components/index.js"

loadLanguages(["bash", "typescript", "json", "php", "python", "java", "csharp", "yaml", "ini", "toml", "sql", "docker"])

const aliases: Readonly<Record<string, string>> = {
  ts: "typescript",
  sh: "bash",
  yml: "yaml",
  py: "python",
  service: "ini",
  cs: "csharp"
}

/** GitHub's anchor of a heading, without the number for repeated ones. */
export const slugify = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, "")
    .replaceAll(" ", "-")

/** Converts a page's link to the site's. */
export type Resolve = (target: string) => string

const highlight = (code: string, language: string): string => {
  const name = aliases[language] ?? language
  const grammar = prism.languages[name]
  return grammar === undefined ? "" : prism.highlight(code, grammar, name)
}

/** Renders a document. */
export const render = (markdown: string, resolve: Resolve): string => {
  const md = markdownIt({ html: true, linkify: false, highlight })
  // Skips no level, even if the document does.
  md.core.ruler.push("levels", ({ tokens }) => {
    let before = 0
    for (const [index, { type, tag }] of tokens.entries()) {
      if (type !== "heading_open") continue
      const level = Math.min(Number(tag.slice(1)), before + 1)
      before = level
      const close = tokens[index + 2]
      for (const each of [tokens[index], close]) if (each !== undefined) each.tag = `h${level}`
    }
  })
  md.use(anchor, { slugify, tabIndex: false, permalink: anchor.permalink.headerLink({ safariReaderFix: true }) })
  const token = md.renderer.renderToken.bind(md.renderer)
  const link =
    (name: "href" | "src"): NonNullable<(typeof md.renderer.rules)[string]> =>
    (tokens, index, options, env, self) => {
      const current = tokens[index]
      const target = current?.attrGet(name)
      if (current !== undefined && typeof target === "string") current.attrSet(name, resolve(target))
      return name === "src" ? image(tokens, index, options, env, self) : token(tokens, index, options)
    }
  const image = md.renderer.rules.image ?? ((tokens, index, options) => token(tokens, index, options))
  md.renderer.rules.link_open = link("href")
  md.renderer.rules.image = (tokens, index, options, env, self) => {
    tokens[index]?.attrSet("loading", "lazy")
    return link("src")(tokens, index, options, env, self)
  }
  // Scrollable regions must be reachable by keyboard.
  md.renderer.rules.table_open = () => '<div class="table" tabindex="0" role="group"><table>\n'
  // An empty table header says nothing to screen readers.
  for (const [rule, tag] of [
    ["th_open", "<td>"],
    ["th_close", "</td>"]
  ] as const) {
    const step = rule === "th_open" ? 1 : -1
    md.renderer.rules[rule] = (tokens, index, options) =>
      tokens[index + step]?.content === "" ? tag : token(tokens, index, options)
  }
  md.renderer.rules.table_close = () => "</table></div>\n"
  md.renderer.rules.fence = (tokens, index, options) => {
    const { content = "", info = "" } = tokens[index] ?? {}
    const language = info.trim().split(/\s+/)[0] ?? ""
    const code = options.highlight?.(content, language, "") || md.utils.escapeHtml(content)
    return `<pre tabindex="0" class="code"><code>${code}</code></pre>\n`
  }
  return md.render(markdown)
}

export interface Heading {
  readonly level: number
  readonly id: string
  readonly text: string
}

/** The headings of a rendered page below its title. */
export const headingsIn = (html: string): ReadonlyArray<Heading> =>
  [...html.matchAll(/<h([23]) id="([^"]+)"[^>]*>([\s\S]*?)<\/h\1>/g)].map(([, level, id = "", inner = ""]) => ({
    level: Number(level),
    id,
    text: textOf(inner)
  }))

/** HTML as plain text. */
export const textOf = (html: string): string =>
  html
    .replace(/<[^>]+>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&")
    .trim()
