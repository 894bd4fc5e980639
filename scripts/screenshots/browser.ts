/** The browser that shows the pages: Chromium where Debian puts it, or where CHROMIUM says. */
import { existsSync } from "node:fs"
import { type Browser, chromium } from "playwright-core"

const places = ["/usr/bin/chromium", "/usr/bin/chromium-headless-shell"]

/** Starts the browser, without requests to its vendor. `language` is that of its own controls, such as date pickers. */
export const launch = (language = "en-GB"): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? places.find((path) => existsSync(path)) ?? "",
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
