/**
 * The pages of the documentation: `docs/`, READMEs and similar files, each with its own address, in groups.
 *
 * A document in no group appears under *More*, so that none is lost.
 */
import { existsSync, globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

/** The workspace's root, with a trailing slash. */
export const root = fileURLToPath(new URL("../../", import.meta.url))

export type Language = "en" | "fr"

export interface SitePage {
  /** The source, relative to the workspace's root; empty for generated pages. */
  readonly source: string
  /** The address in the site, such as `docs/gateway.html`. */
  readonly url: string
  readonly title: string
  readonly language: Language
  /** The group in the navigation, if any. */
  readonly group?: string
  readonly markdown: string
  /** The page in the other language. */
  readonly translation?: string
  /** Whether the search includes it. */
  readonly isSearched: boolean
}

const groups: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
  [
    "Start",
    [
      "README.md",
      "docs/client-outcomes.md",
      "docs/after-an-unknown.md",
      "docs/any-language.md",
      "docs/vocabulary.md",
      "docs/compatibility.md"
    ]
  ],
  [
    "Test your till",
    [
      "packages/server-mock/README.md",
      "docs/reserved-terminals.md",
      "docs/fault-matrix.md",
      "docs/exam.md",
      "packages/exam/README.md",
      "packages/terminal-simulator/README.md",
      "packages/terminal-simulator/CATALOGUE.md"
    ]
  ],
  [
    "Pay at real terminals",
    [
      "docs/gateway.md",
      "docs/gateway-limits.md",
      "docs/relay.md",
      "docs/scale.md",
      "docs/operate.md",
      "docs/runbook.md",
      "docs/backup.md",
      "docs/card-data.md",
      "packages/gateway/README.md",
      "docs/moving-in.md"
    ]
  ],
  [
    "Packages",
    [
      "packages/client/README.md",
      "docs/effect.md",
      "packages/core/README.md",
      "packages/concert-codec/README.md",
      "docs/concert.md",
      "packages/server/README.md",
      "packages/cli/README.md",
      "packages/hipay-pos/README.md",
      "apps/till/README.md",
      "apps/demo/README.md"
    ]
  ],
  [
    "How it is made",
    [
      "docs/architecture.md",
      "docs/decisions/README.md",
      "docs/open-questions.md",
      "docs/gateway-matrix.md",
      "docs/relay-matrix.md",
      "docs/crash-matrix.md",
      "docs/relay-crash-matrix.md",
      "docs/scale-crash-matrix.md",
      "CONTRIBUTING.md",
      "SECURITY.md",
      "SUPPORT.md"
    ]
  ]
]

const french: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
  ["Premiers pas", ["README.fr.md", "docs/fr/issues-d-un-paiement.md", "docs/fr/tester-sa-caisse.md"]]
]

/** Pairs of pages that are translations of each other. */
const translations: Readonly<Record<string, string>> = {
  "README.md": "README.fr.md",
  "docs/client-outcomes.md": "docs/fr/issues-d-un-paiement.md",
  "packages/server-mock/README.md": "docs/fr/tester-sa-caisse.md"
}

/** Documents that have a page but are in no group of the navigation. */
const unlisted = ["docs/decisions/*.md", "CODE_OF_CONDUCT.md"]

/** The address of a source's page. */
export const urlOf = (source: string): string => {
  if (source === "README.md") return "docs/index.html"
  if (source === "README.fr.md") return "fr/index.html"
  if (source.startsWith("docs/fr/")) return source.replace(/^docs\/(.*)\.md$/, "$1.html")
  const folder = /^(?:packages|apps)\/([^/]+)\/(\w+)\.md$/.exec(source)
  if (folder !== null)
    return `packages/${folder[1]}${folder[2] === "README" ? "" : `-${folder[2]?.toLowerCase()}`}.html`
  if (source === "docs/decisions/README.md") return "docs/decisions/index.html"
  return source.includes("/")
    ? source.replace(/\.md$/, ".html")
    : `docs/${source.replace(/\.md$/, ".html").toLowerCase()}`
}

/** Every page that comes from a document. */
export const readPages = (): ReadonlyArray<SitePage> => {
  const grouped = [...groups, ...french].flatMap(([group, sources]) => sources.map((source) => ({ source, group })))
  const named = new Set(grouped.map(({ source }) => source))
  const others = globSync("docs/**/*.md", { cwd: root }).filter((source) => !named.has(source))
  const hidden = globSync(unlisted, { cwd: root })
  const all = [
    ...grouped,
    ...others.filter((source) => !hidden.includes(source)).map((source) => ({ source, group: "More" })),
    ...hidden.filter((source) => !named.has(source)).map((source) => ({ source }))
  ]
  const back = Object.fromEntries(Object.entries(translations).map(([from, to]) => [to, from]))
  return all
    .filter(({ source }) => existsSync(join(root, source)))
    .map(({ source, ...more }) => {
      const markdown = readFileSync(join(root, source), "utf8")
      const language = source === "README.fr.md" || source.startsWith("docs/fr/") ? "fr" : "en"
      const other = translations[source] ?? back[source]
      return {
        ...more,
        source,
        markdown,
        language,
        url: urlOf(source),
        title: titleOf(source, markdown),
        isSearched: true,
        ...(other !== undefined && existsSync(join(root, other)) ? { translation: urlOf(other) } : {})
      }
    })
}

const titleOf = (source: string, markdown: string): string => {
  if (source === "README.md") return "Overview"
  if (source === "README.fr.md") return "Présentation"
  return (/^# (.+)$/m.exec(markdown)?.[1] ?? source).split(" · ")[0]?.replace(/[`*]/g, "") ?? source
}
