/**
 * `pnpm screenshots`: every main view as a picture in docs/images, from the current pages with a mock that has a day's
 * payments. Needs Chromium where Debian puts it, or where CHROMIUM says.
 *
 * Times and order ids differ from run to run; everything else is the same.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { startServer } from "@hipay-pos/server-mock/node"
import { Cardholder, Fault, TestCard } from "@hipay-pos/terminal-simulator"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import { startTill } from "@hipay-pos/till"
import * as Result from "effect/Result"
import type { Page } from "playwright-core"
import { launch } from "./browser.ts"
import { buildAll } from "./pages.ts"

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
const images = path("../../docs/images/")
mkdirSync(images, { recursive: true })

// The till uses the machine's time zone: set to the shop's, so that a receipt and the terminal's ticket on it agree.
process.env.TZ = "Europe/Paris"
await buildAll()

const dataDir = mkdtempSync(join(tmpdir(), "screenshots-"))
await using counter = await startTerminal({ port: 0, seed: "screenshots", cardholder: Cardholder.manual })
await using server = await startServer({
  port: 0,
  attach: [`127.0.0.1:${counter.port}`],
  seed: "screenshots",
  timeZone: "Europe/Paris"
})
await using till = await startTill({
  port: 0,
  server: { url: server.url, username: "merchant", password: "secret" },
  terminals: [
    { name: { en: "Counter", fr: "Comptoir" }, host: "127.0.0.1", port: counter.port },
    { name: { en: "Terrace", fr: "Terrasse" }, host: "manual.terminal.test", tips: true }
  ],
  language: "en",
  dataDir
})
const browser = await launch()

const open = async (url: string, options: Parameters<typeof browser.newContext>[0] = {}): Promise<Page> => {
  const context = await browser.newContext({
    locale: "en-GB",
    timezoneId: "Europe/Paris",
    viewport: { width: 1280, height: 800 },
    reducedMotion: "reduce",
    ...options
  })
  const page = await context.newPage()
  await page.goto(url)
  return page
}

const shoot = async (page: Page, name: string) => {
  await page.screenshot({ path: `${images}${name}.png` })
  console.log(`docs/images/${name}.png`)
}

/** Sends an order to a terminal whose name decides the outcome. */
const order = (orderId: string, host: string, amount: number, more: object = {}) =>
  fetch(`${server.url}/v1/connector/order`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa("merchant:secret")}`, "content-type": "application/json" },
    body: JSON.stringify({
      order: { order_id: orderId, price: { amount, currency: "EUR" } },
      pos_technical_info: {
        notify_url: "http://127.0.0.1:3000/notify",
        host_information: { host },
        terminal_transaction_display: {
          protocol: "ConcertV3.2",
          contract_array: [{ merchant_contract: "1234567", rank: "001", payment_application: "001" }]
        },
        ...more
      }
    })
  })

const terminalWaits = async () => {
  while (counter.simulator.state().stage !== "woken") {
    await new Promise<void>((resolve) => {
      const stop = counter.simulator.subscribe(() => {
        stop()
        resolve()
      })
    })
  }
}

/** Acts as the person at a terminal that the mock simulates. */
const control = (terminal: string, what: "card" | "key", body: object) =>
  fetch(`${server.control.url}/terminals/${encodeURIComponent(terminal)}/${what}`, {
    method: "POST",
    headers: { authorization: `Bearer ${server.control.token}`, "content-type": "application/json" },
    body: JSON.stringify(body)
  })

/** The attempt of the till whose answer contradicts the order. */
const unknownAtCounter = async (): Promise<string> => {
  const headers = { authorization: `Basic ${btoa("merchant:secret")}` }
  const response = await fetch(`${server.url}/attempts?state=unknown&q=127.0.0.1`, { headers })
  const { attempts } = (await response.json()) as { readonly attempts: ReadonlyArray<{ readonly id: string }> }
  return attempts[0]?.id ?? ""
}

/** The day before: what a shop with two terminals takes, by the hour, with one payment that is unknown. */
const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
const trade = async () => {
  const perHour = [2, 3, 4, 6, 7, 4, 3, 3, 5, 6, 2]
  let number = 0
  for (const [since, count] of perHour.entries()) {
    for (let n = 0; n < count; n++) {
      number++
      await server.mock.clock.set(
        `${yesterday}T${String(since + 7).padStart(2, "0")}:${String(5 + n * 7).padStart(2, "0")}:12Z`
      )
      const at = number % 3 === 0 ? "bar" : "counter"
      const host = number === 17 ? "bar.cut.terminal.test" : `${at}.approved.terminal.test`
      await order(`T-${String(number).padStart(4, "0")}`, host, number === 17 ? 1916 : 450 + ((number * 1_373) % 4_800))
    }
  }
  await server.mock.clock.set(new Date().toISOString())
}

/** Signs in to the console, in any language. */
const signIn = async (page: Page) => {
  await page.locator("input[autocomplete=username]").fill("merchant")
  await page.locator("input[type=password]").fill("secret")
  await page.keyboard.press("Enter")
}

try {
  const empty = await open(server.url, { colorScheme: "light" })
  await signIn(empty)
  await empty.locator(".scenarios").waitFor()
  await shoot(empty, "console-start")
  await trade()
  for (const [host, amount] of [
    ["approved.terminal.test", 1250],
    ["declined.terminal.test", 4990],
    ["partial.terminal.test", 8000],
    ["red-key.terminal.test", 320],
    ["unreachable.terminal.test", 1890],
    ["bar.approved.terminal.test", 760],
    ["cut.terminal.test", 2600],
    ["approved.terminal.test", 3415]
  ] as const) {
    await order(`SALE-${amount}`, host, amount)
  }

  const sale = await open(till.url)
  await sale.locator("#find").waitFor()
  for (const tile of [0, 6, 6, 11, 20]) await sale.locator(".tile").nth(tile).click()
  await shoot(sale, "till-sale")
  await sale.keyboard.press("F4")
  await sale.locator(".pay").waitFor()
  await sale.getByText("Terrace", { exact: true }).click()
  await sale.locator("button.go").click()
  await sale.getByText("The terminal is asking for the card.", { exact: true }).waitFor()
  await shoot(sale, "till-waiting")
  const customer = await open(`${till.url}/#/customer`)
  await customer.locator(".customer-total .steps").waitFor()
  await shoot(customer, "till-customer")
  await control("manual.terminal.test:8888", "card", { card: "cb" })
  const next = sale.getByRole("button", { name: "Next customer" })
  await next.waitFor()
  await shoot(sale, "till-paid")
  await next.click()
  await sale.getByRole("link", { name: "Day", exact: true }).click()
  await sale.locator(".bars").waitFor()
  await shoot(sale, "till-day")
  await sale.getByRole("link", { name: "Sale", exact: true }).click()

  const unknown = await open(till.url)
  await unknown.locator("#find").waitFor()
  counter.simulator.setFault(Result.getOrThrow(Fault.fromText("amount-higher")))
  await unknown.locator(".tile").nth(8).click()
  await unknown.keyboard.press("F4")
  await unknown.getByText("Counter", { exact: true }).click()
  await unknown.locator("button.go").click()
  await terminalWaits()
  counter.simulator.presentCard(TestCard.standard)
  await unknown.locator(".unknown").waitFor()
  await shoot(unknown, "till-unknown")
  counter.simulator.clearFault()
  const unknownFrench = await open(till.url, { locale: "fr-FR", viewport: { width: 1280, height: 1000 } })
  await unknownFrench.locator(".unknown").waitFor()
  await unknownFrench.getByText("Il a accepté").click()
  await shoot(unknownFrench, "till-unknown-french")

  const console_ = await open(server.url, { colorScheme: "light" })
  await console_.locator("input[type=password]").waitFor()
  await shoot(console_, "console-login")
  await signIn(console_)
  await console_.getByText("SALE-3415").click()
  await console_.locator(".swimlane").waitFor()
  await shoot(console_, "console-attempt")

  const lost = await unknownAtCounter()
  for (const [name, options] of [
    ["console-resolve", { colorScheme: "light" }],
    ["console-resolve-french", { colorScheme: "light", locale: "fr-FR" }]
  ] as const) {
    const page = await open(server.url, { ...options, viewport: { width: 1280, height: 1000 } })
    await signIn(page)
    await page.goto(`${server.url}/#/attempts/${lost}`)
    await page.locator("form.resolve input[value=approved]").check()
    await page.locator("form.resolve").scrollIntoViewIfNeeded()
    await shoot(page, name)
  }

  const waiting = order("FACE-1", "manual.terminal.test", 2470)
  await console_.goto(`${server.url}/#/terminals/${encodeURIComponent("manual.terminal.test:8888")}`)
  await console_.locator(".glass").getByText("24,70").first().waitFor()
  await shoot(console_, "terminal-face")
  for (const view of ["transactions", "notifications"]) {
    await console_.goto(`${server.url}/#/${view}`)
    await console_.getByRole("heading").first().waitFor()
    await shoot(console_, `console-${view}`)
  }
  await console_.goto(`${server.url}/#/day?day=${yesterday}`)
  await console_.locator(".bars").waitFor()
  const batch = console_.locator(".report tbody tr").filter({ hasText: "bar.cut" }).locator("input")
  await batch.fill("19.16")
  await console_.getByText("the unknown payment?").waitFor()
  await shoot(console_, "console-day")
  await console_.goto(`${server.url}/#/terminals`)
  await console_.locator(".rack-item").first().waitFor()
  await shoot(console_, "console-terminals")
  const phone = await open(server.url, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  await signIn(phone)
  await phone.locator(".payment").first().waitFor()
  await shoot(phone, "console-phone")
  const dark = await open(server.url, { colorScheme: "dark", locale: "fr-FR" })
  await signIn(dark)
  await dark.getByText("SALE-8000").click()
  await dark.locator(".swimlane").waitFor()
  await shoot(dark, "console-dark-french")

  await control("manual.terminal.test:8888", "key", { key: "cancel" })
  await waiting
} finally {
  await browser.close()
  rmSync(dataDir, { recursive: true, force: true })
}
