/** Builds the till's pages with Vite, for a demo or a test that finds none. */
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"

/** Where the pages are built to. */
export const pagesFolder = fileURLToPath(new URL("../../dist/web", import.meta.url))

/** Builds the pages; without `always`, only when there are none. Takes about a second. */
export const buildPages = async ({ always = false }: { readonly always?: boolean } = {}): Promise<void> => {
  if (!always && existsSync(`${pagesFolder}/index.html`)) return
  const { build } = await import("vite")
  await build({ configFile: fileURLToPath(new URL("../../vite.config.ts", import.meta.url)), logLevel: "error" })
}
