/**
 * The console over the server that it comes with: what the pages show is what went over HTTP and over the line.
 *
 * Needs Chromium, where Debian puts it or where CHROMIUM says; without one the tests are skipped.
 */
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { type StartServerOptions, startServer } from "@hipay-pos/server-mock/node"
import axe, { type AxeResults } from "axe-core"
import { chromium, type Page } from "playwright-core"
import { build } from "vite"
import { assert, describe, it } from "vitest"

const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium"
const timeout = 60_000
const browserIt = (name: string, run: () => Promise<void>): void => {
  it.skipIf(!existsSync(executablePath))(name, { timeout }, run)
}

let built: Promise<unknown> | undefined

/** A mock with the console's pages, and a browser that has signed in to it. */
const open = async (options: StartServerOptions = {}) => {
  built ??= build({
    configFile: fileURLToPath(new URL("../packages/console/vite.config.ts", import.meta.url)),
    logLevel: "error",
    // Other servers may be reading what stands there.
    build: { emptyOutDir: false }
  })
  await built
  const server = await startServer({ port: 0, ...options })
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
  })
  const context = await browser.newContext({ locale: "en-GB" })
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  const complaints: Array<string> = []
  page.on("pageerror", (error) => complaints.push(error.message))
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      complaints.push(message.text())
    }
  })
  await page.goto(server.url)
  await page.getByLabel("Login").fill("merchant")
  await page.getByLabel("Password").fill("secret")
  await page.keyboard.press("Enter")
  await page.getByRole("heading", { name: "Attempts" }).waitFor()
  return {
    server,
    page,
    complaints,
    go: (hash: string) => page.goto(`${server.url}/${hash}`),
    [Symbol.asyncDispose]: async () => {
      await browser.close()
      await server.close()
    }
  }
}

/** Sends an order for a terminal that is simulated. */
const send = (url: string, orderId: string, amount: number, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${url}/v1/connector/order`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa("merchant:secret")}`, "content-type": "application/json", ...headers },
    body: JSON.stringify({
      order: { order_id: orderId, price: { amount, currency: "EUR" } },
      pos_technical_info: {
        host_information: { host: "10.0.0.12", port: 8888 },
        terminal_transaction_display: {
          protocol: "ConcertV3.2",
          contract_array: [{ merchant_contract: "1234567", rank: "001", payment_application: "001" }]
        }
      }
    })
  })

const violations = async (page: Page): Promise<ReadonlyArray<string>> => {
  await page.evaluate(axe.source)
  const found: AxeResults = await page.evaluate("axe.run()")
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`))
}

describe("the console of a mock", () => {
  browserIt("shows a payment as it happened: one amount in the order, on the line and on the screen", async () => {
    await using desk = await open()
    const { page } = desk
    await page.getByText("No attempt yet.").waitFor()
    const answer = await send(desk.server.url, "<i>ÉTÉ</i> 🧾", 1_245)
    assert.strictEqual(answer.status, 200)
    const row = page.locator(".rows tbody tr").first()
    await row.getByText("<i>ÉTÉ</i> 🧾").waitFor()
    assert.include(await row.innerText(), "€12.45")
    await row.getByRole("link").click()
    await page.getByText("Paid in full.").waitFor()
    const timeline = page.locator(".timeline")
    await timeline.getByRole("cell", { name: "12.45 EUR" }).first().waitFor()
    await timeline.getByText("12,45 EUR").first().waitFor()
    await timeline.getByText("HTTP 200, Success").waitFor()
    assert.include(await timeline.locator(".slip").innerText(), "SIMULATION")
    assert.deepStrictEqual(await violations(page), [])
    assert.deepStrictEqual(desk.complaints, [])
  })

  browserIt("sends an order again under another id, and says goodbye", async () => {
    await using desk = await open()
    const { page } = desk
    await send(desk.server.url, "TABLE-1", 500)
    await page.locator(".rows").getByRole("link", { name: "TABLE-1" }).click()
    await page.getByRole("button", { name: "Send again" }).click()
    await page.getByRole("button", { name: "Send", exact: true }).click()
    await page.getByRole("heading", { name: "Order TABLE-1-again" }).waitFor()
    await page.getByText("Paid in full.").waitFor()
    await page.getByText("2 in all").waitFor()
    await page.locator("summary.button").click()
    await page.getByRole("button", { name: "Sign out" }).click()
    await page.getByLabel("Password").waitFor()
    assert.deepStrictEqual(desk.complaints, [])
  })
})
