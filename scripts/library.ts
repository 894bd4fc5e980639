/**
 * Writes the library in the working directory as few files: one for each entry and the chunks that they share, including the
 * packages that are named on the command line. A module costs Node about a millisecond to load, and a published
 * library cannot depend on a private package. Types stay as `tsc` wrote them; other libraries stay imports.
 */
import { globSync, readFileSync, rmSync } from "node:fs"
import { build } from "rolldown"

interface Entry {
  readonly "@hipay-pos/source": string
  readonly default: string
}

const inside = process.argv.slice(2)
const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
  readonly exports: Readonly<Record<string, Entry | string>>
}
const entries = Object.values(manifest.exports).filter((entry): entry is Entry => typeof entry !== "string")

// The modules that tsc wrote, which are no longer imported.
for (const file of globSync("dist/**/*.{js,js.map}")) rmSync(file)
await build({
  input: Object.fromEntries(
    entries.map((entry) => [entry.default.slice("./dist/".length, -".js".length), entry["@hipay-pos/source"]])
  ),
  platform: "neutral",
  external: (name) => !name.startsWith(".") && !name.startsWith("/") && !inside.includes(name),
  resolve: { conditionNames: ["@hipay-pos/source", "import", "default"] },
  output: {
    dir: "dist",
    format: "esm",
    chunkFileNames: "chunks/[name].js",
    sourcemap: true,
    comments: { jsdoc: false }
  }
})

// No published type names a private package.
for (const left of globSync("dist/node/files.d.ts*")) rmSync(left)
