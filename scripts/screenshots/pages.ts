/** The built pages. */
import { fileURLToPath } from "node:url"
import { buildPages } from "@hipay-pos/till/buildPages"
import { build } from "vite"

/** Builds the console's and the till's pages into the folders that their servers read. */
export const buildAll = async (): Promise<void> => {
  await buildPages()
  const configFile = fileURLToPath(new URL("../../packages/console/vite.config.ts", import.meta.url))
  await build({ configFile, logLevel: "error" })
}
