/** A simulated terminal, with the mouse and with the keyboard alone; and the controls of the simulation. */
import { text } from "node:stream/consumers"
import { Cardholder } from "@hipay-pos/terminal-simulator"
import type { Page } from "playwright-core"
import { assert, describe, it } from "vitest"
import { scriptCommands } from "../../packages/console/src/terminal/script.ts"
import { listenHttp } from "../listen.ts"
import { browserIt, useBrowser, visit } from "./Browser.ts"
import { COUNTER, startMock } from "./mock.ts"

const browser = useBrowser()

const timeout = 60_000
const terminal = `terminals/${encodeURIComponent(COUNTER)}`

/** Records the pages' requests to the mock's own interface, as `METHOD path body`. */
const callsOf = (page: Page): ReadonlyArray<string> => {
  const calls: Array<string> = []
  page.on("request", (request) => {
    const { pathname } = new URL(request.url())
    if (request.method() === "GET" || !pathname.startsWith("/_mock/")) return
    calls.push(`${request.method()} ${pathname} ${request.postData() ?? ""}`)
  })
  return calls
}

describe("a terminal", () => {
  browserIt("takes a card and a PIN, shows every stage, and prints the receipt as text", { timeout }, async () => {
    await using mock = await startMock()
    await using visitor = await visit(browser, `${mock.url}#/${terminal}`)
    const { page } = visitor
    await page.getByText("BIENVENUE").first().waitFor()
    await mock.send("TABLE-7", { host: "10.0.0.12", async: true })
    await page.locator(".glass").getByText("42,50 EUR").waitFor()
    await page.getByRole("radio", { name: /cb-pin/ }).check()
    await page.getByText("Selected card: cb-pin").waitFor()
    await page.getByRole("button", { name: "Insert card" }).click()
    await page.locator(".glass").getByText("CODE CONFIDENTIEL").waitFor()
    for (const digit of "1234") await page.getByRole("button", { name: digit, exact: true }).click()
    await page.locator(".glass").getByText("****").waitFor()
    // The last button still has the focus, and the terminal waits for a key: Enter is the green one.
    await page.keyboard.press("Enter")
    await page.locator(".slip").getByText("<b>MERCI</b>").waitFor()
    await page.locator(".slip").getByText("TICKET CLIENT").waitFor()
    await page.getByRole("button", { name: "Tear off" }).click()
    await page.locator(".slip").waitFor({ state: "detached" })
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt("shows the merchant's copy as well where both were printed", { timeout }, async () => {
    await using mock = await startMock()
    const state = await mock.control("GET", terminal)
    await using visitor = await visit(browser, mock.url)
    const { page } = visitor
    // The mock asks for the customer's copy only: a terminal that prints both is played by its events.
    const ticket = (copy: string, printed: string) => {
      const base64 = btoa(printed)
      return { tag: "ZT", value: `CK003${copy}AK${String(base64.length).padStart(3, "0")}${base64}` }
    }
    const fields = [ticket("000", "TICKET CLIENT"), ticket("010", "TICKET MARCHAND")]
    const events = Object.entries({ State: state, Answer: { frame: "", fields, delivered: true } })
    await page.route(`**/_mock/${terminal}/events`, (route) =>
      route.fulfill({
        contentType: "text/event-stream",
        body: events.map(([event, data]) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`).join("")
      })
    )
    await page.goto(`${mock.url}#/${terminal}`)
    await page.locator(".slip").getByText("TICKET CLIENT").waitFor()
    await page.getByRole("button", { name: "Merchant copy" }).click()
    await page.locator(".slip").getByText("TICKET MARCHAND").waitFor()
  })

  browserIt("is worked with the keyboard alone, and its screen is read aloud", { timeout }, async () => {
    await using mock = await startMock()
    await using visitor = await visit(browser, `${mock.url}#/terminals`)
    await mock.send("TABLE-7", { host: "10.0.0.12", async: true })
    await visitor.page.goto(`${mock.url}#/${terminal}`)
    const { page } = visitor
    const calls = callsOf(page)
    const live = page.locator(".screen [role=status]")
    await live.getByText("Waiting for a card, €42.50").waitFor()
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "")
    for (let turn = 0; turn < 40 && (await focused()) !== "Insert card"; turn++) await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.locator(".slip").waitFor()
    // The red key is Escape, wherever the focus is.
    await live.getByText("Idle").waitFor()
    await mock.send("TABLE-8", { host: "10.0.0.12", amount: 1_000, async: true })
    await live.getByText("Waiting for a card, €10.00").waitFor()
    await page.keyboard.press("Escape")
    await live.getByText("Idle").waitFor()
    await mock.control("GET", "wait-for?state=declined&order=TABLE-8")
    // Each key is sent once, however often the page was rendered meanwhile.
    assert.deepStrictEqual(
      calls.filter((call) => call.includes("/key")),
      [`POST /_mock/${terminal}/key {"key":"cancel"}`]
    )
  })

  browserIt("says what it cannot take", { timeout }, async () => {
    await using mock = await startMock()
    await using visitor = await visit(browser, `${mock.url}#/${terminal}`)
    const { page } = visitor
    await page.getByRole("button", { name: "Insert card" }).click()
    await page.getByText("The terminal is not waiting for a card.").waitFor()
    await page.getByRole("button", { name: "Swipe card" }).click()
    await page.getByText("This card has no magnetic stripe.").waitFor()
    await page.keyboard.press("5")
    await page.getByText("The terminal is not waiting for a key.").waitFor()
  })
})

describe("the simulation", () => {
  it("knows the words of a script, which are the simulator's", () => {
    assert.deepStrictEqual(scriptCommands, Object.keys(Cardholder.words))
  })

  browserIt("has scripts and faults, and refuses a command that scripts do not have", { timeout }, async () => {
    await using mock = await startMock()
    await mock.control("GET", terminal)
    await using visitor = await visit(browser, `${mock.url}#/${terminal}`)
    const { page } = visitor
    const calls = callsOf(page)
    await page.getByRole("button", { name: "Behaviour" }).click()
    await page.getByLabel("Script, one payment per line").fill("approved\nbanana")
    await page.getByRole("button", { name: "Play script" }).click()
    await page.getByText("Line 2: “banana” is not a script command.").waitFor()
    await page.getByLabel("Script, one payment per line").fill('approved\n{"card":"cb-pin","wrongPins":1}')
    await page.getByRole("button", { name: "Play script" }).click()
    await page.getByText("plays a script").waitFor()
    await page.getByRole("combobox", { name: "Fault", exact: true }).selectOption("late-answer")
    await page.getByLabel("Delay in ms").fill("5000")
    await page.getByRole("button", { name: "Set fault" }).click()
    await page.getByText("1 fault active").waitFor()
    await page.getByRole("button", { name: "Clear late-answer" }).click()
    await page.getByText("No faults.").waitFor()
    const path = `/_mock/${terminal}`
    assert.deepStrictEqual(calls, [
      `PUT ${path}/script {"script":["approved",{"card":"cb-pin","wrongPins":1}]}`,
      `POST ${path}/faults {"fault":"late-answer","stage":"after-approval","milliseconds":5000}`,
      `DELETE ${path}/faults/late-answer `
    ])
  })

  browserIt("has a clock to freeze and advance, a collection, and spaces to choose from", { timeout }, async () => {
    await using mock = await startMock({ clock: new Date("2026-11-20T10:00:00.000Z") })
    await mock.send("TABLE-1")
    await mock.send("TABLE-2")
    await mock.control("GET", "", undefined, "team-blue")
    await using visitor = await visit(browser, `${mock.url}#/simulation`)
    const { page } = visitor
    const calls = callsOf(page)
    await page.getByRole("checkbox", { name: "Frozen" }).waitFor()
    await page.getByLabel("Advance by").selectOption("minutes")
    await page.getByRole("button", { name: "Advance", exact: true }).click()
    await page.locator(".clock-face time", { hasText: "11:30:00" }).waitFor()
    await page.getByRole("button", { name: "Run the collection" }).click()
    await page.getByText("2 transactions captured").waitFor()
    await page.getByRole("checkbox", { name: "Frozen" }).click()
    await page.locator(".sim-chip", { hasText: "frozen" }).waitFor({ state: "detached" })
    await page.getByRole("checkbox", { name: "Frozen" }).click()
    await page.locator(".sim-chip", { hasText: "Clock frozen" }).waitFor()
    await page.getByRole("button", { name: "Open team-blue" }).click()
    await page.locator(".sim-chip").getByText("Space team-blue").waitFor()
    assert.include(page.url(), "?space=team-blue")
    assert.deepStrictEqual(calls, [
      'POST /_mock/clock {"action":"advance","milliseconds":1800000}',
      "POST /_mock/collection {}",
      'POST /_mock/clock {"action":"resume"}',
      'POST /_mock/clock {"action":"freeze"}'
    ])
  })

  browserIt("sets a fault of the API, says which is active, and clears it", { timeout }, async () => {
    await using mock = await startMock()
    await using visitor = await visit(browser, `${mock.url}#/simulation`)
    const { page } = visitor
    const panel = page.locator("section", { has: page.getByRole("heading", { name: "API faults" }) })
    await panel.getByText("No faults.").waitFor()
    await panel.getByLabel("Fault").selectOption("half-body")
    await panel.getByLabel("Repeat").fill("2")
    await panel.getByRole("button", { name: "Set" }).click()
    await panel.getByText("Active: half of the response, then nothing.").waitFor()
    assert.deepInclude(await mock.control("GET", "http-fault"), {
      fault: { fault: "half-body", times: 2, status: 500 }
    })
    await panel.getByRole("button", { name: "Clear" }).click()
    await panel.getByText("No faults.").waitFor()
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt("shows what a slow server answers, although it has been asked again meanwhile", { timeout }, async () => {
    await using mock = await startMock()
    await using visitor = await visit(browser, mock.url)
    const { page } = visitor
    const again = Promise.withResolvers<void>()
    let asked = 0
    await page.route("**/_mock/clock", async (route) => {
      asked++
      if (asked === 1) {
        await again.promise
        return route.continue()
      }
      // This one is never answered.
      again.resolve()
    })
    await page.goto(`${mock.url}#/simulation`)
    await page.locator(".clock-face").waitFor()
    assert.isAtLeast(asked, 2)
  })

  browserIt("shows refunds with a minus sign among the transactions", { timeout }, async () => {
    await using mock = await startMock()
    await mock.send("PAID")
    await mock.send("RETURNED", { transactionType: "Credit", amount: 600 })
    await using visitor = await visit(browser, `${mock.url}#/transactions`)
    const amountOf = (order: string) =>
      visitor.page.getByRole("row", { name: order }).locator("[data-title=Amount]").innerText()
    assert.deepStrictEqual([await amountOf("PAID"), await amountOf("RETURNED")], ["€42.50", "−\u00A0€6.00"])
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt("names the faults of its terminals in French on French pages", { timeout }, async () => {
    await using mock = await startMock()
    await mock.control("POST", `${terminal}/faults`, { fault: "cut" })
    await using visitor = await visit(browser, `${mock.url}#/terminals`, { locale: "fr-FR" })
    const { page } = visitor
    assert.strictEqual(await page.locator(".rack-faults").innerText(), "la connexion s’arrête au milieu d’un champ")
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt("shows how a notification was signed, and sends it again", { timeout }, async () => {
    const received: Array<string> = []
    await using shop = await startReceiver(received)
    await using mock = await startMock({ notifications: { allowed: [shop.host], algorithm: "SHA-1" } })
    await mock.send("NOTIFIED", { notifyUrl: shop.url })
    await using visitor = await visit(browser, `${mock.url}#/notifications`)
    const { page } = visitor
    await page.locator(".table").getByText("delivered").waitFor()
    await page.locator(".table").getByRole("link", { name: "NOTIFIED" }).last().click()
    await page.getByText("SHA-1 of the text below").waitFor()
    const check = async (passphrase: string, result: string) => {
      await page.getByLabel("Passphrase").fill(passphrase)
      await page.getByRole("button", { name: "Check with your passphrase" }).click()
      await page.getByText(result, { exact: true }).waitFor()
    }
    await check("wrong", "The signature does not match.")
    await check("passphrase", "The signature matches.")
    await page.getByRole("button", { name: "Send again" }).click()
    await page.getByText("Delivered: HTTP 200.").waitFor()
    await page.locator("tr", { hasText: "HTTP 200" }).nth(1).waitFor()
    assert.strictEqual(await page.locator(".pairs > div", { hasText: "order[id]" }).getByText("NOTIFIED").count(), 1)
    assert.strictEqual(received.length, 2)
    assert.strictEqual(received[0], received[1])
    await page.getByRole("link", { name: "Open the payment" }).click()
    await page.locator(".attempt-head").getByText("NOTIFIED").waitFor()
    await page.getByRole("tab", { name: "Notification" }).click()
    await page.locator(".deliveries").getByRole("button", { name: "Send again" }).click()
    await page.locator(".deliveries ol li").nth(2).waitFor()
    await page.locator(".deliveries").getByRole("link").click()
    await page.getByText("SHA-1 of the text below").waitFor()
    shop.refuse()
    await page.getByRole("button", { name: "Send again" }).click()
    await page.getByText("Not delivered: HTTP 500.").waitFor()
    await page.locator("tr", { hasText: "HTTP 500" }).waitFor()
    // The shop has it nevertheless, from before.
    assert.strictEqual(await page.getByText("failed").count(), 0)
  })
})

/** A shop's server that takes notifications, and keeps their bodies. */
const startReceiver = async (received: Array<string>) => {
  let status = 200
  const server = await listenHttp((request, response) => {
    void text(request).then((body) => {
      received.push(body)
      response.writeHead(status).end()
    })
  })
  const refuse = () => {
    status = 500
  }
  return { ...server, url: `${server.url}/notify`, refuse }
}
