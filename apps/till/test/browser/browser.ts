/**
 * A browser for tests, where there is one: Chromium where Debian puts it, or where CHROMIUM says. Pages that ran into an
 * error, or broke the policy, say so.
 */
import { existsSync } from "node:fs"
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core"

/** Its headless shell, where it is installed, takes half the time: it draws no window around a page. */
const places = process.env.CHROMIUM ? [process.env.CHROMIUM] : ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"]

const executablePath = places.find((path) => existsSync(path)) ?? ""

/** Whether there is a browser; without one, its tests are skipped and say so. */
export const hasBrowser = executablePath !== ""

const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync"
]

/** A page with what went wrong on it. Leaving an `await using` block closes it. */
export interface OpenPage extends AsyncDisposable {
  readonly page: Page
  /** Errors of scripts, refusals of the policy, and dialogs that a page opened. */
  readonly faults: ReadonlyArray<string>
}

let browser: Promise<Browser> | undefined

/** Opens a page at an address, in English, as wide as a counter's screen, unless told otherwise. */
export const openPage = async (url: string, options: BrowserContextOptions = {}): Promise<OpenPage> => {
  browser ??= chromium.launch({ executablePath, args })
  const context = await (await browser).newContext({
    locale: "en-GB",
    viewport: { width: 1280, height: 800 },
    // Colours that fade into others would be measured halfway.
    reducedMotion: "reduce",
    ...options
  })
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  const faults: Array<string> = []
  page.on("pageerror", (error) => faults.push(error.message))
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on("console", (message) => {
    // A refused action is an answer of 409, which the browser writes down as an error.
    if (message.type() === "error" && !message.text().includes("409")) faults.push(message.text())
  })
  await page.goto(url)
  return { page, faults, [Symbol.asyncDispose]: () => context.close() }
}

/** Closes the browser; the next page opens another. */
export const closeBrowser = async (): Promise<void> => {
  await (await browser)?.close()
  browser = undefined
}
