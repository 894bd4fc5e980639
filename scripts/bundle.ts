/**
 * Bundles the bins of the package in the working directory, each into the one file that its `bin` field names.
 *
 * Everything but Node's own modules goes in, at the pinned versions: a bin runs without its package's dependencies, and
 * may therefore use what a published library may not. Comments but licences stay out: Node would hold them in memory.
 * A bin with the server in it gets the server's pages beside it.
 */
import { chmodSync, cpSync, readFileSync, rmSync } from "node:fs"
import { build } from "rolldown"

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
  readonly bin: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

for (const output of new Set(Object.values(manifest.bin))) {
  await build({
    input: output.replace("dist/", "src/").replace(/\.js$/, ".ts"),
    platform: "node",
    resolve: { conditionNames: ["@hipay-pos/source", "node", "import", "default"] },
    output: {
      file: output,
      format: "esm",
      banner: "#!/usr/bin/env node",
      minify: "dce-only",
      comments: { legal: true, jsdoc: false, annotation: false }
    }
  })
  chmodSync(output, 0o755)
}

if (manifest.devDependencies?.["@hipay-pos/server-mock"] !== undefined) {
  rmSync("dist/pages", { recursive: true, force: true })
  cpSync(new URL("../packages/server-mock/pages/", import.meta.url), "dist/pages/", { recursive: true })
}
