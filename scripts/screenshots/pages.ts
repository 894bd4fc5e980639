/** The built pages, and the browser that shows them: Chromium at Debian's path or at CHROMIUM. */
import { fileURLToPath } from "node:url"
import { buildPages } from "@hipay-pos/till/buildPages"
import { type Browser, chromium } from "playwright-core"
import { build } from "vite"

/** Builds the console's and the till's pages into the folders that their servers read. */
export const buildAll = async (): Promise<void> => {
  await buildPages()
  const configFile = fileURLToPath(new URL("../../packages/console/vite.config.ts", import.meta.url))
  await build({ configFile, logLevel: "error" })
}

/** Starts the browser, without requests to its vendor. `language` is that of its own controls, such as date pickers. */
export const launch = (language = "en-GB"): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      `--lang=${language}`,
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync"
    ],
    env: { ...process.env, LANGUAGE: language }
  })
