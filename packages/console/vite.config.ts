/**
 * Builds the pages, with the licences of what went into them, into the package whose server has them at its root: all of
 * them into server-mock, and with `--mode gateway`, without those that steer simulated terminals, into gateway. Browsers
 * of the last two years.
 */
import { fileURLToPath } from "node:url"
import { defaultClientConditions, defineConfig } from "vite"

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

export default defineConfig(({ mode }) => ({
  root: path("src"),
  publicDir: path("src/public"),
  base: "./",
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
