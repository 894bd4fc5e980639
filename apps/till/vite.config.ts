import { fileURLToPath } from "node:url"
import { defaultClientConditions, defineConfig } from "vite"

// The pages: scripts, one style sheet, no inline code, so that the strictest policy lets them run.
export default defineConfig({
  root: fileURLToPath(new URL("src/web", import.meta.url)),
  resolve: { conditions: ["@hipay-pos/source", ...defaultClientConditions] },
  oxc: { jsx: { runtime: "automatic", importSource: "hono/jsx/dom" } },
  build: {
    outDir: fileURLToPath(new URL("dist/web", import.meta.url)),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false }
  }
})
