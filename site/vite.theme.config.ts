/** Builds the style and the script of text pages, with their fonts. */
import { fileURLToPath } from "node:url"
import { defineConfig } from "vite"

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

export default defineConfig({
  publicDir: false,
  base: "./",
  build: {
    outDir: path("dist/assets"),
    emptyOutDir: false,
    cssCodeSplit: false,
    target: ["chrome123", "firefox128", "safari17.5"],
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: path("theme/main.ts"),
      // A classic script, because pages opened from disk may not load modules.
      output: {
        format: "iife",
        entryFileNames: "site.js",
        assetFileNames: ({ names }) => (names[0]?.endsWith(".css") ? "site.css" : "[name][extname]")
      }
    }
  }
})
