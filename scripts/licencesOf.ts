/** The licences of the libraries that went into a bundle. */
import { existsSync, globSync, readFileSync } from "node:fs"
import { join } from "node:path"

/** The text of all of them, each under the library's name, for the modules of a bundle. */
export const licencesOf = (modules: ReadonlyArray<string>): string => {
  const folders = modules.map((file) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0])
  const libraries = new Set(folders.filter((folder) => folder !== undefined))
  return [...libraries]
    .map(licenceOf)
    .sort()
    .join(`\n${"-".repeat(80)}\n\n`)
}

/** The licence that a library ships; if it ships none, the standard text of the one it names, with its author. */
const licenceOf = (library: string): string => {
  const { name, version, license, author } = JSON.parse(readFileSync(join(library, "package.json"), "utf8"))
  const [shipped] = globSync("{LICENSE,LICENCE,license,licence}*", { cwd: library })
  const standard = new URL(`licences/${license}.txt`, import.meta.url)
  if (shipped === undefined && !existsSync(standard)) {
    throw new Error(`${name} ${version} ships no licence, and scripts/licences has no text of ${license}`)
  }
  const text =
    shipped === undefined
      ? `By ${author?.name ?? author}.\n\n${readFileSync(standard, "utf8")}`
      : readFileSync(join(library, shipped), "utf8")
  return `${name} ${version} (${license})\n\n${text.trim()}\n`
}
