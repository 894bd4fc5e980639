/**
 * Writes the entries of the library in the working directory that have a condition `require` as CommonJS, for loaders that
 * support nothing else, such as Jest's. Node itself uses the ES modules for `require` too, by the condition `module-sync` before
 * it, so that no program loads the library twice.
 *
 * Modules without a CommonJS version, above all effect, are bundled, and so are those that the package does not depend on
 * itself. The rest stays an import.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs"
import { basename } from "node:path"
import { build } from "rolldown"
import { licencesOf } from "./licencesOf.ts"

interface Entry {
  readonly "@hipay-pos/source": string
  readonly require: string
}

/** Libraries that are published as CommonJS, too. */
const COMMONJS = ["hono", "@hono/node-server", "rate-limiter-flexible"]

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
  readonly exports: Readonly<Record<string, Partial<Entry> | string>>
  readonly dependencies?: Readonly<Record<string, string>>
}
const outside = COMMONJS.filter((name) => manifest.dependencies?.[name] !== undefined)
const entries = Object.values(manifest.exports).filter(
  (entry): entry is Entry => typeof entry !== "string" && entry.require !== undefined
)

rmSync("dist/commonjs", { recursive: true, force: true })
const { output } = await build({
  input: Object.fromEntries(entries.map((entry) => [basename(entry.require, ".cjs"), entry["@hipay-pos/source"]])),
  platform: "node",
  external: (name) => outside.some((library) => name === library || name.startsWith(`${library}/`)),
  resolve: { conditionNames: ["@hipay-pos/source", "node", "import", "default"] },
  output: {
    dir: "dist/commonjs",
    format: "cjs",
    entryFileNames: "[name].cjs",
    chunkFileNames: "chunks/[name].cjs",
    minify: "dce-only",
    comments: { legal: true, jsdoc: false, annotation: false }
  }
})
const modules = output.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []))
writeFileSync("dist/commonjs/LICENSES.txt", licencesOf(modules))
