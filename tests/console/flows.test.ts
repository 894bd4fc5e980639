/** Typical uses of the pages: making a payment, a search, playing the customer, a closing. */
import type { Page, Route } from "playwright-core"
import { assert, describe } from "vitest"
import { violations } from "./axe.ts"
import { browserIt, useBrowser, visit } from "./Browser.ts"
import { COUNTER, sendGallery, startMock } from "./mock.ts"

const browser = useBrowser()

const timeout = 60_000
const counter = `terminals/${encodeURIComponent(COUNTER)}`

describe("the first minute", () => {
  browserIt("takes two clicks from an empty console to a payment, shown as a picture", { timeout }, async () => {
    await using mock = await startMock()
    await using visitor = await visit(browser, mock.url)
    const { page } = visitor
    await page.getByRole("heading", { name: "Send your first payment" }).waitFor()
    const port = new URL(mock.url).host
    for (const language of ["curl", "Node", "PHP", "Python", "C#"]) {
      await page.getByRole("tab", { name: language, exact: true }).click()
      await page.getByRole("tabpanel").getByText(port).first().waitFor()
    }
    await page.getByRole("radio", { name: /^Partial/ }).check()
    await page.getByRole("button", { name: "Send payment" }).click()
    await page.locator(".attempt-head").getByText("Partial").waitFor()
    await page.locator(".attempt-head").getByText("€6.25").waitFor()
    await page.locator(".facts-card").getByText("CB ••0113").waitFor()
    assert.isAbove(await page.locator(".lane-bar").count(), 4)
    await page.locator(".film").getByText("PAIEMENT ACCEPTÉ").waitFor()
    const segment = page.locator(".segment", { hasText: "CB" }).first()
    await segment.hover()
    await page.locator(".explained").getByText("amount", { exact: true }).waitFor()
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt("plays the customer beside the open payment, where Enter is the green key", { timeout }, async () => {
    await using mock = await startMock()
    await using visitor = await visit(browser, `${mock.url}#/new`)
    const { page } = visitor
    await page.getByRole("radio", { name: /^I am the customer/ }).check()
    await page.getByRole("button", { name: "Send payment" }).click()
    await page.locator(".played .glass").getByText("12,50 EUR").waitFor()
    await page.getByLabel("Test cards").selectOption("cb-pin")
    await page.getByRole("button", { name: "Insert card" }).click()
    await page.locator(".glass").getByText("CODE CONFIDENTIEL").waitFor()
    await page.keyboard.type("1234")
    await page.locator(".glass").getByText("****").waitFor()
    // The focus is still on the button that inserted the card.
    await page.keyboard.press("Enter")
    await page.locator(".attempt-head").getByText("Approved").waitFor()
    await page.locator(".played .slip").waitFor()
    assert.deepStrictEqual(visitor.complaints, [])
  })
})

describe("the list", () => {
  browserIt(
    "does not show a sale's cancellation and refund as further payments of its order",
    { timeout },
    async () => {
      await using mock = await startMock()
      const sale = await mock.send("SALE")
      await mock.send("SALE", { transactionType: "Cancel" })
      await mock.send("SALE-refund", { transactionType: "Credit", amount: 1_000 })
      await using visitor = await visit(browser, `${mock.url}#/attempts/${sale}`)
      const others = visitor.page.locator(".related li")
      await others.nth(1).waitFor()
      const told = (await others.locator(".amount").allTextContents()).map((text) => text.replaceAll("\u00A0", " "))
      assert.deepStrictEqual(told.toSorted(), ["Cancel− €42.50", "Credit− €10.00"])
      const cancelled = visitor.page.getByRole("link", { name: "This sale was cancelled afterwards." })
      await cancelled.waitFor()
      assert.deepStrictEqual(await violations(visitor.page), [])
      await visitor.page.keyboard.press("Control+k")
      await visitor.page.locator(".palette input").fill("SALE")
      await visitor.page.locator(".palette").getByText("Cancel · − €42.50 · Approved").waitFor()
      await visitor.page.keyboard.press("Escape")
      await cancelled.click()
      await visitor.page.locator(".attempt-head .badge").getByText("Cancel").waitFor()
      assert.deepStrictEqual(visitor.complaints, [])
    }
  )

  browserIt("keeps search, filter and selection in the address, and finds what is on a slip", { timeout }, async () => {
    await using mock = await startMock()
    await mock.send("OTHER", { amount: 999 })
    const wanted = await mock.send("WANTED", { amount: 1_918 })
    await mock.send("LOST", { host: "cut.terminal.test", amount: 1_916 })
    await using visitor = await visit(browser, mock.url)
    const { page } = visitor
    await page.locator(".pinned").getByText("LOST").waitFor()
    await page.waitForFunction(() => document.title.startsWith("(1) Payments"))
    await page.keyboard.press("/")
    await page.keyboard.type("19,18")
    await page.getByText("1 in total").waitFor()
    await page.locator(".rows").getByText("WANTED").waitFor()
    assert.include(page.url(), "q=19%2C18")
    await page.locator(".rows").getByRole("link", { name: "WANTED" }).click()
    await page.getByRole("heading", { name: "Order WANTED" }).waitFor()
    assert.include(page.url(), `#/attempts/${wanted}?q=19%2C18`)
    await page.reload()
    await page.getByText("1 in total").waitFor()
    assert.strictEqual(await page.getByLabel("Search").inputValue(), "19,18")
    await page.goto(`${mock.url}#/attempts`)
    await page.getByText("3 in total").waitFor()
    await page.locator("main").focus()
    await page.keyboard.press("j")
    await page.getByRole("heading", { name: "Order LOST" }).waitFor()
    await page.keyboard.press("j")
    await page.getByRole("heading", { name: "Order WANTED" }).waitFor()
    await page.keyboard.press("k")
    await page.getByRole("heading", { name: "Order LOST" }).waitFor()
    await page.keyboard.press("Control+k")
    await page.getByRole("dialog").getByLabel("Go to anything").fill("other")
    await page.getByRole("dialog").getByText("€9.99").waitFor()
    await page.keyboard.press("Enter")
    await page.getByRole("heading", { name: "Order OTHER" }).waitFor()
    await page.keyboard.press("?")
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor()
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt("has targets for a thumb, a time in every row, and faces of at most 80 kB", { timeout }, async () => {
    await using mock = await startMock()
    await sendGallery(mock)
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }
    await using visitor = await visit(browser, mock.url, phone)
    const { page } = visitor
    await page.waitForSelector(".rows li.payment time")
    const small = await page.evaluate(() =>
      [...document.querySelectorAll(".list-pane :is(.button, .chip > span, input[type=search]), nav a, .payment")]
        .filter((element) => element.getBoundingClientRect().height < 44)
        .map((element) => element.className || element.textContent)
    )
    assert.deepStrictEqual(small, [])
    const fonts = await page.evaluate(async () => {
      await document.fonts.ready
      const names = performance.getEntriesByType("resource").map(({ name }) => name)
      const sizes = names
        .filter((name) => name.endsWith(".woff2"))
        .map(async (name) => (await fetch(name)).arrayBuffer())
      return (await Promise.all(sizes)).map(({ byteLength }) => byteLength)
    })
    assert.isAtLeast(fonts.length, 1)
    assert.isAtMost(
      fonts.reduce((sum, each) => sum + each, 0),
      80_000
    )
  })
})

describe("what is simulated", () => {
  browserIt("is always in view, with one click to put it right", { timeout }, async () => {
    await using mock = await startMock({ clock: new Date("2026-12-01T10:00:00.000Z"), examination: true })
    await mock.send("FIRST")
    await mock.control("PUT", "http-fault", { fault: "reset" })
    await mock.control("POST", `${counter}/faults`, { fault: "answer-lost" })
    await using visitor = await visit(browser, `${mock.url}#/day`)
    const { page } = visitor
    const chip = (text: string) => page.locator(".sim-chip", { hasText: text })
    const examination = page.getByRole("link", { name: "Examination of a till" })
    assert.strictEqual(await examination.getAttribute("href"), "/exam")
    // The day is that of the server's clock, not of the browser's.
    await page.getByRole("heading", { name: "Tuesday 1 December 2026" }).waitFor()
    await page.locator(".report").getByText("42.50").first().waitFor()
    await chip("Next order: connection reset").getByRole("button", { name: "Clear" }).click()
    await page.locator(".toast").getByRole("button", { name: "Undo" }).click()
    await chip("Next order: connection reset").waitFor()
    await chip("1 terminal with faults").getByRole("button", { name: "Clear" }).click()
    await chip("1 terminal with faults").waitFor({ state: "detached" })
    await chip("Clock frozen").getByRole("button", { name: "Resume" }).click()
    await chip("Clock frozen").waitFor({ state: "detached" })
    assert.deepInclude(await mock.control("GET", "clock"), { frozen: false })
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt(
    "keeps the terminals in the order of their names, however often they are looked at",
    { timeout },
    async () => {
      await using mock = await startMock()
      for (const host of ["declined.terminal.test", "approved.terminal.test"]) await mock.send(`AT-${host}`, { host })
      await using visitor = await visit(browser, `${mock.url}#/terminals`)
      const { page } = visitor
      const names = async () => {
        await page.waitForSelector(".rack-item")
        return page.locator(".rack-name").allInnerTexts()
      }
      const before = await names()
      assert.deepStrictEqual(before, ["10.0.0.12", "approved.terminal.test", "declined.terminal.test"])
      for (const name of ["declined.terminal.test:8888", COUNTER]) {
        await page.goto(`${mock.url}#/terminals/${encodeURIComponent(name)}`)
        await page.locator(".glass").waitFor()
      }
      await page.goto(`${mock.url}#/terminals`)
      assert.deepStrictEqual(await names(), before)
    }
  )
})

/** Whether the receipt fits its paper. */
const receiptFits = (page: Page) =>
  page
    .locator(".slip")
    .first()
    .evaluate((slip) => {
      const clip = slip.closest(".paper-clip")
      return slip.scrollWidth <= slip.clientWidth && clip !== null && clip.scrollWidth <= clip.clientWidth
    })

describe("a terminal", () => {
  browserIt("never cuts its receipt, whatever the face it is printed in", { timeout }, async () => {
    await using mock = await startMock()
    await mock.control("PUT", `${counter}/cardholder`, { cardholder: "manual" })
    for (const width of [390, 1_024, 1_440]) {
      await using visitor = await visit(browser, `${mock.url}#/${counter}`, { viewport: { width, height: 900 } })
      const { page } = visitor
      await page.locator(".glass").getByText("BIENVENUE").waitFor()
      await mock.send(`SLIP-${width}`, { host: "10.0.0.12", amount: 123_456, async: true })
      await page.locator(".glass").getByText("1234,56 EUR").waitFor()
      await page.getByRole("button", { name: "Insert card" }).click()
      await page.locator(".slip").waitFor()
      for (const face of ["JetBrains Mono", "DejaVu Sans Mono", "Liberation Mono"]) {
        await page.evaluate(
          (name) => document.documentElement.style.setProperty("--mono", `"${name}", monospace`),
          face
        )
        assert.isTrue(await receiptFits(page), `${face} at ${width}`)
      }
    }
  })

  browserIt("is held on a phone by a code that opens it and nothing else", { timeout }, async () => {
    await using mock = await startMock()
    await mock.send("SECRET")
    await using visitor = await visit(browser, `${mock.url}#/${counter}`)
    await visitor.page.getByText("Play on a phone").click()
    await visitor.page.locator(".qr").waitFor()
    const address = await visitor.page.getByRole("link", { name: "Open here in a new tab" }).getAttribute("href")
    await using phone = await visit(browser, address ?? "", { signedIn: false, viewport: { width: 390, height: 844 } })
    await phone.page.locator(".glass").getByText("BIENVENUE").waitFor()
    await mock.send("BY-PHONE", { host: "10.0.0.12", async: true })
    await phone.page.getByRole("button", { name: "Insert card" }).click()
    await phone.page.locator(".slip").waitFor()
    await phone.page.goto(`${mock.url}#/attempts`)
    await phone.page.locator(".glass").waitFor()
    assert.strictEqual(await phone.page.getByText("SECRET").count(), 0)
    assert.deepStrictEqual(phone.complaints, [])
  })
})

describe("the day", () => {
  browserIt("lays the terminal's report beside its own, and guesses what the difference is", { timeout }, async () => {
    await using mock = await startMock()
    const lost = await mock.send("LOST", { host: "cut.terminal.test", amount: 1_916 })
    await mock.send("PAID", { amount: 4_250 })
    await using visitor = await visit(browser, `${mock.url}#/day`, { locale: "fr-FR" })
    const { page } = visitor
    await page.locator(".figures").getByText("42,50 €", { exact: true }).waitFor()
    await page.getByLabel("Ticket de télécollecte de cut.terminal.test:8888").fill("19,16")
    const guess = page.getByRole("link", { name: "le paiement inconnu ?" })
    await guess.waitFor()
    assert.strictEqual(await guess.getAttribute("href"), `#/attempts/${lost}`)
    await page.getByLabel("Ticket de télécollecte de approved.terminal.test:8888").fill("42,50")
    await page.getByText("✓ conforme").waitFor()
    const saving = page.waitForEvent("download")
    await page.getByText("Exporter", { exact: true }).click()
    await page.getByRole("button", { name: "Totaux en CSV" }).click()
    const { readFile } = await import("node:fs/promises")
    const csv = await readFile(await (await saving).path(), "utf8")
    assert.isTrue(csv.startsWith("\uFEFF"))
    assert.include(csv, "approved.terminal.test:8888;EUR;1;42,50;")
    assert.notInclude(csv, "\r\n\r\n")
    await page.getByRole("button", { name: "Jour précédent" }).click()
    await page.getByText("Aucun paiement ce jour-là.").waitFor()
    assert.match(page.url(), /#\/day\?day=\d{4}-\d\d-\d\d$/)
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt("shows no figure that it does not have, and says which call failed", { timeout }, async () => {
    await using mock = await startMock()
    await mock.send("PAID", { amount: 4_250 })
    await mock.send("REFUSED", { host: "declined.terminal.test" })
    await using visitor = await visit(browser, mock.url)
    const { page } = visitor
    const declined = page.locator(".figures li", { hasText: "Declined" }).locator("strong")
    const failing = { counts: true, list: true }
    const fails = (route: Route, name: keyof typeof failing) =>
      failing[name] ? route.fulfill({ status: 503, json: { error: { message: `no ${name}` } } }) : route.continue()
    await page.route(/\/attempts\?.*format=counts/, (route) => fails(route, "counts"))
    await page.route(/\/attempts\?.*limit=1000/, (route) => fails(route, "list"))
    await page.goto(`${mock.url}#/day`)
    await page.locator(".note").getByText("no counts").waitFor()
    await page.locator(".figures").getByText("€42.50", { exact: true }).waitFor()
    assert.strictEqual(await declined.innerText(), "–")
    failing.counts = false
    await page.getByRole("button", { name: "Try again" }).click()
    await declined.getByText("1", { exact: true }).waitFor()
    await page.locator(".note").getByText("no list").waitFor()
    failing.list = false
    await page.getByRole("button", { name: "Try again" }).click()
    await page.locator(".hours").waitFor()
    await page.locator(".note").waitFor({ state: "detached" })
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt("shows a payment by hour as soon as its totals have it", { timeout }, async () => {
    await using mock = await startMock()
    await mock.send("FIRST", { amount: 4_250 })
    await using visitor = await visit(browser, `${mock.url}#/day`)
    const { page } = visitor
    await page.locator(".hours tbody td", { hasText: "€42.50" }).waitFor({ state: "attached" })
    await mock.send("SECOND", { amount: 1_000 })
    await page.locator(".hours tbody td", { hasText: "€52.50" }).waitFor({ state: "attached" })
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt("shows payments although others are made while it fetches them", { timeout }, async () => {
    await using mock = await startMock()
    await mock.send("FIRST", { amount: 4_250 })
    await using visitor = await visit(browser, mock.url)
    const { page } = visitor
    const isAsked = [1, 2, 3].map(() => Promise.withResolvers<void>())
    let asked = 0
    // The second list is answered only after the third has been asked for, the third never.
    await page.route(/\/attempts\?.*limit=1000/, async (route) => {
      const number = asked++
      if (number === 0) return route.continue()
      const response = number === 1 ? await route.fetch() : undefined
      isAsked[number]?.resolve()
      if (response === undefined) return
      await isAsked[2]?.promise
      return route.fulfill({ response })
    })
    await page.goto(`${mock.url}#/day`)
    await page.locator(".hours tbody td", { hasText: "€42.50" }).waitFor({ state: "attached" })
    await mock.send("SECOND", { amount: 1_000 })
    await isAsked[1]?.promise
    await mock.send("THIRD", { amount: 500 })
    await page.locator(".hours tbody td", { hasText: "€52.50" }).waitFor({ state: "attached" })
  })

  browserIt(
    "keeps what was typed of a terminal's report to the space it was typed in, until that starts over",
    { timeout },
    async () => {
      await using mock = await startMock()
      const payIn = (space: string) => mock.send("PAID", { amount: 4_250, space })
      for (const space of ["", "team-blue"]) await payIn(space)
      await using visitor = await visit(browser, `${mock.url}#/day`)
      const { page } = visitor
      const figure = page.getByLabel("Batch report of approved.terminal.test:8888")
      const typedIn = async (space: string) => {
        await page.goto(`${mock.url}?space=${space}#/day`)
        return figure.inputValue()
      }
      await figure.fill("42,50")
      assert.strictEqual(await typedIn("team-blue"), "")
      await figure.fill("41,00")
      assert.strictEqual(await typedIn(""), "42,50")
      await page.goto(`${mock.url}#/simulation`)
      await page.getByLabel("Yes, clear this space").check()
      await page.getByRole("button", { name: "Start over" }).click()
      await page.getByText("Done.").waitFor()
      await payIn("")
      assert.strictEqual(await typedIn(""), "")
      assert.strictEqual(await typedIn("team-blue"), "41,00")
      assert.deepStrictEqual(visitor.complaints, [])
    }
  )

  browserIt("raises no alarm about a payment that its terminal is working on", { timeout }, async () => {
    await using mock = await startMock()
    await mock.control("PUT", `${counter}/cardholder`, { cardholder: "manual" })
    await mock.send("AT-THE-TERMINAL", { host: "10.0.0.12", amount: 2_470, async: true })
    await using visitor = await visit(browser, `${mock.url}#/day`)
    const figure = visitor.page.locator(".figures li:last-child")
    await figure.getByText("1 still under way").waitFor()
    assert.deepStrictEqual((await figure.innerText()).split(/\n+/), [
      "To resolve before closing",
      "1 ·\u00A0€24.70",
      "1 still under way"
    ])
    assert.strictEqual(await visitor.page.locator(".has-alarm").count(), 0)
    await mock.send("LOST", { host: "cut.terminal.test", amount: 1_916 })
    await visitor.page.locator(".has-alarm").getByText("2 · €43.86", { exact: true }).waitFor()
    await figure.getByText("1 still under way").waitFor()
  })

  browserIt("does not add an unknown refund to the payments to resolve", { timeout }, async () => {
    await using mock = await startMock()
    await mock.send("LOST", { host: "cut.terminal.test", amount: 1_916 })
    await mock.send("RETURNED", { host: "cut.terminal.test", amount: 700, transactionType: "Credit" })
    await using visitor = await visit(browser, `${mock.url}#/day`)
    const figure = visitor.page.locator(".figures .has-alarm strong")
    await figure.getByText("2 · €19.16 · − €7.00", { exact: true }).waitFor()
    const cells = visitor.page.locator("td[data-title=Unknown]")
    assert.deepStrictEqual(await cells.allInnerTexts(), ["19.16 · −\u00A07.00", "19.16 · −\u00A07.00"])
  })

  browserIt("is today where the address names none of the calendar", { timeout }, async () => {
    await using mock = await startMock()
    await using visitor = await visit(browser, `${mock.url}#/day?day=2026-13-45`)
    await visitor.page.getByText("No payments on this day.").waitFor()
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt("is printed whole, without the frame around it", { timeout }, async () => {
    await using mock = await startMock()
    const id = await mock.send("PAID", { amount: 4_250 })
    await using visitor = await visit(browser, `${mock.url}#/attempts/${id}`)
    const { page } = visitor
    await page.waitForSelector(".inspector")
    await page.emulateMedia({ media: "print" })
    assert.isFalse(await page.locator(".bar").isVisible())
    assert.isFalse(await page.locator(".list-pane").isVisible())
    const cut = await page.evaluate(() => {
      const pane = document.querySelector(".detail-pane")
      return pane === null ? -1 : pane.scrollHeight - pane.clientHeight
    })
    assert.isAtMost(cut, 0)
    await page.evaluate(() => {
      document.documentElement.dataset.print = "receipt"
    })
    assert.isTrue(await page.locator(".print-receipt .slip").isVisible())
    assert.isFalse(await page.locator(".attempt-head").isVisible())
  })
})
