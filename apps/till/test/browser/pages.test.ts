/** State and texts of the pages: how a card ended, the history's address, the focus, and a phone's width. */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { afterAll, afterEach, assert, describe, it, vi } from "@effect/vitest"
import { Cardholder, Fault, TestCard } from "@hipay-pos/terminal-simulator"
import type { AxeResults } from "axe-core"
import * as Result from "effect/Result"
import type { Page } from "playwright-core"
import type { DayView, SaleList, SaleSummary } from "../../src/api.ts"
import { losePayment, openShop, seenOf } from "../server/shop.ts"
import { closeBrowser, hasBrowser, openPage } from "./browser.ts"

const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name })
const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { name })
const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? "")

describe.skipIf(!hasBrowser)("the pages of the till", { timeout: 180_000 }, () => {
  afterEach(() => void vi.useRealTimers())
  afterAll(closeBrowser)

  it("say how a card ended if the sale's own view was open meanwhile", async () => {
    await using shop = await openShop({ terminal: { cardholder: Cardholder.manual } })
    const { sale } = await shop.act({ do: "add", code: "MUG", quantity: 1 })
    await shop.act({ do: "card", amount: 1290, terminal: "Counter", ...seenOf(sale) })
    await shop.terminalWaits()
    await using open = await openPage(`${shop.url}/#/sale`)
    const { page } = open
    await heading(page, "The customer is paying at “Counter”").waitFor()
    shop.terminal.pressKey("cancel")
    await heading(page, "Not paid").waitFor()
    assert.match(page.url(), /#\/pay$/)
    assert.deepStrictEqual(open.faults, [])
  })

  it("suggest the terminal's amount if it differs from the amount asked for", async () => {
    await using shop = await openShop({ terminal: { cardholder: Cardholder.auto(TestCard.standard) } })
    shop.terminal.setFault(Result.getOrThrow(Fault.fromText("amount-higher")))
    const { sale } = await shop.act({ do: "add", code: "MUG", quantity: 1 })
    await shop.act({ do: "card", amount: 1290, terminal: "Counter", ...seenOf(sale) })
    const lost = await shop.until(({ sale }) => sale?.stage === "unknown")
    const [tender] = lost.sale?.tenders ?? []
    const said = tender?.means === "card" ? (tender.said?.amount ?? 0) : 0
    assert.notInclude([0, 1290], said)
    await using open = await openPage(shop.url)
    const { page } = open
    await page.getByText("The terminal’s answer does not fit the payment").waitFor()
    await page.getByText("It was accepted").click()
    assert.strictEqual(await page.locator("[name=paid]").inputValue(), (said / 100).toFixed(2))
  })

  it("find the search again by Back, and say that there are more than are shown", async () => {
    await using shop = await openShop()
    const sold = (ticket: number): SaleSummary => ({
      id: `S${ticket}`,
      ticket,
      kind: "sale",
      stage: "completed",
      total: 1290,
      pieces: 1,
      means: ["cash"],
      cards: [],
      contradicted: false,
      at: Date.UTC(2026, 10, 28, 9)
    })
    await using open = await openPage(`${shop.url}/#/history`)
    const { page } = open
    await page.route(/\/api\/sales\?q=/, (route) => {
      const limit = Math.min(134, Number(new URL(route.request().url()).searchParams.get("limit")))
      const list: SaleList = { sales: Array.from({ length: limit }, (_, n) => sold(n + 1)), more: limit < 134 }
      return route.fulfill({ json: list })
    })
    await page.getByLabel("Search all days").fill("12.90")
    await page.keyboard.press("Enter")
    await page.getByText("More than 100 sales found").waitFor()
    await button(page, "Show 100 more").click()
    await page.getByText("134 sales found").waitFor()
    assert.include(await focused(page), "000101")
    await page.locator(".sales a").first().click()
    await page.getByText("Sale not found.").waitFor()
    await page.goBack()
    await page.getByText("More than 100 sales found").waitFor()
    assert.strictEqual(await page.getByLabel("Search all days").inputValue(), "12.90")
    assert.match(page.url(), /#\/history\?q=12\.90$/)
  })

  it("give examples of amounts with the digits of the shop's currency", async () => {
    for (const [currency, amount, other] of [
      ["JPY", "1250", "1918"],
      ["KWD", "1.250", "1.918"]
    ] as const) {
      await using shop = await openShop({ till: { currency } })
      await shop.act({ do: "add", code: "MUG", quantity: 1 })
      await using open = await openPage(`${shop.url}/#/pay`)
      const { page } = open
      await page.getByLabel("Amount of this payment").first().fill("x")
      await button(page, /^Card/).click()
      await page.getByRole("alert").getByText(`Type an amount such as ${amount}.`).waitFor()
      await page.goto(`${shop.url}/#/history?q=nothing`)
      await page.getByText(`an amount such as ${other}, or`).waitFor()
      assert.deepStrictEqual(open.faults, [])
    }
  })

  it("move the keyboard to the closing once a day is closed, and to the count when it is counted again", async () => {
    await using shop = await openShop()
    await using open = await openPage(`${shop.url}/#/day`)
    const { page } = open
    await page.getByLabel("Your name").fill("Ana")
    await button(page, "Close the day").click()
    await page.getByRole("heading", { name: "Closing 0001" }).and(page.locator(":focus")).waitFor()
    await button(page, "Recount").click()
    await page.getByRole("heading", { name: "Close the day" }).and(page.locator(":focus")).waitFor()
    await page.getByLabel("Your name").fill("Ana")
    await button(page, "Close the day").click()
    await page.getByRole("heading", { name: "Closing 0002" }).and(page.locator(":focus")).waitFor()
    assert.deepStrictEqual(open.faults, [])
  })

  it("print a day's totals with the time of the printing", async () => {
    await using shop = await openShop()
    await using open = await openPage(`${shop.url}/#/day`)
    const { page } = open
    const printed = page.locator(".print-head").getByText(/^Printed /)
    await printed.waitFor({ state: "attached" })
    const before = await printed.textContent()
    await page.clock.install()
    await page.clock.fastForward("03:00:00")
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")))
    assert.notStrictEqual(await printed.textContent(), before)
  })

  it("have a day's figures on one line each on a phone, and scroll its tables by the keyboard", async () => {
    await using shop = await openShop()
    const { sale } = await shop.act({ do: "add", code: "MUG", quantity: 1 })
    await shop.act({ do: "cash", given: 2000, ...seenOf(sale) })
    await shop.until(({ sale }) => sale?.stage === "completed")
    await using open = await openPage(`${shop.url}/#/sale`, { locale: "fr-FR", viewport: { width: 360, height: 700 } })
    const { page } = open
    await page.route("**/api/days/*", async (route) => {
      const response = await route.fetch()
      const day = (await response.json()) as DayView
      const sales = { ...day.sales, amount: 300_023_012 }
      await route.fulfill({ json: { ...day, net: 1_234_567, sales } })
    })
    await page.goto(`${shop.url}/#/day`)
    await page.locator(".figures dd").first().waitFor()
    const lines = await page.locator(".figures dd").evaluateAll((amounts) =>
      amounts.map((amount) => {
        const range = document.createRange()
        range.selectNodeContents(amount)
        return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size
      })
    )
    assert.deepStrictEqual(new Set(lines), new Set([1]))
    assert.isAtMost(await page.evaluate(() => document.documentElement.scrollWidth), 360)
    await page.evaluate(readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"))
    const unreached = await page.evaluate(async () => {
      const { axe } = window as unknown as { axe: { run: (options: object) => Promise<AxeResults> } }
      const found = await axe.run({ runOnly: ["scrollable-region-focusable"] })
      return found.violations.flatMap(({ nodes }) => nodes.map(({ html }) => html))
    })
    assert.deepStrictEqual(unreached, [])
  })

  it("say on a refund's receipt that cash was given back", async () => {
    await using shop = await openShop()
    const { sale } = await shop.act({ do: "add", code: "MUG", quantity: 1 })
    await shop.act({ do: "cash", given: 1290, ...seenOf(sale) })
    await shop.until(({ sale }) => sale?.stage === "completed")
    await shop.act({ do: "next" })
    await shop.act({ do: "refund", sale: sale?.id ?? "", lines: [{ line: 1, quantity: 1 }] })
    const { sale: refund } = await shop.state()
    await shop.act({ do: "cash", given: 1290, ...seenOf(refund) })
    await shop.until(({ sale }) => sale?.kind === "refund" && sale.stage === "completed")
    await using open = await openPage(shop.url)
    await open.page.locator(".paper").getByText("Cash given back").waitFor()
  })

  it("follow the till when it starts again with its clock set back", async () => {
    await using shop = await openShop()
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_600_000 })
    await shop.act({ do: "add", code: "MUG", quantity: 1 })
    await using open = await openPage(shop.url)
    const { page } = open
    await page.getByText("1 item", { exact: true }).waitFor()
    vi.useRealTimers()
    await shop.restart()
    await shop.act({ do: "add", code: "MUG", quantity: 1 })
    await page.getByText("2 items", { exact: true }).waitFor()
  })

  it("say that a card was charged more than was asked for", async () => {
    await using shop = await openShop()
    await shop.act({ do: "add", code: "MUG", quantity: 1 })
    const { sale } = await losePayment(shop)
    await shop.act({
      do: "resolve",
      tender: 1,
      outcome: "approved",
      paid: 1500,
      over: true,
      by: "Ana",
      evidence: "slip 7",
      ...seenOf(sale)
    })
    await using open = await openPage(shop.url)
    const { page } = open
    await page.getByRole("alert").getByText("The card was charged €2.10 more than was asked for.").waitFor()
    await button(page, "Français").click()
    await page.getByRole("alert").getByText("La carte a été débitée de 2,10 € de plus que demandé.").waitFor()
    // On the paper of the day, too, which is laid beside the terminal's slip.
    await page.getByRole("link", { name: "Journée" }).click()
    await page.emulateMedia({ media: "print" })
    await page.getByText("Les cartes ont été débitées de 2,10 € de plus que demandé").waitFor()
  })

  it("open another connection when the till has been silent, and do an action once for two clicks", async () => {
    await using shop = await openShop()
    await shop.act({ do: "add", code: "MUG", quantity: 1 })
    await using open = await openPage("about:blank")
    const { page } = open
    await page.clock.install()
    await page.goto(`${shop.url}/#/pay`)
    const cash = button(page, /^Take /)
    await cash.waitFor()
    const reopened = page.waitForRequest(/\/api\/events$/)
    await page.clock.fastForward(30_000)
    await reopened
    let sent = 0
    page.on("request", (request) => {
      if (request.url().endsWith("/api/act")) sent++
    })
    await cash.evaluate((each) => {
      for (let clicks = 0; clicks < 2; clicks++) (each as HTMLElement).click()
    })
    await heading(page, /^Paid/).waitFor()
    assert.strictEqual(sent, 1)
  })

  it("count every click on a quantity, and add a typed amount once for two, however slow the till is", async () => {
    await using shop = await openShop()
    await shop.act({ do: "add", code: "MUG", quantity: 1 })
    await using open = await openPage(shop.url)
    const { page } = open
    const clicked = Promise.withResolvers<void>()
    await page.route("**/api/act", async (route) => {
      await clicked.promise
      await route.continue()
    })
    const click = (name: string | RegExp, times: number) =>
      button(page, name).evaluate((each, times) => {
        for (let clicks = 0; clicks < times; clicks++) (each as HTMLElement).click()
      }, times)
    await click(/: one more$/, 3)
    await click(/: one fewer$/, 1)
    await button(page, "Other amount").click()
    await page.locator("input[name=price]").fill("7.50")
    await click("Add €7.50", 2)
    clicked.resolve()
    await page.getByText("Other amount: 1 on the sale").waitFor()
    await page.getByText("4 items", { exact: true }).waitFor()
    const { sale } = await shop.state()
    assert.deepStrictEqual(
      sale?.lines.map(({ quantity }) => quantity),
      [3, 1]
    )
  })

  it("count a click that comes between the answers to earlier ones", async () => {
    await using shop = await openShop()
    await shop.act({ do: "add", code: "MUG", quantity: 1 })
    await using open = await openPage(shop.url)
    const { page } = open
    const answers = [1, 2, 3].map(() => Promise.withResolvers<void>())
    let asked = 0
    await page.route("**/api/act", async (route) => {
      await answers[asked++]?.promise
      await route.continue()
    })
    const more = button(page, /: one more$/)
    await more.click()
    await button(page, /: one fewer$/).click()
    await more.click()
    answers[0]?.resolve()
    await page.getByText("2 items", { exact: true }).waitFor()
    answers[1]?.resolve()
    await page.getByText("1 item", { exact: true }).waitFor()
    await more.click()
    answers[2]?.resolve()
    await page.getByText("3 items", { exact: true }).waitFor()
  })

  it("show the date of a sale that was parked on another day", async () => {
    await using shop = await openShop()
    vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 0, 2, 12) })
    const { sale } = await shop.act({ do: "add", code: "MUG", quantity: 1 })
    await shop.act({ do: "park", ...seenOf(sale) })
    vi.useRealTimers()
    await using open = await openPage(shop.url)
    await open.page
      .locator(".parked")
      .getByText(/^2 Jan, \d\d:\d\d · 1 item$/)
      .waitFor()
  })
})
