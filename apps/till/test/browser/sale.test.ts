import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, describe, it } from "@effect/vitest"
import { Cardholder, TestCard } from "@hipay-pos/terminal-simulator"
import type { Locator, Page, Route } from "playwright-core"
import type { Action } from "../../src/api.ts"
import { sample } from "../../src/catalogue/sample.ts"
import { startTill } from "../../src/server/startTill.ts"
import { fault, losePayment, named, openShop, type Shop, seenOf } from "../server/shop.ts"
import { closeBrowser, hasBrowser, openPage } from "./browser.ts"

const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name })
const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { name, level: 1 })

/** Puts a mug on the sale and goes to its payment. */
const mugToPay = async (page: Page) => {
  await button(page, /^Add Stoneware mug/).click()
  await button(page, /^Pay/).click()
  await heading(page, /^To pay/).waitFor()
}

/** All keys at once, as a scanner sends them: pauses on a busy machine are not part of a test. Whether Enter presses what has the focus. */
const scan = (page: Page, code: string) =>
  page.evaluate(
    (keys) => {
      const events = keys.map((key) => new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }))
      return events.map((event) => document.activeElement?.dispatchEvent(event)).at(-1)
    },
    [...code, "Enter"]
  )

type Point = readonly [x: number, y: number]

const centreOf = async (locator: Locator): Promise<Point> => {
  const { x, y, width, height } = (await locator.boundingBox()) ?? assert.fail("not on the page")
  return [x + width / 2, y + height / 2]
}

/** One click of a double click, on whatever is there by then. */
const clickAt = async ({ mouse }: Page, [x, y]: Point, clickCount: 1 | 2) => {
  await mouse.move(x, y)
  await mouse.down({ clickCount })
  await mouse.up({ clickCount })
}

/** Pays for a mug by card; the terminal's answer is lost after the approval. */
const loseMugPayment = async ({ terminal }: Shop, page: Page) => {
  terminal.setFault(fault("reset@after-approval"))
  await mugToPay(page)
  await button(page, /^Card/).click()
}

describe.skipIf(!hasBrowser)("a sale in the browser", { timeout: 180_000 }, () => {
  afterAll(closeBrowser)

  it("by mouse: the total on the screen, the terminal's amount and the receipt are one number", async () => {
    await using shop = await openShop()
    await using open = await openPage(shop.url)
    const { page } = open
    await button(page, /^Add Stoneware mug/).click()
    await button(page, /^Add Stoneware mug/).click()
    await button(page, "Bakery").click()
    await button(page, /^Add Traditional baguette/).click()
    await button(page, /^Discount/).click()
    await page.getByRole("textbox", { name: "Percent" }).fill("10")
    await button(page, "Apply").click()
    await button(page, /^Pay €24\.43/).click()
    await button(page, "Card €24.43").click()
    await heading(page, /Paid €24\.43/).waitFor()
    assert.include(await page.getByRole("article", { name: "Receipt" }).innerText(), "€24.43")
    assert.include(await page.getByRole("region", { name: "Card receipt" }).innerText(), "24,43")
    assert.deepStrictEqual(
      shop.terminal.ledger.entries().map(({ amount }) => amount),
      [2443]
    )
    await button(page, "Next customer").click()
    await page.getByText("Nothing here yet").waitFor()
    assert.deepStrictEqual(open.faults, [])
  })

  it("by keyboard alone: codes, counts, payment, next customer", async () => {
    await using shop = await openShop()
    await using open = await openPage(shop.url)
    const { page } = open
    const { keyboard } = page
    await page.locator("#find:focus").waitFor()
    await keyboard.type("3*mug")
    await keyboard.press("Enter")
    await page.getByText("Stoneware mug: 3 on the sale").waitFor()
    await keyboard.type("baguette")
    await keyboard.press("Enter")
    await page.getByText("Traditional baguette: 1 on the sale").waitFor()
    await keyboard.press("F4")
    await page.locator("input[name=amount]:focus").waitFor()
    await keyboard.press("Enter")
    await heading(page, /Paid €40\.05/).waitFor()
    await page.getByRole("button", { name: "Next customer" }).and(page.locator(":focus")).waitFor()
    // Later than the second Enter of two.
    await page.clock.setFixedTime(Date.now() + 1000)
    await keyboard.press("Enter")
    await page.locator("#find:focus").waitFor()
    assert.deepStrictEqual(open.faults, [])
  })

  it("scanned codes are accepted wherever the focus is, and do not press the focused button", async () => {
    await using shop = await openShop()
    await using open = await openPage(shop.url)
    const { page } = open
    await button(page, /^Add Butter croissant/).focus()
    const ean = sample.products.find(({ reference }) => reference === "MUG")?.ean ?? ""
    const enterGoesOn = await scan(page, ean)
    assert.isFalse(enterGoesOn)
    await page.locator(".line").first().waitFor()
    const { sale } = await shop.state()
    assert.deepStrictEqual(
      sale?.lines.map(({ reference, quantity }) => [reference, quantity]),
      [["MUG", 1]]
    )
  })

  it("sells every article that is scanned, however soon after another, in the search field and beside it", async () => {
    await using shop = await openShop()
    await using open = await openPage(shop.url)
    const { page } = open
    await page.clock.setFixedTime(Date.now())
    const [first = "", second = ""] = sample.products.flatMap(({ ean }) => ean ?? [])
    await page.locator("#find:focus").waitFor()
    for (const code of [first, second, second]) {
      await page.keyboard.type(code)
      await page.keyboard.press("Enter")
    }
    await button(page, /^Pay/).focus()
    for (const code of [first, second]) await scan(page, code)
    const { sale } = await shop.until(({ sale }) => sale?.lines.reduce((sum, { quantity }) => sum + quantity, 0) === 5)
    assert.deepStrictEqual(
      sale?.lines.map(({ quantity }) => quantity),
      [2, 3]
    )
    assert.deepStrictEqual(open.faults, [])
  })

  it("says what is wrong with a code", async () => {
    await using shop = await openShop()
    await using open = await openPage(shop.url)
    const { page } = open
    await page.locator("#find").fill("4006381333932")
    await page.keyboard.press("Enter")
    await page.getByText("its check digit does not fit").waitFor()
    await page.locator("#find").fill("4006381333931")
    await page.keyboard.press("Enter")
    await page.getByText("No item has this code.").waitFor()
  })

  it("gets nothing from the second click or tap of two on what was there before it", async () => {
    await using shop = await openShop()
    for (const hasTouch of [false, true]) {
      await shop.act({ do: "add", code: "MUG", quantity: 1 })
      await shop.act({ do: "cash", given: 1290, ...seenOf((await shop.state()).sale) })
      await using open = await openPage(shop.url, { hasTouch })
      const { page } = open
      const at = await centreOf(button(page, "Next customer"))
      const press = (clickCount: 1 | 2) => (hasTouch ? page.touchscreen.tap(...at) : clickAt(page, at, clickCount))
      await page.clock.setFixedTime(Date.now())
      await press(1)
      await page.getByText("Nothing here yet").waitFor()
      const hit = await page.evaluate(([x, y]) => document.elementFromPoint(x, y)?.closest("button")?.textContent, at)
      assert.include(hit ?? "", "Butter croissant")
      await press(2)
      await button(page, /^Add Traditional baguette/).click()
      await page.locator(".line").waitFor()
      assert.deepStrictEqual(
        (await shop.state()).sale?.lines.map(({ name }) => name),
        ["Baguette de tradition"]
      )
      // On the same control, every one counts.
      await press(1)
      await press(2)
      await page.locator(".line", { hasText: "Butter croissant" }).getByText("2", { exact: true }).waitFor()
      assert.deepStrictEqual(open.faults, [])
      await shop.act({ do: "abandon", ...seenOf((await shop.state()).sale) })
    }
  })

  it("takes a part in cash once from a double click or two Enters, and says what is still to be paid", async () => {
    await using shop = await openShop()
    await using open = await openPage(shop.url)
    const { page } = open
    await mugToPay(page)
    await page.clock.setFixedTime(Date.now())
    const sent: Array<string | null> = []
    page.on("request", (request) => {
      if (request.url().endsWith("/api/act")) sent.push(request.postData())
    })
    const given = page.locator("input[name=given]")
    await given.fill("5")
    const at = await centreOf(button(page, "Take €5.00 in cash"))
    await clickAt(page, at, 1)
    await heading(page, "Still to pay €7.90").and(page.locator(":focus")).waitFor()
    await clickAt(page, at, 2)
    await given.fill("2")
    await page.keyboard.press("Enter")
    await heading(page, "Still to pay €5.90").waitFor()
    await page.keyboard.press("Enter")
    // A request that had been sent would be seen before this answer.
    await page.evaluate(() => fetch("/api/catalogue").then((response) => response.text()))
    assert.strictEqual(sent.length, 2)
    assert.strictEqual((await shop.state()).sale?.collected, 700)
    await page.clock.setFixedTime(Date.now() + 1000)
    await page.keyboard.press("Enter")
    await heading(page, /Paid €12\.90/).waitFor()
    assert.deepStrictEqual(open.faults, [])
  })

  it("takes parts in cash as fast as they are typed, each instead of the rest that is suggested", async () => {
    await using shop = await openShop()
    await using open = await openPage(shop.url)
    const { page } = open
    await mugToPay(page)
    await page.clock.setFixedTime(Date.now())
    await page.locator("input[name=given]").fill("5")
    await page.keyboard.press("Enter")
    for (const [rest, part] of [
      ["7.90", "4"],
      ["3.90", "2"],
      ["1.90", "5"]
    ] as const) {
      await page.waitForFunction((suggested) => getSelection()?.toString() === suggested, rest)
      await page.keyboard.type(part)
      await page.keyboard.press("Enter")
    }
    await heading(page, /Paid €12\.90/).waitFor()
    assert.deepStrictEqual(open.faults, [])
  })

  it("shows and says the change until an Enter that is neither held nor the second of two", async () => {
    await using shop = await openShop()
    await using open = await openPage(shop.url)
    const { page } = open
    await mugToPay(page)
    await page.clock.setFixedTime(Date.now())
    await page.locator("input[name=given]").fill("50")
    await page.keyboard.down("Enter")
    await button(page, "Next customer").and(page.locator(":focus")).waitFor()
    const described = await page.locator(":focus").getAttribute("aria-describedby")
    const texts = (described ?? "").split(" ").map((id) => page.locator(`[id="${id}"]`).textContent())
    assert.deepStrictEqual(await Promise.all(texts), ["Paid €12.90", "Change to give €37.10"])
    // Held.
    await page.keyboard.down("Enter")
    await page.keyboard.up("Enter")
    await page.keyboard.press("Enter")
    await page.evaluate(() => fetch("/api/catalogue").then((response) => response.text()))
    assert.strictEqual((await shop.state()).sale?.stage, "completed")
    await page.clock.setFixedTime(Date.now() + 1000)
    await page.keyboard.press("Enter")
    await page.getByText("Nothing here yet").waitFor()
    assert.deepStrictEqual(open.faults, [])
  })

  it("is abandoned only when asked for twice, and then the next one starts empty", async () => {
    await using shop = await openShop()
    await using open = await openPage(shop.url)
    const { page } = open
    await button(page, /^Add Stoneware mug/).click()
    await button(page, "Abandon").click()
    await button(page, "Keep it").click()
    await page.locator("dialog").waitFor({ state: "detached" })
    await button(page, "Abandon").click()
    await page.getByRole("dialog").getByRole("button", { name: "Abandon" }).click()
    await page.getByText("Nothing here yet").waitFor()
    assert.isNull((await shop.state()).sale)
    assert.deepStrictEqual(open.faults, [])
  })

  it("whose end comes just as the cashier leaves its payment does not call the cashier back", async () => {
    await using shop = await openShop()
    await using open = await openPage(shop.url)
    const { page } = open
    await mugToPay(page)
    // The address has changed, and the page has not handled that yet.
    await page.evaluate(() => history.replaceState(null, "", "#/history"))
    await shop.act({ do: "abandon", ...seenOf((await shop.state()).sale) })
    await page.getByText("Nothing here yet").waitFor()
    assert.strictEqual(new URL(page.url()).hash, "#/history")
    assert.deepStrictEqual(open.faults, [])
  })

  it("refused: the reason and the next step are shown, and another card pays", async () => {
    const cards = [Cardholder.pays(named("refused")), Cardholder.pays()]
    await using shop = await openShop({ terminal: { cardholder: Cardholder.scripted(cards) } })
    await using open = await openPage(shop.url)
    const { page } = open
    await mugToPay(page)
    await button(page, /^Card/).click()
    await page.getByRole("heading", { name: "Not paid" }).waitFor()
    await page.getByText("Nothing was charged.").waitFor()
    await button(page, /^Card/).click()
    await heading(page, /Paid €12\.90/).waitFor()
  })

  it("red key: the wait says that the terminal cancels and the till cannot, and then nothing was paid", async () => {
    await using shop = await openShop({ terminal: { cardholder: Cardholder.manual } })
    await using open = await openPage(shop.url)
    const { page } = open
    await mugToPay(page)
    await button(page, /^Card/).click()
    await heading(page, "The customer is paying at “Counter”").waitFor()
    await page.getByText("press the red key on the terminal").waitFor()
    // Before the server reports what the terminal does, and after.
    await page.getByText("is asking for the card").waitFor()
    assert.strictEqual(await page.locator("main").getByRole("button").count(), 0)
    await shop.terminalWaits()
    shop.terminal.pressKey("cancel")
    await page.getByRole("heading", { name: "Not paid" }).waitFor()
    assert.strictEqual(await page.locator(".waiting").count(), 0)
    assert.deepStrictEqual(shop.terminal.ledger.entries(), [])
  })

  it("behind another till's payment at the same terminal: says that the terminal is not asking for this one yet", async () => {
    await using shop = await openShop({ terminal: { cardholder: Cardholder.manual } })
    const folder = mkdtempSync(join(tmpdir(), "till-"))
    await using other = await startTill({
      port: 0,
      server: { url: shop.server, username: "merchant", password: "secret" },
      terminals: [{ name: "Counter", host: "127.0.0.1", port: shop.terminalPort }],
      dataDir: folder
    })
    await shop.act({ do: "add", code: "BAG", quantity: 1 })
    const { sale } = await shop.state()
    await shop.act({ do: "card", amount: 135, terminal: "Counter", ...seenOf(sale) })
    await shop.terminalWaits()
    await using open = await openPage(other.url)
    await using facing = await openPage(`${other.url}/#/customer`)
    const { page } = open
    await mugToPay(page)
    await button(page, /^Card/).click()
    await heading(page, "Waiting for “Counter”").waitFor()
    await page.getByText("its red key would cancel another payment").waitFor()
    await facing.page.getByText("One moment, please").waitFor()
    assert.strictEqual(await page.getByText("asking for the card").count(), 0)
    shop.terminal.presentCard(TestCard.standard)
    await heading(page, "The customer is paying at “Counter”").waitFor()
    await page.getByText("is asking for the card").waitFor()
    await facing.page.getByText("Follow the instructions on the terminal").waitFor()
    shop.terminal.presentCard(TestCard.standard)
    await heading(page, /Paid €12\.90/).waitFor()
    assert.deepStrictEqual([...open.faults, ...facing.faults], [])
  })

  it("approved in part: the rest is collected in cash, with change", async () => {
    await using shop = await openShop({ terminal: { cardholder: Cardholder.auto(named("partial")) } })
    await using open = await openPage(shop.url)
    const { page } = open
    await mugToPay(page)
    await button(page, /^Card/).click()
    await heading(page, /^Still to pay €6\.45/).waitFor()
    await page.getByText("€6.45 is still to be collected").waitFor()
    await button(page, "€10.00").click()
    await page.getByText("Change to give: €3.55").waitFor()
    await button(page, "Take €6.45 in cash").click()
    await heading(page, /Paid €12\.90/).waitFor()
    await page.getByText("Change to give €3.55").waitFor()
  })

  it("several tenders: half by one card, the rest by another", async () => {
    await using shop = await openShop()
    await using open = await openPage(shop.url)
    const { page } = open
    await mugToPay(page)
    await button(page, "Half").click()
    await button(page, "Card €6.45").click()
    await heading(page, /^Still to pay €6\.45/).waitFor()
    await button(page, "Card €6.45").click()
    await heading(page, /Paid €12\.90/).waitFor()
    assert.deepStrictEqual(
      shop.terminal.ledger.entries().map(({ amount }) => amount),
      [645, 645]
    )
  })

  it("answer lost after approval: nothing on the screen pays again, and a person's word completes the sale", async () => {
    await using shop = await openShop()
    await using open = await openPage(shop.url)
    const { page } = open
    await loseMugPayment(shop, page)
    await heading(page, "The payment’s outcome is unknown").waitFor()
    const main = page.locator("main")
    await using customer = await openPage(`${shop.url}/#/customer`)
    assert.strictEqual(await customer.page.locator(".customer-total").innerText(), "One moment, please")
    const ask = "Ask the server and the terminal"
    assert.deepStrictEqual(await main.getByRole("button").allInnerTexts(), [ask])
    await button(page, ask).click()
    await page.getByText("Neither the payment server nor the terminal could say how the payment ended.").waitFor()
    await page.keyboard.press("F4")
    await page.goto(`${shop.url}/#/sale`)
    await heading(page, "The payment’s outcome is unknown").waitFor()
    await page.getByText("It was accepted").click()
    await page.getByLabel("Evidence").fill("ticket 000001, 10:32")
    await page.getByLabel("Your name").fill("Ana")
    assert.deepStrictEqual(await main.getByRole("button").allInnerTexts(), [ask, "Record: €12.90 paid"])
    await button(page, "Record: €12.90 paid").click()
    await heading(page, /Paid €12\.90/).waitFor()
    await page.getByText("resolved by Ana").first().waitFor()
    // What was typed is what was recorded: nothing is left to say.
    await page.waitForFunction(() => sessionStorage.getItem("till.drafts") === "[]")
    assert.strictEqual(shop.terminal.ledger.count(), 1)
    assert.deepStrictEqual(open.faults, [])
  })

  it("a payment whose outcome stays unknown is parked; the next customer is served, and it is settled after", async () => {
    await using shop = await openShop()
    await using open = await openPage(shop.url)
    const { page } = open
    await loseMugPayment(shop, page)
    await page.getByText("I cannot tell").click()
    shop.terminal.clearFault()
    await button(page, "Park, and serve the next customer").click()
    await button(page, /^Add Traditional baguette/).click()
    await button(page, /^Pay/).click()
    await button(page, "Exact").click()
    await button(page, "Take €1.35 in cash").click()
    await button(page, "Next customer").click()
    await button(page, "Recall €12.90").click()
    await heading(page, "The payment’s outcome is unknown").waitFor()
    assert.deepStrictEqual(open.faults, [])
  })

  it("a cashier who is about to enter the opposite of what another screen records is told so, with what was typed", async () => {
    await using shop = await openShop()
    await using open = await openPage(shop.url)
    const { page } = open
    await loseMugPayment(shop, page)
    await page.getByText("It was accepted").click()
    await page.getByLabel("Evidence").fill("slip 77")
    await page.getByLabel("Your name").fill("Zoé")
    const { sale } = await shop.state()
    const word = { do: "resolve", tender: 1, outcome: "declined", by: "Max", evidence: "no slip" } as const
    await shop.act({ ...word, ...seenOf(sale) })
    const notice = page.locator(".notice.danger", { hasText: "was not recorded" })
    await notice.getByText("Resolved by Max: not paid (no slip).").waitFor()
    await notice.getByText("What was entered on this screen was not recorded: €12.90 paid (slip 77).").waitFor()
    // Also when the sale has gone, on another view, and in the other language.
    await shop.act({ do: "abandon", ...seenOf((await shop.state()).sale) })
    await page.getByText("Nothing here yet").waitFor()
    await button(page, "Français").click()
    const french = page.locator(".notice.danger", { hasText: "n’a pas été enregistrée" })
    await french.getByText("Régularisé par Max : non payé (no slip).").waitFor()
    await french.getByRole("link", { name: "Voir la vente" }).click()
    await page.locator(".paper").waitFor()
    await french.getByRole("button", { name: "Fermer" }).click()
    await french.waitFor({ state: "detached" })
    assert.deepStrictEqual(open.faults, [])
  })

  it("what was typed about an unknown payment is still there after another view, and after a reload, with card numbers masked", async () => {
    await using shop = await openShop()
    await using open = await openPage(shop.url)
    const { page } = open
    await loseMugPayment(shop, page)
    await page.getByText("It was accepted").click()
    const [amount, evidence, name] = ["Amount that was accepted", "Evidence", "Your name"].map((label) =>
      page.getByLabel(label)
    ) as [Locator, Locator, Locator]
    await amount.fill("5.00")
    await evidence.fill("slip 77, card 4111 1111 1111 1111")
    await name.fill("Zoé")
    const typed = () => Promise.all([amount, evidence, name].map((each) => each.inputValue()))
    await page.getByRole("link", { name: "History" }).click()
    await page.locator(".sales").waitFor()
    await page.goBack()
    await evidence.waitFor()
    assert.deepStrictEqual(await typed(), ["5.00", "slip 77, card 4111 1111 1111 1111", "Zoé"])
    await page.waitForFunction(() => sessionStorage.getItem("till.drafts")?.includes("Zoé"))
    assert.notInclude(await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage })), "1111 1111")
    await page.reload()
    await evidence.waitFor()
    assert.deepStrictEqual(await typed(), ["5.00", "slip 77, card 4111 11## #### 1111", "Zoé"])
    await button(page, "Record: €5.00 paid").waitFor()
    // If the browser has no room for the newest draft, a reload does not show an older one instead.
    await page.evaluate(() => {
      Storage.prototype.setItem = () => {
        throw new DOMException("full", "QuotaExceededError")
      }
    })
    await page.getByText("It was not accepted").click()
    await page.waitForFunction(() => sessionStorage.getItem("till.drafts") === null)
    await page.reload()
    await heading(page, "The payment’s outcome is unknown").waitFor()
    assert.isFalse(await page.getByLabel("It was accepted").isChecked())
    assert.deepStrictEqual(open.faults, [])
  })

  it("a payment or a refund that a person resolved is shown as their word, without advice as if the terminal had answered", async () => {
    await using shop = await openShop({ terminal: { cardholder: Cardholder.auto(TestCard.standard) } })
    await using open = await openPage(shop.url)
    const { page } = open
    const lose = async () => {
      const { sale } = await losePayment(shop)
      shop.terminal.clearFault()
      const word = { do: "resolve", tender: 1, outcome: "declined", by: "Max", evidence: "no slip" } as const
      return shop.act({ ...word, ...seenOf(sale) })
    }
    const outcome = page.locator(".outcome.danger")
    await shop.act({ do: "add", code: "MUG", quantity: 1 })
    const { sale } = await lose()
    await outcome.waitFor()
    assert.strictEqual(await outcome.innerText(), "Not paid\n\nResolved by Max: not paid (no slip).")
    const paid = await shop.act({ do: "cash", given: 1290, ...seenOf(sale) })
    await shop.act({ do: "next" })
    await shop.act({ do: "refund", sale: paid.sale?.id ?? "", lines: [{ line: 1, quantity: 1 }] })
    await lose()
    await outcome.getByText("Not refunded", { exact: true }).waitFor()
    assert.strictEqual(await outcome.innerText(), "Not refunded\n\nResolved by Max: not refunded (no slip).")
    await button(page, "Français").click()
    await outcome.getByText("Régularisé par Max : non remboursé (no slip).").waitFor()
    assert.deepStrictEqual(open.faults, [])
  })

  it("while the server is asked about a person's word, it is sent once, and the next customer can be served", async () => {
    await using shop = await openShop()
    await using open = await openPage(shop.url)
    const { page } = open
    await loseMugPayment(shop, page)
    await page.getByText("It was accepted").click()
    await page.getByLabel("Evidence").fill("ticket 000001, 10:32")
    await page.getByLabel("Your name").fill("Ana")
    const held: Array<Route> = []
    await page.route("**/api/act", (route) => {
      if ((route.request().postDataJSON() as Action).do !== "resolve") return route.continue()
      held.push(route)
    })
    const record = button(page, "Record: €12.90 paid")
    await record.evaluate((each) => {
      for (let clicks = 0; clicks < 2; clicks++) (each as HTMLElement).click()
    })
    await page.getByText("The payment server is asked first.").waitFor()
    assert.isTrue(await record.isDisabled())
    await page.getByText("I cannot tell").click()
    await button(page, "Park, and serve the next customer").click()
    await button(page, /^Add Traditional baguette/).click()
    await page.locator(".line").waitFor()
    assert.lengthOf(held, 1)
    await held[0]?.continue()
    await page.getByText("This has changed meanwhile.").waitFor()
    await page.unroute("**/api/act")
  })

  it("a reload in the middle finds the payment that is waited for, and then its end", async () => {
    await using shop = await openShop({ terminal: { cardholder: Cardholder.manual } })
    await using open = await openPage(shop.url)
    const { page } = open
    await mugToPay(page)
    await button(page, /^Card/).click()
    await heading(page, "The customer is paying at “Counter”").waitFor()
    await shop.terminalWaits()
    await page.reload()
    await heading(page, "The customer is paying at “Counter”").waitFor()
    shop.terminal.presentCard(TestCard.standard)
    await heading(page, /Paid €12\.90/).waitFor()
    assert.strictEqual(shop.terminal.ledger.count(), 1)
  })

  it("the back end gone and back: the page says so, and finds the sale where it stands", async () => {
    await using shop = await openShop({ terminal: { cardholder: Cardholder.manual } })
    await using open = await openPage(shop.url)
    const { page } = open
    await mugToPay(page)
    await button(page, /^Card/).click()
    await heading(page, "The customer is paying at “Counter”").waitFor()
    await shop.terminalWaits()
    await shop.stop()
    await page.getByText("The till’s back end does not answer.").waitFor()
    await shop.restart()
    await heading(page, "The payment’s outcome is unknown").waitFor()
    assert.strictEqual(await page.getByText("The till’s back end does not answer.").count(), 0)
    shop.terminal.pressKey("cancel")
  })

  it("a view that was asked for while the back end was away, or failed, comes once it answers", async () => {
    await using shop = await openShop()
    await using open = await openPage(`${shop.url}/#/day`)
    const { page } = open
    const report = page.locator(".report")
    await report.waitFor()
    await page.getByRole("link", { name: "Sale", exact: true }).click()
    await page.locator("#find").waitFor()
    await shop.stop()
    await page.getByText("The till’s back end does not answer.").waitFor()
    await page.getByRole("link", { name: "Day" }).click()
    await page.getByText("Loading…").waitFor()
    await shop.restart()
    await report.waitFor()

    const { sale } = await shop.act({ do: "add", code: "MUG", quantity: 1 })
    const failure = { status: 500, json: { error: { code: "failed", message: "the till failed" } } }
    await page.route("**/api/sales/*", (route) => route.fulfill(failure), { times: 1 })
    await page.goto(`${shop.url}/#/history/${sale?.id}`)
    await page.locator(".paper").waitFor()
    await page.goto(`${shop.url}/#/history/T0`)
    await page.getByText("Sale not found.").waitFor()
  })

  it("the history shows what became of a parked sale", async () => {
    await using shop = await openShop({ till: { askEvery: 50 } })
    await using open = await openPage(shop.url)
    const { page } = open
    await shop.act({ do: "add", code: "MUG", quantity: 1 })
    const { sale } = await losePayment(shop)
    await shop.act({ do: "park", ...seenOf(sale) })
    await page.getByRole("link", { name: "History" }).click()
    await page.locator(".sales").getByText("Unknown").waitFor()
    const headers = { authorization: `Basic ${btoa("merchant:secret")}`, "content-type": "application/json" }
    const { attempts } = (await (await fetch(`${shop.server}/attempts`, { headers })).json()) as {
      readonly attempts: ReadonlyArray<{ readonly id: string }>
    }
    const word = { outcome: "approved", by: "Ana", evidence: "ticket 000001" }
    const init = { method: "POST", headers, body: JSON.stringify(word) }
    assert.strictEqual((await fetch(`${shop.server}/attempts/${attempts[0]?.id}/resolve`, init)).status, 200)
    await page.locator(".sales").getByText("Completed").waitFor()
    assert.deepStrictEqual(open.faults, [])
  })

  it("a past sale is found, printed again as a copy, and refunded to the card", async () => {
    await using shop = await openShop()
    await using open = await openPage(shop.url)
    const { page } = open
    await page.evaluate(() => {
      Object.assign(window, {
        print: () => Object.assign(window, { printed: document.querySelector(".paper")?.textContent })
      })
    })
    await mugToPay(page)
    await button(page, /^Card/).click()
    await heading(page, /Paid/).waitFor()
    await page.getByRole("link", { name: "History" }).click()
    await page.locator(".sales a").first().click()
    await button(page, "Print again").click()
    await page.waitForFunction(() => "printed" in window && String(window.printed).includes("Copy"))
    await button(page, "Stoneware mug: one more").click()
    await button(page, "Refund").click()
    await heading(page, /^To refund €12\.90/).waitFor()
    await button(page, /^Refund €12\.90 to the card/).click()
    await heading(page, /^Refunded €12\.90/).waitFor()
    assert.strictEqual(shop.terminal.ledger.charged("EUR"), 0)
    await page.getByRole("link", { name: "Day" }).click()
    await page.getByRole("row", { name: /Counter 1 · €12\.90 1 · €12\.90 €0\.00/ }).waitFor()
    assert.deepStrictEqual(open.faults, [])
  })

  it("a sale that is not completed has no receipt: its paper says so, and there is nothing to print", async () => {
    await using shop = await openShop()
    await using open = await openPage(shop.url)
    const { page } = open
    const paper = page.locator(".paper")
    const { sale: left } = await shop.act({ do: "add", code: "MUG", quantity: 1 })
    await shop.act({ do: "abandon", ...seenOf(left) })
    await page.goto(`${shop.url}/#/history/${left?.id}`)
    await paper.waitFor()
    assert.include(await paper.innerText(), "ABANDONED - not a receipt")
    assert.notInclude(await paper.innerText(), "Thank you")
    assert.strictEqual(await button(page, "Print again").count(), 0)
    await button(page, "Français").click()
    await paper.getByText("ABANDONNÉ - sans valeur de ticket de caisse").waitFor()
    await button(page, "English").click()

    await shop.act({ do: "add", code: "MUG", quantity: 1 })
    const { sale: lost } = await losePayment(shop)
    await page.goto(`${shop.url}/#/history/${lost?.id}`)
    await paper.getByText("PAYMENT OUTCOME UNKNOWN - not a receipt").waitFor()
    assert.strictEqual(await button(page, "Print again").count(), 0)
    assert.deepStrictEqual(open.faults, [])
  })

  it("papers say that they are simulated, also while the payment server is away", async () => {
    await using shop = await openShop({
      till: { server: { url: "http://127.0.0.1:1", username: "merchant", password: "secret" } }
    })
    await using open = await openPage(shop.url)
    const { page } = open
    const simulation = "SIMULATION - no money has moved"
    await page.getByText("Payment server unreachable").waitFor()
    await mugToPay(page)
    await button(page, "Take €12.90 in cash").click()
    await heading(page, /Paid/).waitFor()
    assert.include(await page.getByRole("article", { name: "Receipt" }).innerText(), simulation)
    await page.getByRole("link", { name: "Day" }).click()
    await page.locator(".report").waitFor()
    assert.include(await page.locator(".print-head").textContent(), simulation)
    const { receipt = "" } = await shop.state()
    await page.goto(receipt)
    assert.include(await page.getByRole("article", { name: "Receipt" }).innerText(), simulation)
  })

  it("a refund that was paid out in part is taken back in cash, and only then abandoned", async () => {
    await using shop = await openShop()
    const { sale } = await shop.act({ do: "add", code: "MUG", quantity: 1 })
    await shop.act({ do: "cash", given: 1290, ...seenOf(sale) })
    await shop.act({ do: "next" })
    const opened = await shop.act({ do: "refund", sale: sale?.id ?? "", lines: [{ line: 1, quantity: 1 }] })
    await shop.act({ do: "cash", given: 500, ...seenOf(opened.sale) })
    await using open = await openPage(shop.url)
    const { page } = open
    await page.getByText("Still to refund").waitFor()
    assert.isTrue(await button(page, "Abandon").isDisabled())
    await page.keyboard.press("F4")
    await button(page, "Take back €5.00 in cash").click()
    await heading(page, /^To refund €12\.90/).waitFor()
    await page.getByRole("link", { name: "Back" }).click()
    await button(page, "Abandon").click()
    await page.getByRole("dialog").getByRole("button", { name: "Abandon" }).click()
    await page.getByText("Nothing here yet").waitFor()
    await page.goto(`${shop.url}/#/history/${opened.sale?.id}`)
    const paper = await page.locator(".paper").innerText()
    assert.match(paper, /Cash given back\s+€5\.00\s+Cash taken back\s+€5\.00/)
    assert.deepStrictEqual(open.faults, [])
  })

  it("a refund that does not start, is refused, then lost, says so and asks for it in words of a refund", async () => {
    const cards = [Cardholder.pays(), Cardholder.pays(named("refused")), Cardholder.pays()]
    await using shop = await openShop({ terminal: { cardholder: Cardholder.scripted(cards) } })
    await using open = await openPage(shop.url)
    const { page } = open
    await mugToPay(page)
    await button(page, /^Card/).click()
    await heading(page, /Paid/).waitFor()
    await page.getByRole("link", { name: "History" }).click()
    await page.locator(".sales a").first().click()
    await button(page, "Stoneware mug: one more").click()
    await button(page, "Refund").click()
    await fetch(`${shop.server}/_mock/http-fault`, {
      method: "PUT",
      headers: { authorization: `Basic ${btoa("merchant:secret")}`, "content-type": "application/json" },
      body: JSON.stringify({ fault: "error-before", status: 401 })
    })
    await button(page, /^Refund €12\.90 to the card/).click()
    await page.getByRole("heading", { name: "The refund did not start" }).waitFor()
    assert.match(await page.locator(".outcome p").first().innerText(), /^Nothing was refunded\. Check the login/)
    await button(page, /^Refund €12\.90 to the card/).click()
    await page.getByRole("heading", { name: "Not refunded" }).waitFor()
    await page.getByText("Nothing was refunded.").waitFor()
    shop.terminal.setFault(fault("reset@after-approval"))
    await button(page, /^Refund €12\.90 to the card/).click()
    await heading(page, "The refund’s outcome is unknown").waitFor()
    await page.getByText("Do not refund again").waitFor()
    assert.match(await page.locator(".facts .detail").innerText(), /^The outcome of this order is unknown\./)
    await page.getByLabel("It was not accepted").check()
    await button(page, "Record: not refunded").waitFor()
    assert.notMatch(await page.locator(".panel.unknown").innerText(), /charge|paid\b/i)
    assert.deepStrictEqual(open.faults, [])
  })
})
