/** Builds the playground into a single HTML file, which also opens from disk, where pages may not load modules. */
import { fileURLToPath } from "node:url"
import { defaultClientConditions, defineConfig } from "vite"
import { viteSingleFile } from "vite-plugin-singlefile"

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

export default defineConfig({
  root: path("playground"),
  publicDir: false,
  base: "./",
  resolve: { conditions: ["@hipay-pos/source", ...defaultClientConditions] },
  define: { SIMULATION: "true" },
  oxc: { jsx: { runtime: "automatic", importSource: "hono/jsx/dom", development: false } },
  plugins: [viteSingleFile({ removeViteModuleLoader: true })],
  build: {
    outDir: path("dist"),
    // The folder also has the rest of the site.
    emptyOutDir: false,
    target: ["chrome123", "firefox128", "safari17.5"],
    modulePreload: { polyfill: false },
    assetsInlineLimit: Number.MAX_SAFE_INTEGER,
    chunkSizeWarningLimit: 4_000
  }
})
