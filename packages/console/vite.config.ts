/**
 * Builds the pages, with the licences of what went into them, into server-mock's package, which serves them at its root.
 * Browsers of the last two years.
 */
import { fileURLToPath } from "node:url"
import { defineConfig } from "vite"

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

export default defineConfig({
  root: path("src"),
  publicDir: path("src/public"),
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "hono/jsx/dom", development: false } },
  build: {
    outDir: path("../server-mock/pages"),
    emptyOutDir: true,
    target: ["chrome123", "firefox128", "safari17.5"],
    modulePreload: { polyfill: false },
    license: { fileName: "licenses.md" },
    // The pages' content security policy allows data: for images only, and small files compress better on their own.
    assetsInlineLimit: 0
  }
})
