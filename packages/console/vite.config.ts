/**
 * Builds the pages, with the licences of what went into them, into the package whose server has them at its root: all of
 * them into server-mock, and with `--mode gateway`, without those that steer simulated terminals, into gateway. Browsers
 * of the last two years.
 */
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { defaultClientConditions, defineConfig, type Plugin } from "vite"

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

/** Scalar's API reference for the page /docs: its standalone bundle as it comes, without what the page switches off. */
const reference: Plugin = {
  name: "api-reference",
  generateBundle() {
    const bundle = path("node_modules/@scalar/api-reference/dist/browser")
    const emit = (fileName: string, file: string) =>
      this.emitFile({ type: "asset", fileName: `docs/reference/${fileName}`, source: readFileSync(file) })
    for (const file of globSync("{standalone.esm.js,chunks/*.js}", { cwd: bundle })) {
      // Loaded only by a chat with, and an advertisement of, the library's maker.
      if (!/^chunks\/(Agent|[Ee]xplore)/.test(file)) emit(file, join(bundle, file))
    }
    emit("LICENSES.txt", path("reference/LICENSES.txt"))
  }
}

export default defineConfig(({ mode }) => ({
  root: path("src"),
  publicDir: path("src/public"),
  base: "./",
  plugins: [reference],
  resolve: { conditions: ["@hipay-pos/source", ...defaultClientConditions] },
  define: { SIMULATION: JSON.stringify(mode !== "gateway") },
  oxc: { jsx: { runtime: "automatic", importSource: "hono/jsx/dom", development: false } },
  build: {
    outDir: path(mode === "gateway" ? "../gateway/pages" : "../server-mock/pages"),
    emptyOutDir: true,
    target: ["chrome123", "firefox128", "safari17.5"],
    modulePreload: { polyfill: false },
    license: { fileName: "licenses.md" },
    // The pages' content security policy allows data: for images only, and small files compress better on their own.
    assetsInlineLimit: 0
  }
}))
