/**
 * One sale through every interface: the till's total, the frame that goes to the terminal, the terminal's screen, the
 * console's attempt and the receipt say the same amount.
 */
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startServer } from "@hipay-pos/server-mock/node"
import { startTill } from "@hipay-pos/till"
import { buildPages } from "@hipay-pos/till/buildPages"
import type { Browser, Page } from "playwright-core"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { builtPages, hasBrowser, launch } from "./console/Browser.ts"

const COUNTER = { name: "Counter", host: "manual.terminal.test", port: 8888 }

describe.skipIf(!hasBrowser)("a sale, from the till to the receipt", { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "hipay-pos-sale-"))
  let browser: Browser
  beforeAll(async () => {
    await buildPages()
    browser = await launch()
  }, 120_000)
  afterAll(async () => {
    await browser.close()
  })

  const open = async (url: string): Promise<Page> => {
    const context = await browser.newContext({ locale: "fr-FR", viewport: { width: 1280, height: 800 } })
    const page = await context.newPage()
    page.setDefaultTimeout(60_000)
    await page.goto(url)
    return page
  }

  it("is one number everywhere", async () => {
    await using server = await startServer({ port: 0, pages: await builtPages() })
    await using till = await startTill({
      port: 0,
      server: { url: server.url, username: "merchant", password: "secret" },
      terminals: [COUNTER],
      dataDir: join(folder, "till")
    })
    const shop = await open(till.url)
    await shop.locator("#find").waitFor()
    for (const tile of [0, 3, 11]) await shop.locator(".tile").nth(tile).click()
    await shop.keyboard.press("F4")
    await shop.locator(".pay").waitFor()
    await shop.locator("button.go").click()
    await shop.locator(".waiting").waitFor()

    const console_ = await open(`${server.url}/`)
    await console_.locator("input[autocomplete=username]").fill("merchant")
    await console_.locator("input[type=password]").fill("secret")
    await console_.keyboard.press("Enter")
    await console_.locator("input[type=password]").waitFor({ state: "detached" })
    const name = encodeURIComponent(`${COUNTER.host}:${COUNTER.port}`)
    await console_.goto(`${server.url}/#/terminals/${name}`)
    const glass = console_.locator(".glass")
    await glass.getByText("PRÉSENTEZ LA CARTE").waitFor()
    const shown = /(\d+),(\d\d) EUR/.exec((await glass.innerText()).replace(/\s/g, " "))
    const amount = `${shown?.[1]},${shown?.[2]}`
    assert.include(await shop.locator("main").innerText(), amount)

    await console_.getByRole("button", { name: /^(Insérer|Insert)/ }).click()
    await shop.getByRole("button", { name: /^(Client suivant|Next customer)/ }).waitFor()
    assert.include(await console_.locator(".slip").innerText(), `${amount} EUR`)

    const headers = { authorization: `Basic ${btoa("merchant:secret")}` }
    const { attempts } = (await (await fetch(`${server.url}/attempts`, { headers })).json()) as {
      readonly attempts: ReadonlyArray<{ readonly id: string; readonly amount: number; readonly state: string }>
    }
    const [attempt] = attempts
    assert.deepInclude(attempt, { amount: Number(amount.replace(",", "")), state: "approved" })
    const { frames } = (await (await fetch(`${server.url}/attempts/${attempt?.id}`, { headers })).json()) as {
      readonly frames: { readonly request: string }
    }
    const digits = String(attempt?.amount)
    assert.include(frames.request, `CB${String(digits.length).padStart(3, "0")}${digits}`)

    await console_.goto(`${server.url}/#/attempts/${attempt?.id}`)
    await console_
      .getByRole("heading", { level: 1 })
      .or(console_.getByRole("heading", { level: 2 }))
      .first()
      .waitFor()
    await console_.locator("main").getByText(amount).first().waitFor()
  })
})
