/**
 * A real browser for tests of the pages: Chromium where Debian puts it, or where CHROMIUM says. Without one the tests
 * are skipped, and say so.
 *
 * The pages are built once, into a folder of their own, and served by the fake under the policy that the server sends.
 */
import { existsSync } from "node:fs"
import { mkdtemp } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core"
import { build } from "vite"
import { assert, it } from "vitest"

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium"

/** Whether there is a browser. */
export const hasBrowser = existsSync(executablePath)

/** A test that needs a browser. */
export const browserIt = (name: string, options: { readonly timeout: number }, run: () => Promise<void>): void => {
  it.skipIf(!hasBrowser)(name, options, run)
}

let building: Promise<string> | undefined

/** The folder of the built pages. */
export const builtPages = (): Promise<string> => {
  building ??= (async () => {
    const outDir = await mkdtemp(join(tmpdir(), "hipay-pos-console-"))
    const configFile = fileURLToPath(new URL("../../vite.config.ts", import.meta.url))
    await build({ configFile, logLevel: "error", build: { outDir } })
    return outDir
  })()
  return building
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

/** A page, and everything about it that nobody wants to see. */
export interface Visit extends AsyncDisposable {
  readonly context: BrowserContext
  readonly page: Page
  /** Errors of scripts, refusals of the content security policy, requests to other hosts. */
  readonly complaints: ReadonlyArray<string>
}

/** Opens a page in a context of its own: no cookies, nothing remembered. */
export const visit = async (
  browser: Browser,
  url: string,
  options: BrowserContextOptions & { readonly signedIn?: boolean } = {}
): Promise<Visit> => {
  const { signedIn = true, ...rest } = options
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "Europe/Paris", ...rest })
  context.setDefaultTimeout(10_000)
  const complaints: Array<string> = []
  const page = await context.newPage()
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`))
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on("console", (message) => {
    // The browser logs every refused call and every broken line by itself.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      complaints.push(message.text())
    }
  })
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url())
    if (origin !== new URL(url).origin && protocol.startsWith("http")) complaints.push(`request to ${request.url()}`)
  })
  if (signedIn) {
    const reply = await context.request.post(new URL("/session", url).href, {
      data: { username: "merchant", password: "secret" }
    })
    assert.strictEqual(reply.status(), 204)
  }
  await page.goto(url)
  return { context, page, complaints, [Symbol.asyncDispose]: () => context.close() }
}
