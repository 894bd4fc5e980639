/**
 * Bundles the bins of the package in the working directory, each into one file, `NAME.bundle.cjs` beside the file that its
 * `bin` field names, which checks the version of Node and runs it.
 *
 * It is CommonJS: where an ES module imports one of Node's own modules, Node makes all that this module exports,
 * whatever of it is used.
 *
 * Everything but Node's own modules goes in, at the pinned versions: a bin runs without its package's dependencies, and
 * may therefore use what a published library may not. Comments but licences stay out: Node would hold them in memory.
 * The licences of all that went in stand beside the bins. A bin with the server in it gets the server's pages as well.
 *
 * A library cannot depend on a private package either: `src/node/files.ts`, which re-exports what is used of `files`, is
 * replaced in `dist` by that code. Libraries stay imports there.
 */
import { chmodSync, cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { build } from "rolldown"
import { launcher } from "./launcher.ts"
import { licencesOf } from "./licencesOf.ts"
import { lighter, toAscii } from "./lighter.ts"

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
  readonly bin?: Readonly<Record<string, string>>
  readonly engines: { readonly node: string }
  readonly devDependencies?: Readonly<Record<string, string>>
}
const bins = manifest.bin ?? {}

/** The modules that went into a bin. */
const modules: Array<string> = []

for (const [name, output] of Object.entries(bins)) {
  const file = output.replace(/\.js$/, ".bundle.cjs")
  const bundled = await build({
    input: output.replace("dist/", "src/").replace(/\.js$/, ".ts"),
    platform: "node",
    // Loaded only where a store is shared; a dependency of what is published.
    external: ["postgres"],
    plugins: [lighter],
    resolve: { conditionNames: ["@hipay-pos/source", "node", "import", "default"] },
    // effect looks for the settings that Vite puts there.
    checks: { emptyImportMeta: false },
    output: {
      file,
      format: "cjs",
      codeSplitting: false,
      minify: "dce-only",
      comments: { legal: true, jsdoc: false, annotation: false }
    }
  })
  writeFileSync(file, toAscii(readFileSync(file, "utf8")))
  writeFileSync(output, launcher(name, manifest.engines.node, basename(file)))
  chmodSync(output, 0o755)
  modules.push(...bundled.output[0].moduleIds)
}

const [bin] = Object.values(bins)
if (bin !== undefined) writeFileSync(join(dirname(bin), "LICENSES.txt"), licencesOf(modules))

const files = "src/node/files.ts"
if (existsSync(files)) {
  await build({
    input: files,
    platform: "node",
    external: (name) => !name.startsWith(".") && !name.startsWith("/") && name !== "@hipay-pos/files",
    resolve: { conditionNames: ["@hipay-pos/source", "node", "import", "default"] },
    output: { file: "dist/node/files.js", format: "esm", codeSplitting: false }
  })
  // No published type names the private package.
  for (const left of ["d.ts", "d.ts.map", "js.map"]) rmSync(`dist/node/files.${left}`, { force: true })
}

if (manifest.devDependencies?.["@hipay-pos/server-mock"] !== undefined) {
  rmSync("dist/pages", { recursive: true, force: true })
  cpSync(new URL("../packages/server-mock/pages/", import.meta.url), "dist/pages/", { recursive: true })
}
