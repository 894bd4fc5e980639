/**
 * Bundles the bins of the package in the working directory, each into one file, `NAME.bundle.cjs` beside the file that its
 * `bin` field names, which checks the version of Node and runs it.
 *
 * Everything except Node's own modules is bundled, at the pinned versions: a bin runs without its package's dependencies, and
 * may therefore use modules that a published library may not. The licences of everything bundled are beside the bins. A bin
 * that contains the server gets the server's pages as well.
 *
 * A library cannot depend on a private package either: `src/node/files.ts`, which re-exports the parts of `files` in use, is
 * replaced in `dist` by their code. Libraries stay imports there.
 */
import { chmodSync, cpSync, existsSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { build } from "rolldown"
import { bundleBin } from "./bundleBin.ts"
import { launcher } from "./launcher.ts"
import { licencesOf } from "./licencesOf.ts"

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
  readonly bin?: Readonly<Record<string, string>>
  readonly engines: { readonly node: string }
  readonly devDependencies?: Readonly<Record<string, string>>
}
const bins = manifest.bin ?? {}

for (const left of globSync("dist/**/*.bundle.*")) rmSync(left)

/** The modules that went into a bin. */
const modules: Array<string> = []

for (const [name, output] of Object.entries(bins)) {
  const file = output.replace(/\.js$/, ".bundle.cjs")
  const input = output.replace("dist/", "src/").replace(/\.js$/, ".ts")
  // PostgreSQL's client is loaded only for a shared store, and is a dependency of the published package.
  modules.push(...(await bundleBin(input, file, { external: ["postgres"] })))
  writeFileSync(output, launcher(name, manifest.engines.node, basename(file)))
  chmodSync(output, 0o755)
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
