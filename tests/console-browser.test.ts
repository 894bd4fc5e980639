/**
 * The console with its own server: the pages show what went over HTTP and to the terminal.
 */
import { type StartServerOptions, startServer } from "@hipay-pos/server-mock/node"
import axe, { type AxeResults } from "axe-core"
import type { Page } from "playwright-core"
import { assert, describe } from "vitest"
import { browserIt as browserTest, builtPages, launch, visit } from "./console/Browser.ts"
import { orderFor } from "./order.ts"

const browserIt = (name: string, run: () => Promise<void>): void => browserTest(name, { timeout: 180_000 }, run)

const authorization = `Basic ${btoa("merchant:secret")}`

/** A mock with the console's pages, and a browser that has signed in to it. */
const open = async (options: StartServerOptions = {}) => {
  const server = await startServer({ port: 0, pages: await builtPages(), ...options })
  const browser = await launch()
  const visitor = await visit(browser, `${server.url}/`, { signedIn: false })
  const { page, complaints } = visitor
  await page.getByLabel("Login").fill("merchant")
  await page.getByLabel("Password").fill("secret")
  await page.keyboard.press("Enter")
  await page.getByRole("link", { name: "Payments" }).waitFor()
  return {
    server,
    page,
    complaints,
    go: (hash: string) => page.goto(`${server.url}/${hash}`),
    [Symbol.asyncDispose]: async () => {
      await visitor[Symbol.asyncDispose]()
      await browser.close()
      // A payment that waits for a person would keep the server open.
      await fetch(`${server.url}/_mock/terminals/10.0.0.12%3A8888/reset`, {
        method: "POST",
        headers: { authorization }
      })
      await server.close()
    }
  }
}

/** Opens the page of the terminal and sets it to wait for a person. */
const standAtTerminal = async ({ go, page }: Awaited<ReturnType<typeof open>>) => {
  await go("#/terminals/10.0.0.12%3A8888")
  await page.getByRole("button", { name: "Behaviour" }).click()
  await page.getByLabel("You, at the terminal").check()
  await page.getByText("waits for you").waitFor()
}

/** Sends an order for a simulated terminal. */
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
    body: JSON.stringify(
      orderFor(
        orderId,
        { host: "10.0.0.12", port: 8888 },
        { price: { amount, currency: "EUR" }, info: { notify_url: notifyUrl } }
      )
    )
  })

const violations = async (page: Page): Promise<ReadonlyArray<string>> => {
  await page.evaluate(axe.source)
  const found: AxeResults = await page.evaluate("axe.run()")
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`))
}

describe("the console of a mock", () => {
  browserIt("shows a payment as it happened: one amount in the order, on the line and on the screen", async () => {
    await using visitor = await open()
    const { page } = visitor
    await page.getByText("Send your first payment").waitFor()
    const answer = await send(visitor.server.url, "<i>ÉTÉ</i> 🧾", 1_245)
    assert.strictEqual(answer.status, 200)
    const row = page.locator(".rows li.payment").first()
    await row.getByText("<i>ÉTÉ</i> 🧾").waitFor()
    assert.include(await row.innerText(), "€12.45")
    await row.getByRole("link").click()
    await page.locator(".attempt-head").getByText("Approved").waitFor()
    await page.locator(".film").getByText("12,45 EUR").first().waitFor()
    assert.deepStrictEqual(await violations(page), [])
    await page.getByRole("tab", { name: "All events" }).click()
    const timeline = page.locator(".timeline")
    await timeline.getByRole("cell", { name: "12.45 EUR" }).first().waitFor()
    await timeline.getByText("12,45 EUR").first().waitFor()
    await timeline.getByText("HTTP 200, Success").waitFor()
    assert.include(await timeline.locator(".slip").last().innerText(), "SIMULATION")
    assert.deepStrictEqual(await violations(page), [])
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt("is where a person pays: one amount on screen and paper, then the books and the collection", async () => {
    await using visitor = await open()
    const { page } = visitor
    await standAtTerminal(visitor)
    const answer = send(visitor.server.url, "TABLE-7", 4_250)
    await page.locator(".glass").getByText("42,50 EUR").waitFor()
    await page.getByRole("radio", { name: /^cb-pin/ }).check()
    await page.getByText("Selected card: cb-pin").waitFor()
    await page.getByRole("button", { name: "Insert card" }).click()
    await page.locator(".glass").getByText("CODE CONFIDENTIEL").waitFor()
    // The keyboard is the terminal's, wherever the focus is.
    await page.keyboard.type("1234")
    await page.locator(".glass").getByText("****").waitFor()
    await page.getByRole("button", { name: "Enter, green key" }).click()
    await page.locator(".slip").getByText("42,50 EUR").waitFor()
    assert.strictEqual((await answer).status, 200)
    await visitor.go("#/transactions")
    await page.locator(".table").getByText("116 Authorized").waitFor()
    await page.locator(".table").getByText("€42.50").waitFor()
    await page.getByRole("button", { name: "Run the collection" }).click()
    await page.locator(".table").getByText("118 Captured").waitFor()
    await page.locator(".table").getByRole("link", { name: "TABLE-7" }).click()
    await page.getByRole("tab", { name: "All events" }).click()
    await page.locator(".timeline").getByText("118 Captured").waitFor()
    await visitor.go("#/day")
    await page.locator(".report").getByText("42.50").first().waitFor()
    await visitor.go("#/ledger")
    await page.locator(".table").last().getByText("cb-pin").waitFor()
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt("is where the red key is, and says so in the attempt", async () => {
    await using visitor = await open()
    const { page } = visitor
    await standAtTerminal(visitor)
    const answer = send(visitor.server.url, "TABLE-8", 900)
    await page.locator(".glass").getByText("9,00 EUR").waitFor()
    await page.getByRole("button", { name: "Cancel, red key" }).click()
    assert.strictEqual(((await (await answer).json()) as { readonly paymentStatus: string }).paymentStatus, "Failure")
    await visitor.go("#/attempts")
    await page.locator(".rows").getByRole("link", { name: "TABLE-8" }).click()
    await page.getByText("Nothing was paid.").waitFor()
    await page.locator(".film").getByText("Cancelled with the red key").waitFor()
  })

  browserIt("sets a fault that leaves an outcome unknown, and lets a person resolve it", async () => {
    await using visitor = await open({ answerTimeout: "1 second" })
    const { page } = visitor
    await visitor.go("#/terminals/10.0.0.12%3A8888")
    await page.getByRole("button", { name: "Behaviour" }).click()
    await page.getByRole("combobox", { name: "Fault", exact: true }).selectOption("answer-lost")
    await page.getByRole("button", { name: "Set fault" }).click()
    await page.getByText("1 fault active").waitFor()
    assert.strictEqual((await send(visitor.server.url, "LOST", 500)).status, 504)
    await visitor.go("#/attempts")
    await page.locator(".rows").getByRole("link", { name: "LOST" }).click()
    await page.getByText("It is not known whether the customer has paid.").waitFor()
    await page.getByLabel("The customer has paid").check()
    await page.getByLabel("Your name").fill("Zoé")
    await page.getByLabel("Evidence").fill("Ledger of the terminal")
    await page.getByRole("button", { name: "Record the resolution" }).click()
    await page.getByRole("tab", { name: "All events" }).click()
    await page.locator(".timeline").getByText("Ledger of the terminal").waitFor()
    await page.locator(".rows li.picked").getByText("Approved").waitFor()
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt("stops and advances the clock, and lives in a space of its own", async () => {
    await using visitor = await open()
    const { page } = visitor
    await send(visitor.server.url, "DEFAULT", 100)
    await visitor.go("#/simulation")
    await page.getByRole("checkbox", { name: "Frozen" }).click()
    await page.locator(".sim-chip", { hasText: "Clock frozen" }).waitFor()
    const clock = page.locator(".clock-face time")
    const before = await clock.innerText()
    await page.getByLabel("Amount of time").fill("12")
    await page.getByLabel("Advance by").selectOption("hours")
    await page.getByRole("button", { name: "Advance", exact: true }).click()
    await clock.filter({ hasNotText: before }).waitFor()
    await page.getByRole("button", { name: "Resume" }).click()
    await page.getByText("The clock is running.").waitFor()
    await page.getByLabel("Name of a space").fill("blue")
    await page.getByRole("button", { name: "Open space" }).click()
    await page.locator(".sim-chip").getByText("Space blue").waitFor()
    await page.getByRole("link", { name: "Payments" }).click()
    await page.getByText("Send your first payment").waitFor()
    await send(visitor.server.url, "BLUE", 100, { "X-Mock-Space": "blue" })
    await page.locator(".rows").getByText("BLUE").waitFor()
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt("shows a notification and how it was signed, with the passphrase that only its reader knows", async () => {
    await using visitor = await open()
    const { page } = visitor
    await send(visitor.server.url, "NOTIFIED", 100, {}, "https://shop.example/notify")
    await visitor.go("#/notifications")
    await page.locator(".table").getByText("https://shop.example/notify").waitFor()
    await page.locator(".table").getByRole("link").first().click()
    await page.getByLabel("Passphrase").fill("passphrase")
    await page.getByRole("button", { name: "Check with your passphrase" }).click()
    await page.getByText("The signature matches.").waitFor()
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt("sends an order again under another id, and says goodbye", async () => {
    await using visitor = await open()
    const { page } = visitor
    await send(visitor.server.url, "TABLE-1", 500)
    await page.locator(".rows").getByRole("link", { name: "TABLE-1" }).click()
    await page.getByRole("button", { name: "Send again" }).click()
    await page.getByRole("button", { name: "Send", exact: true }).click()
    await page.getByRole("heading", { name: "Order TABLE-1-again" }).waitFor()
    await page.locator(".attempt-head").getByText("Approved").waitFor()
    await page.getByText("2 in total").waitFor()
    await page.locator(".bar summary").click()
    await page.getByRole("button", { name: "Sign out" }).click()
    await page.getByLabel("Password").waitFor()
    assert.deepStrictEqual(visitor.complaints, [])
  })
})
