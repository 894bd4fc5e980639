/** The built pages, and the browser that looks at them: Chromium, where Debian puts it or where CHROMIUM says. */
import { fileURLToPath } from "node:url"
import { buildPages } from "@hipay-pos/till/buildPages"
import { type Browser, chromium } from "playwright-core"
import { build } from "vite"

/** Builds the console's pages and the till's where their servers look for them. */
export const buildAll = async (): Promise<void> => {
  await buildPages()
  const configFile = fileURLToPath(new URL("../../packages/console/vite.config.ts", import.meta.url))
  await build({ configFile, logLevel: "error" })
}

/** Starts the browser, without calls to its maker. `language` is what its own controls, such as those of a date, speak. */
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
