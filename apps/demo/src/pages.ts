/** The web pages of the demo: rebuilt if they are missing or older than their sources. */
import { readdirSync, statSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { buildPages as buildTill } from "@hipay-pos/till/buildPages"

const repository = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url))

const configFile = repository("packages/console/vite.config.ts")
const sources = [repository("packages/console/src"), repository("packages/core/src")]
const built = repository("packages/server-mock/pages/index.html")

/** Builds the console's pages and the till's, if necessary, in a second or two. */
export const buildPages = async (): Promise<void> => {
  if (changedAt(built) < Math.max(changedAt(configFile), ...sources.map(newest))) {
    const { build } = await import("vite")
    await build({ configFile, logLevel: "error" })
  }
  await buildTill()
}

/** When a file was last changed, in milliseconds; 0 if there is none. */
const changedAt = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0

const newest = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((latest, { parentPath, name }) => Math.max(latest, changedAt(`${parentPath}/${name}`)), 0)
