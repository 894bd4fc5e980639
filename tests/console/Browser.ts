/**
 * A real browser for tests of the pages: Chromium where Debian puts it, or where CHROMIUM says. Without one the tests
 * are skipped, and say so. The pages are built once for all tests of a process.
 */
import { existsSync } from "node:fs"
import { mkdtemp } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core"
import { build } from "vite"
import { afterAll, assert, beforeAll, it, onTestFailed } from "vitest"

/** Its headless shell, if installed, takes half the time: it draws no window around a page. */
const places = process.env.CHROMIUM ? [process.env.CHROMIUM] : ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"]

const executablePath = places.find((path) => existsSync(path)) ?? ""

/** Whether there is a browser. */
export const hasBrowser = executablePath !== ""

/** A test that needs a browser. */
export const browserIt = (name: string, options: { readonly timeout: number }, run: () => Promise<void>): void => {
  it.skipIf(!hasBrowser)(name, options, run)
}

const building = new Map<Build, Promise<string>>()

/** The pages to build: all of them, or those of a gateway, without the simulation. */
export type Build = "mock" | "gateway"

/** The folder of the built pages: a separate one, because other processes may be building into the servers' default folder. */
export const builtPages = (pages: Build = "mock"): Promise<string> => {
  const built = building.get(pages) ?? buildPages(pages)
  building.set(pages, built)
  return built
}

const buildPages = async (pages: Build): Promise<string> => {
  const outDir = await mkdtemp(join(tmpdir(), "hipay-pos-console-"))
  const configFile = fileURLToPath(new URL("../../packages/console/vite.config.ts", import.meta.url))
  await build({
    configFile,
    mode: pages === "gateway" ? "gateway" : "production",
    logLevel: "error",
    build: { outDir }
  })
  return outDir
}

/** Starts the browser; `await using` ends it. */
export const launch = async (): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync"
    ]
  })

/** One browser for all tests of a file: each visit has a context of its own. */
export const useBrowser = (): Pick<Browser, "newContext"> => {
  let browser: Browser | undefined
  beforeAll(async () => {
    if (hasBrowser) browser = await launch()
  })
  afterAll(() => browser?.close())
  return {
    newContext: async (options) => {
      if (browser === undefined) throw new Error("the browser has not been started")
      return browser.newContext(options)
    }
  }
}

/** A page, and its errors. */
export interface Visit extends AsyncDisposable {
  readonly context: BrowserContext
  readonly page: Page
  /** Errors of scripts, refusals of the content security policy, dialogs, requests to other hosts, missing files. */
  readonly complaints: ReadonlyArray<string>
}

/** The login of a mock without credentials. */
export const merchant = { username: "merchant", password: "secret" }

/**
 * Opens a page in a context of its own, without cookies or storage of others. If the test fails, prints what the page showed
 * last.
 */
export const visit = async (
  browser: Pick<Browser, "newContext">,
  url: string,
  options: BrowserContextOptions & {
    readonly signedIn?: boolean
    readonly login?: typeof merchant
    readonly timeout?: number
  } = {}
): Promise<Visit> => {
  const { signedIn = true, login = merchant, timeout = 30_000, ...rest } = options
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "Europe/Paris", ...rest })
  context.setDefaultTimeout(timeout)
  const complaints: Array<string> = []
  const page = await context.newPage()
  let shown: Promise<string> | undefined
  const readShown = () => {
    shown ??= page.locator("body").innerText({ timeout: 2_000 }).catch(String)
    return shown
  }
  onTestFailed(async () => {
    console.error([`${page.url()} showed last:`, await readShown(), ...complaints].join("\n"))
  })
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`))
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on("console", (message) => {
    // The browser itself logs refused calls and lost connections.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      complaints.push(message.text())
    }
  })
  page.on("response", (response) => {
    if (response.status() === 404) complaints.push(`404: ${response.url()}`)
  })
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url())
    if (url !== "about:blank" && origin !== new URL(url).origin && protocol.startsWith("http"))
      complaints.push(`request to ${request.url()}`)
  })
  if (signedIn) {
    const reply = await context.request.post(new URL("/session", url).href, {
      data: login
    })
    assert.strictEqual(reply.status(), 204)
  }
  await page.goto(url)
  return {
    context,
    page,
    complaints,
    [Symbol.asyncDispose]: async () => {
      await readShown()
      await context.close()
    }
  }
}
