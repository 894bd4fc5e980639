/**
 * The reference: the public API of each published package, from the compiler's declarations and their comments. `api/` has the
 * same declarations without comments.
 *
 * Not made with TypeDoc, which does not support TypeScript 7 and expands the types of schemas (a currency is a union of 162
 * texts).
 */

import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { join, posix, relative, resolve } from "node:path"
import { emit, type Package, publishedPackages, statementsIn } from "../../scripts/api/report.ts"
import { root, type SitePage } from "./pages.ts"

interface Declaration {
  readonly name: string
  readonly code: string
  readonly doc: string
}

interface Module {
  /** The file's own description. */
  readonly about: string
  readonly declarations: ReadonlyArray<Declaration>
  /** Modules that it exports as namespaces, by name. */
  readonly namespaces: ReadonlyArray<readonly [name: string, file: string]>
}

/** The pages of the reference: one for each package, and one for each of its modules. */
export const referencePages = (): ReadonlyArray<SitePage> => {
  const packages = publishedPackages().filter(({ entries }) => entries.size > 0)
  const declarations = mkdtempSync(join(root, "node_modules/.reference-"))
  try {
    emit(packages, declarations, { comments: true })
    const pages = packages.flatMap((each) => packagePages(each, declarations))
    return [index(packages), ...pages]
  } finally {
    rmSync(declarations, { recursive: true })
  }
}

const page = (url: string, title: string, markdown: string, more: Partial<SitePage> = {}): SitePage => ({
  source: "",
  url,
  title,
  language: "en",
  markdown,
  isSearched: true,
  ...more
})

const folderOf = (name: string) => name.replace(/^@hipay-pos\//, "")

const index = (packages: ReadonlyArray<Package>): SitePage =>
  page(
    "reference/index.html",
    "Reference",
    `# Reference\n\nEvery declaration that can be imported, with what its source says of it. Packages that are commands alone are in the documentation.\n\n${packages
      .map(({ name, folder }) => `- [\`${name}\`](${folderOf(name)}/index.html): ${descriptionOf(folder)}`)
      .join("\n")}\n`,
    { group: "Packages" }
  )

const descriptionOf = (folder: string): string =>
  (JSON.parse(readFileSync(join(root, "packages", folder, "package.json"), "utf8")) as { readonly description: string })
    .description

const packagePages = ({ name, folder, entries }: Package, declarations: string): ReadonlyArray<SitePage> => {
  const at = `reference/${folderOf(name)}`
  const fileOf = (source: string) => resolve(declarations, relative(root, source).replace(/\.tsx?$/, ".d.ts"))
  const pages: Array<SitePage> = []
  const urls = new Map<string, string>()
  const lines: Array<string> = []

  /** Makes the page of a module, once, followed by the modules that it exports as namespaces. */
  const add = (title: string, file: string, imported: string): string => {
    const known = urls.get(file)
    if (known !== undefined) return known
    const short = imported === name ? "index" : imported.slice(name.length + 1).replaceAll("/", "-")
    const url = `${at}/${short === "index" ? "main" : short}.html`
    urls.set(file, url)
    const module = readModule(file)
    const inside = module.namespaces.map(([namespace, target]) => {
      const own = [...entries].find(([, source]) => fileOf(source) === target)?.[0]
      const title = own === undefined ? namespace : own.slice(name.length + 1)
      const link = add(title, target, own ?? `${imported}/${namespace}`)
      return `- [\`${namespace}\`](${posix.relative(at, link)})${summary(readModule(target).about)}`
    })
    lines.push(`- [\`${imported}\`](${posix.basename(url)})${summary(module.about)}`)
    pages.push(
      page(
        url,
        title,
        [
          `# ${title}`,
          `\`\`\`ts\n${importOf(title, imported, entries.has(imported))}\n\`\`\``,
          markdownOf(module.about),
          ...(inside.length === 0 ? [] : ["## Modules", inside.join("\n")]),
          ...module.declarations.map(
            ({ name, code, doc }) => `## ${name}\n\n${markdownOf(doc)}\n\n\`\`\`ts\n${code}\n\`\`\``
          )
        ].join("\n\n"),
        { group: name }
      )
    )
    return url
  }
  for (const [imported, source] of entries) {
    add(imported === name ? name : imported.slice(name.length + 1), fileOf(source), imported)
  }
  return [
    page(
      `${at}/index.html`,
      name,
      `# ${name}\n\n${descriptionOf(folder)}\n\n${lines.sort().join("\n")}\n\n[README of the package](../../packages/${folder}.html)\n`,
      { group: "Packages" }
    ),
    ...pages
  ]
}

/** How a module is imported. */
const importOf = (title: string, imported: string, isEntry: boolean): string => {
  if (!isEntry) return `import { ${title} } from "${posix.dirname(imported)}"`
  const module = posix.basename(title)
  return `import ${/^[A-Z]/.test(module) ? `* as ${module}` : "{ … }"} from "${imported}"`
}

const summary = (about: string): string => {
  const [first = ""] = markdownOf(about).split(/(?<=\.)\s|\n\n/)
  return first === "" ? "" : `: ${first.replaceAll("\n", " ")}`
}

/** The exports of a module, including re-exports. */
const readModule = (file: string, names?: ReadonlySet<string>): Module => {
  const text = readFileSync(file, "utf8")
  const about =
    /^\/\*\*(?:(?!\*\/)[\s\S])*\*\/(?=\s*\n(?:import|export \*|export \{|export type \{|\/\*\*))/.exec(text)?.[0] ?? ""
  const declarations: Array<Declaration> = []
  const namespaces: Array<readonly [string, string]> = []
  const bases = new Map<string, string>()
  for (const { code, doc } of statementsIn(text.slice(about.length))) {
    const [, clause = "", from] = /^export ([^;]*?) from "(\.[^"]+)";?$/s.exec(code) ?? []
    if (from !== undefined) {
      const target = resolve(file, "..", from.replace(/\.(?:tsx?|js)$/, ".d.ts"))
      const namespace = /^\* as (\w+)$/.exec(clause)?.[1]
      if (namespace !== undefined) {
        namespaces.push([namespace, target])
        continue
      }
      const wanted = /\{([^}]*)\}/
        .exec(clause)?.[1]
        ?.split(",")
        .map(
          (each) =>
            each
              .trim()
              .replace(/^type /, "")
              .split(" as ")[0] ?? ""
        )
      const inner = readModule(target, wanted && new Set(wanted))
      declarations.push(...inner.declarations)
      if (wanted === undefined) namespaces.push(...inner.namespaces)
      continue
    }
    const name = /^(?:export )?(?:declare )?(?:abstract )?(?:const|class|type|interface|function|let) (\w+)/.exec(
      code
    )?.[1]
    if (name === undefined) continue
    if (name.endsWith("_base")) bases.set(name, code)
    else if (code.startsWith("export ") && (names === undefined || names.has(name))) {
      declarations.push({ name, doc, code: readable(code, bases) })
    }
  }
  // A schema and the type of the same name are shown together.
  const merged = new Map<string, Declaration>()
  for (const { name, code, doc } of declarations) {
    const before = merged.get(name)
    merged.set(
      name,
      before === undefined
        ? { name, code, doc }
        : { name, code: before.code.includes(code) ? before.code : `${before.code}\n${code}`, doc: before.doc || doc }
    )
  }
  return { about, declarations: [...merged.values()], namespaces }
}

/** A declaration as if written by hand. */
const readable = (code: string, bases: ReadonlyMap<string, string>): string =>
  code
    .replace(/^export (?:declare )?/, "")
    .replace(/\n {4}private [^\n]*;/g, "")
    .replace(/extends (\w+_base)\b/, (_, base: string) => {
      const made = bases.get(base) ?? ""
      return `extends ${/Error/.test(made) ? "TaggedError" : /Service/.test(made) ? "Context.Service" : "Schema.Class"}`
    })
    .replace(/import\("(?:effect\/)?([\w/]+)"\)\.(\w+)/g, (_, path: string, name: string) =>
      path.split("/").at(-1) === name ? name : `${path.split("/").at(-1)}.${name}`
    )
    .replaceAll("    ", "  ")

/** A comment as Markdown: without stars, with links and examples as code. */
const markdownOf = (comment: string): string =>
  comment
    .replace(/^\/\*\*\s?/, "")
    .replace(/\s*\*\/$/, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, ""))
    .join("\n")
    .replace(/\{@link (\S+?)(?:\s+([^}]+))?\}/g, (_, target: string, text?: string) => `\`${text ?? target}\``)
    .replace(/^@example\s*$/gm, "")
    .replace(/^@(\w+) ?/gm, "*$1* ")
    .trim()
