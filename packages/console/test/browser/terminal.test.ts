/** The terminal's face, with mouse and with keys alone; and what steers the simulation. */
import { assert, describe } from "vitest"
import { gallery } from "../fake/attempts.ts"
import { startFake } from "../fake/FakeServer.ts"
import { browserIt, builtPages, launch, visit } from "./Browser.ts"

const timeout = 60_000
const NAME = "10.0.0.12:8888"

describe("a terminal's face", () => {
  browserIt("takes a card and a PIN, shows every stage, and prints the receipt as text", { timeout }, async () => {
    await using server = await startFake({ pages: await builtPages(), attempts: gallery })
    await using browser = await launch()
    await using tour = await visit(browser, `${server.url}#/terminals/${encodeURIComponent(NAME)}`)
    const { page } = tour
    await page.getByText("BIENVENUE").first().waitFor()
    server.terminal(NAME).wake(4_250, "EUR")
    await page.locator(".glass").getByText("42,50 EUR").waitFor()
    await page.getByRole("radio", { name: /cb-pin/ }).check()
    await page.getByText("In hand: cb-pin").waitFor()
    await page.getByRole("button", { name: "Insert card" }).click()
    await page.locator(".glass").getByText("CODE CONFIDENTIEL").waitFor()
    for (const digit of "1234") await page.getByRole("button", { name: digit, exact: true }).click()
    await page.locator(".glass").getByText("****").waitFor()
    await page.getByRole("button", { name: "Enter, green key" }).click()
    await page.locator(".slip").getByText("<b>AUCUN PAIEMENT</b>").waitFor()
    await page.getByRole("button", { name: "Merchant copy" }).click()
    await page.locator(".slip").getByText("TICKET COMMERÇANT").waitFor()
    await page.getByRole("button", { name: "Tear off" }).click()
    assert.strictEqual(await page.locator(".slip").count(), 0)
    assert.deepStrictEqual(tour.complaints, [])
  })

  browserIt("is worked with the keyboard alone, and its screen is read aloud", { timeout }, async () => {
    await using server = await startFake({ pages: await builtPages(), attempts: gallery })
    await using browser = await launch()
    await using tour = await visit(browser, `${server.url}#/terminals`)
    server.terminal(NAME).wake(4_250, "EUR")
    await tour.page.goto(`${server.url}#/terminals/${encodeURIComponent(NAME)}`)
    const { page } = tour
    const live = page.locator(".screen [role=status]")
    await live.getByText("Waiting for a card, €42.50").waitFor()
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "")
    for (let turn = 0; turn < 40 && (await focused()) !== "Insert card"; turn++) await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.locator(".slip").waitFor()
    // The red key is Escape, wherever the focus is.
    await live.getByText("Idle").waitFor()
    server.terminal(NAME).wake(1_000, "EUR")
    await live.getByText("Waiting for a card, €10.00").waitFor()
    await page.keyboard.press("Escape")
    await live.getByText("Cancelled with the red key").waitFor()
    // Each key once, however often the page was drawn meanwhile.
    assert.deepStrictEqual(
      server.calls.filter((call) => call.includes("/key")),
      [`POST /_mock/terminals/${encodeURIComponent(NAME)}/key {"key":"cancel"}`]
    )
  })

  browserIt("says what it cannot take", { timeout }, async () => {
    await using server = await startFake({ pages: await builtPages(), attempts: gallery })
    await using browser = await launch()
    await using tour = await visit(browser, `${server.url}#/terminals/${encodeURIComponent(NAME)}`)
    const { page } = tour
    await page.getByRole("button", { name: "Insert card" }).click()
    await page.getByText("The terminal is not waiting for a card.").waitFor()
    await page.getByRole("button", { name: "Swipe card" }).click()
    await page.getByText("This card has no stripe to read.").waitFor()
    await page.keyboard.press("5")
    await page.getByText("The terminal is not waiting for a key.").waitFor()
  })
})

describe("the simulation", () => {
  browserIt("has scripts and faults, and refuses a word that no script knows", { timeout }, async () => {
    await using server = await startFake({ pages: await builtPages(), attempts: gallery })
    server.terminal(NAME)
    await using browser = await launch()
    await using tour = await visit(browser, `${server.url}#/terminals`)
    const { page } = tour
    await page.getByRole("button", { name: "Behaviour" }).click()
    await page.getByLabel("Script: one payment a line").fill("approved\nbanana")
    await page.getByRole("button", { name: "Play script" }).click()
    await page.getByText("Line 2: “banana” is no word of a script.").waitFor()
    await page.getByLabel("Script: one payment a line").fill('approved\n{"card":"cb-pin","wrongPins":1}')
    await page.getByRole("button", { name: "Play script" }).click()
    await page.getByText("plays a script").waitFor()
    await page.getByRole("combobox", { name: "Fault", exact: true }).selectOption("late-answer")
    await page.getByLabel("Milliseconds").fill("5000")
    await page.getByRole("button", { name: "Set fault" }).click()
    await page.getByText("1 fault set").waitFor()
    await page.getByRole("button", { name: "Take away late-answer" }).click()
    await page.getByText("Nothing goes wrong.").waitFor()
    const path = `/_mock/terminals/${encodeURIComponent(NAME)}`
    assert.deepStrictEqual(server.calls, [
      `PUT ${path}/script {"script":["approved",{"card":"cb-pin","wrongPins":1}]}`,
      `POST ${path}/faults {"fault":"late-answer","stage":"after-approval","milliseconds":5000}`,
      `DELETE ${path}/faults/late-answer `
    ])
  })

  browserIt("has a clock to freeze and advance, a collection, and spaces to choose from", { timeout }, async () => {
    await using server = await startFake({ pages: await builtPages(), attempts: gallery })
    await using browser = await launch()
    await using tour = await visit(browser, `${server.url}#/simulation`)
    const { page } = tour
    await page.getByRole("button", { name: "Freeze" }).click()
    await page.getByText("Frozen", { exact: true }).waitFor()
    await page.getByLabel("Advance by").selectOption("minutes")
    await page.getByRole("button", { name: "Advance", exact: true }).click()
    await page.locator(".clock-face time", { hasText: "11:30:00" }).waitFor()
    await page.getByRole("button", { name: "Run the collection" }).click()
    await page.getByText("2 transactions captured").waitFor()
    await page.getByRole("button", { name: "Look at team-blue" }).click()
    await page.getByText("Space team-blue").waitFor()
    assert.include(page.url(), "?space=team-blue")
    assert.deepStrictEqual(server.calls, [
      'POST /_mock/clock {"action":"freeze"}',
      'POST /_mock/clock {"action":"advance","milliseconds":1800000}',
      "POST /_mock/collection {}"
    ])
  })

  browserIt("shows how a notification was signed, and sends it once more", { timeout }, async () => {
    await using server = await startFake({ pages: await builtPages(), attempts: gallery })
    await using browser = await launch()
    await using tour = await visit(browser, `${server.url}#/notifications`)
    await tour.page.locator(".table a").last().click()
    await tour.page.getByText("SHA-1 of the text below").waitFor()
    const check = async (passphrase: string, says: string) => {
      await tour.page.getByLabel("Passphrase").fill(passphrase)
      await tour.page.getByRole("button", { name: "Check with your passphrase" }).click()
      await tour.page.getByText(says, { exact: true }).waitFor()
    }
    await check("wrong", "It does not match.")
    await check("passphrase", "It matches.")
    await tour.page.getByRole("button", { name: "Send once more" }).click()
    await tour.page.getByText("On its way once more.").waitFor()
    assert.deepStrictEqual(server.calls, ["POST /_mock/notifications/n1/replay "])
  })
})
