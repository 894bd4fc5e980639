/**
 * The console over the server that it comes with: what the pages show is what went over HTTP and over the line.
 *
 * Needs Chromium, where Debian puts it or where CHROMIUM says; without one the tests are skipped.
 */
import { existsSync } from "node:fs"
import { mkdtemp } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type StartServerOptions, startServer } from "@hipay-pos/server-mock/node"
import axe, { type AxeResults } from "axe-core"
import { chromium, type Page } from "playwright-core"
import { build } from "vite"
import { assert, describe, it } from "vitest"

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium"
const timeout = 60_000
const browserIt = (name: string, run: () => Promise<void>): void => {
  it.skipIf(!existsSync(executablePath))(name, { timeout }, run)
}

const authorization = `Basic ${btoa("merchant:secret")}`

let building: Promise<string> | undefined

/** The pages in a folder of their own: others may be building where the server looks by default. */
const builtPages = (): Promise<string> => {
  building ??= (async () => {
    const outDir = await mkdtemp(join(tmpdir(), "hipay-pos-console-"))
    const configFile = fileURLToPath(new URL("../packages/console/vite.config.ts", import.meta.url))
    await build({ configFile, logLevel: "error", build: { outDir } })
    return outDir
  })()
  return building
}

/** A mock with the console's pages, and a browser that has signed in to it. */
const open = async (options: StartServerOptions = {}) => {
  const server = await startServer({ port: 0, pages: await builtPages(), ...options })
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
      // A payment that still waits for a person would keep the server open.
      await fetch(`${server.url}/_mock/terminals/10.0.0.12%3A8888/reset`, {
        method: "POST",
        headers: { authorization }
      })
      await server.close()
    }
  }
}

/** Plays the customer of the terminal from now on, in front of its face. */
const standAtTerminal = async ({ go, page }: Awaited<ReturnType<typeof open>>) => {
  await go("#/terminals/10.0.0.12%3A8888")
  await page.getByRole("button", { name: "Behaviour" }).click()
  await page.getByLabel("You, at the terminal").check()
  await page.getByText("waits for you").waitFor()
}

/** Sends an order for a terminal that is simulated. */
const send = (
  url: string,
  orderId: string,
  amount: number,
  headers: Readonly<Record<string, string>> = {},
  notifyUrl?: string
) =>
  fetch(`${url}/v1/connector/order`, {
    method: "POST",
    headers: { authorization, "content-type": "application/json", ...headers },
    body: JSON.stringify({
      order: { order_id: orderId, price: { amount, currency: "EUR" } },
      pos_technical_info: {
        ...(notifyUrl === undefined ? {} : { notify_url: notifyUrl }),
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
    assert.include(await timeline.locator(".slip").last().innerText(), "SIMULATION")
    assert.deepStrictEqual(await violations(page), [])
    assert.deepStrictEqual(desk.complaints, [])
  })

  browserIt("is where a person pays: one amount on screen and paper, then the books and the collection", async () => {
    await using desk = await open()
    const { page } = desk
    await standAtTerminal(desk)
    const answer = send(desk.server.url, "TABLE-7", 4_250)
    await page.locator(".glass").getByText("42,50 EUR").waitFor()
    await page.getByRole("radio", { name: /^cb-pin/ }).check()
    await page.getByText("In hand: cb-pin").waitFor()
    await page.getByRole("button", { name: "Insert card" }).click()
    await page.locator(".glass").getByText("CODE CONFIDENTIEL").waitFor()
    // The keyboard is the terminal's, wherever the focus is.
    await page.keyboard.type("1234")
    await page.locator(".glass").getByText("****").waitFor()
    await page.getByRole("button", { name: "Enter, green key" }).click()
    await page.locator(".slip").getByText("42,50 EUR").waitFor()
    assert.strictEqual((await answer).status, 200)
    await desk.go("#/transactions")
    await page.locator(".table").getByText("116 Authorized").waitFor()
    await page.locator(".table").getByText("€42.50").waitFor()
    await page.getByRole("button", { name: "Run the collection" }).click()
    await page.locator(".table").getByText("118 Captured").waitFor()
    await page.locator(".table").getByRole("link", { name: "TABLE-7" }).click()
    await page.locator(".timeline").getByText("118 Captured").waitFor()
    await desk.go("#/day")
    await page.locator(".table").getByText("€42.50 (1)").waitFor()
    await desk.go("#/ledger")
    await page.locator(".table").last().getByText("cb-pin").waitFor()
    assert.deepStrictEqual(desk.complaints, [])
  })

  browserIt("is where the red key is, and says so in the attempt", async () => {
    await using desk = await open()
    const { page } = desk
    await standAtTerminal(desk)
    const answer = send(desk.server.url, "TABLE-8", 900)
    await page.locator(".glass").getByText("9,00 EUR").waitFor()
    await page.getByRole("button", { name: "Cancel, red key" }).click()
    assert.strictEqual(((await (await answer).json()) as { readonly paymentStatus: string }).paymentStatus, "Failure")
    await desk.go("#/attempts")
    await page.locator(".rows").getByRole("link", { name: "TABLE-8" }).click()
    await page.getByText("Not paid, and the terminal said so.").waitFor()
    await page.locator(".timeline").getByText("Cancelled with the red key").waitFor()
  })

  browserIt("sets a fault that leaves an outcome unknown, and lets a person resolve it", async () => {
    await using desk = await open({ answerTimeout: "1 second" })
    const { page } = desk
    await desk.go("#/terminals/10.0.0.12%3A8888")
    await page.getByRole("button", { name: "Behaviour" }).click()
    await page.getByRole("combobox", { name: "Fault", exact: true }).selectOption("answer-lost")
    await page.getByRole("button", { name: "Set fault" }).click()
    await page.getByText("1 fault set").waitFor()
    assert.strictEqual((await send(desk.server.url, "LOST", 500)).status, 504)
    await desk.go("#/attempts")
    await page.locator(".rows").getByRole("link", { name: "LOST" }).click()
    await page.getByText("Nobody knows whether the customer has paid.").waitFor()
    await page.getByLabel("The customer has paid").check()
    await page.getByLabel("Your name").fill("Zoé")
    await page.getByLabel("What it rests on").fill("Ledger of the terminal")
    await page.getByRole("button", { name: "Record this answer" }).click()
    await page.locator(".timeline").getByText("Ledger of the terminal").waitFor()
    await page.locator(".rows tr.picked").getByText("Approved").waitFor()
    assert.deepStrictEqual(desk.complaints, [])
  })

  browserIt("stops and advances the clock, and lives in a space of its own", async () => {
    await using desk = await open()
    const { page } = desk
    await send(desk.server.url, "DEFAULT", 100)
    await desk.go("#/simulation")
    await page.getByRole("button", { name: "Freeze" }).click()
    await page.getByText("Frozen", { exact: true }).waitFor()
    const clock = page.locator(".clock-face time")
    const before = await clock.innerText()
    await page.getByLabel("How many", { exact: true }).fill("12")
    await page.getByLabel("Advance by").selectOption("hours")
    await page.getByRole("button", { name: "Advance", exact: true }).click()
    await page.waitForFunction(`document.querySelector(".clock-face time").textContent !== ${JSON.stringify(before)}`)
    await page.getByRole("button", { name: "Resume" }).click()
    await page.getByText("Running", { exact: true }).waitFor()
    await page.getByLabel("Name of a space").fill("blue")
    await page.getByRole("button", { name: "Go to space" }).click()
    await page.getByText("Space blue").waitFor()
    await page.getByRole("link", { name: "Attempts" }).click()
    await page.getByText("No attempt yet.").waitFor()
    await send(desk.server.url, "BLUE", 100, { "X-Mock-Space": "blue" })
    await page.locator(".rows").getByText("BLUE").waitFor()
    assert.deepStrictEqual(desk.complaints, [])
  })

  browserIt("shows a notification and how it was signed, with the passphrase that only its reader knows", async () => {
    await using desk = await open()
    const { page } = desk
    await send(desk.server.url, "NOTIFIED", 100, {}, "https://shop.example/notify")
    await desk.go("#/notifications")
    await page.locator(".table").getByText("https://shop.example/notify").waitFor()
    await page.locator(".table").getByRole("link").first().click()
    await page.getByLabel("Passphrase").fill("passphrase")
    await page.getByRole("button", { name: "Check with your passphrase" }).click()
    await page.getByText("It matches.").waitFor()
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
