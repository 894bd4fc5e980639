/**
 * Turns the documents' links between files into the site's links between pages: to the file's page, to the picture, to the
 * repository if its address is known, or else to a page with the file's text.
 */
import { existsSync, readFileSync, statSync } from "node:fs"
import { join, posix } from "node:path"
import { root } from "./pages.ts"

export interface LinkOptions {
  /** The page's address for a source, if it has one. */
  readonly pageOf: (source: string) => string | undefined
  /** `https://HOST/OWNER/NAME`; empty if not known. */
  readonly repository: string
}

export interface Links {
  /** The link to `target`, as written in `source`, from the page at `url`. */
  readonly resolve: (target: string, source: string, url: string) => string
  /** Linked pictures, relative to the workspace's root. */
  readonly pictures: ReadonlySet<string>
  /** Files that need a page with their text, relative to the workspace's root. */
  readonly texts: ReadonlySet<string>
}

/** A relative link between two addresses of the site. */
export const between = (from: string, to: string): string =>
  posix.relative(posix.dirname(from), to) || posix.basename(to)

/** The address of the page with a file's text. */
export const textUrl = (file: string): string => `source/${file}.html`

export const makeLinks = ({ pageOf, repository }: LinkOptions): Links => {
  const pictures = new Set<string>()
  const texts = new Set<string>()
  return {
    pictures,
    texts,
    resolve: (target, source, url) => {
      if (/^([a-z][a-z0-9+.-]*:|\/\/|#)/i.test(target)) return target
      const [path = "", fragment] = target.split("#")
      const file = posix.normalize(posix.join(posix.dirname(source), decodeURI(path))).replace(/\/$/, "")
      const hash = fragment === undefined ? "" : `#${fragment}`
      const page = pageOf(file) ?? pageOf(`${file}/README.md`)
      if (page !== undefined) return between(url, page) + hash
      // Stays as it is, and is then reported as broken.
      if (!existsSync(join(root, file))) return target
      if (/\.(png|svg|jpe?g|gif|webp)$/.test(file)) {
        pictures.add(file)
        return between(url, placeOf(file))
      }
      const isFolder = statSync(join(root, file)).isDirectory()
      if (repository !== "") return `${repository}/${isFolder ? "tree" : "blob"}/main/${file}${hash}`
      texts.add(file)
      return between(url, textUrl(file))
    }
  }
}

/** A page with a file's text or a folder's content. */
export const textPage = (file: string): string => {
  const path = join(root, file)
  if (statSync(path).isDirectory()) return `# ${file}\n\nA folder of the source.\n`
  const language = /\.(\w+)$/.exec(file)?.[1] ?? "text"
  return `# ${file}\n\n\`\`\`\`\`${language}\n${readFileSync(path, "utf8")}\n\`\`\`\`\`\n`
}

/** Broken links of the built pages: `PAGE: TARGET`. `pages` has the HTML by address. */
export const deadLinks = (
  pages: ReadonlyMap<string, string>,
  exists: (file: string) => boolean
): ReadonlyArray<string> => {
  const ids = new Map(
    [...pages].map(([url, html]) => [url, new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id))])
  )
  return [...pages].flatMap(([url, html]) =>
    [...html.replace(/<script[^>]*>[\s\S]*?<\/script>/g, "").matchAll(/\s(?:href|src)="([^"]+)"/g)].flatMap(
      ([, target = ""]) => {
        if (/^(https?:|mailto:|data:)/.test(target)) return []
        const [path = "", fragment] = target.replaceAll("&amp;", "&").split("#")
        const file = path === "" ? url : posix.normalize(posix.join(posix.dirname(url), path))
        const isThere = pages.has(file) || exists(file)
        const hasId =
          fragment === undefined || !pages.has(file) || ids.get(file)?.has(decodeURIComponent(fragment)) === true
        return isThere && hasId ? [] : [`${url}: ${target}`]
      }
    )
  )
}

/** A picture's path in the site, distinct even for pictures of the same name. */
export function placeOf(picture: string): string {
  return `images/${picture.replace(/^docs\/images\//, "").replaceAll("/", "-")}`
}
