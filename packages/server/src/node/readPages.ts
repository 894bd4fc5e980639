/**
 * Reads the console's files into memory once, at the start, so that they stay consistent if the program is replaced meanwhile;
 * those of the page `/docs` when they are first requested. Files are compressed when they are first sent, since a mock inside a
 * test never sends any.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { extname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import type { Page, Pages } from "../pages/Pages.ts"

/** The files of a folder, or those inside the executable; empty if there are none. */
export const readPages = (folder: string | undefined): Pages => {
  const pages = new Map<string, Page>()
  for (const { name, read } of folder === undefined ? [] : folder === EMBEDDED ? embedded() : filesIn(folder)) {
    const body = lazily(read)
    const gzipped = lazily(() => new Uint8Array(gzipSync(body())))
    // This page's library is many times as large as everything else, and few people open the page.
    if (!name.startsWith("/docs/")) body()
    pages.set(name === "/index.html" ? "/" : name, {
      type: types[extname(name)] ?? "application/octet-stream",
      get body() {
        return body()
      },
      get gzipped() {
        return gzipped()
      },
      immutable: name.startsWith("/assets/")
    })
  }
  return pages
}

interface File {
  /** Such as `/index.html`. */
  readonly name: string
  readonly read: () => Uint8Array<ArrayBuffer>
}

/** Lists each folder separately: in Yarn's archives, the entries of a recursive listing do not know their parents. */
const filesIn = (folder: string, name = ""): ReadonlyArray<File> =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const inside = `${name}/${entry.name}`
    if (entry.isDirectory()) return filesIn(join(folder, entry.name), inside)
    return entry.isFile() ? [{ name: inside, read: () => readFileSync(join(folder, entry.name)) }] : []
  })

/** Represents the pages inside a single executable, whose names begin with `pages/`. */
const EMBEDDED = "pages inside the executable"

const embedded = (): ReadonlyArray<File> => {
  const sea = process.getBuiltinModule?.("node:sea")
  if (sea?.isSea() !== true) return []
  return sea
    .getAssetKeys()
    .filter((key) => key.startsWith("pages/"))
    .map((key) => ({ name: key.slice("pages".length), read: () => new Uint8Array(sea.getAsset(key)) }))
}

const lazily = <A>(make: () => A): (() => A) => {
  let made: { readonly value: A } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/**
 * The folder of a program's pages, relative to one of its modules in `src/node`: beside the sources, beside the build, or
 * beside the bundle; or inside the executable. Undefined if there is none, as in a bundle of CommonJS, whose modules have
 * no address.
 */
export const findPages = (module: string | undefined): string | undefined =>
  embedded().length > 0
    ? EMBEDDED
    : ["./pages/", "../../pages/"]
        .flatMap((place) => URL.parse(place, module) ?? [])
        .map((url) => fileURLToPath(url))
        .find((folder) => existsSync(join(folder, "index.html")))

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".json": "application/json",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json"
}
