/** Signing in, language and appearance, what a login may see, and a view that cannot be loaded. */
import { gzipSync } from "node:zlib"
import { assert, describe } from "vitest"
import { browserIt, merchant, useBrowser, visit } from "./Browser.ts"
import { sendGallery, startMock } from "./mock.ts"

const browser = useBrowser()

const timeout = 60_000

describe("signing in", () => {
  browserIt("says in a sentence that a password is wrong, and lets the right one in", { timeout }, async () => {
    await using mock = await startMock()
    const { awkward } = await sendGallery(mock)
    await using visitor = await visit(browser, `${mock.url}#/attempts/${awkward}`, { signedIn: false })
    const { page } = visitor
    await page.getByText("Use your API credentials.").waitFor()
    await page.fill("[name=username]", "merchant")
    await page.fill("[name=password]", "wrong")
    await page.keyboard.press("Enter")
    await page.getByText("Wrong login or password.").waitFor()
    await page.fill("[name=password]", "secret")
    await page.keyboard.press("Enter")
    // The view in the address, not the first one.
    await page.getByRole("heading", { name: "<b onclick=alert(1)>gras</b>" }).waitFor()
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt("takes less than 60 kB of script, compressed, until the first view stands", { timeout }, async () => {
    await using mock = await startMock()
    await mock.send("FIRST")
    await using visitor = await visit(browser, "about:blank", { signedIn: false })
    let bytes = 0
    const reading: Array<Promise<void>> = []
    visitor.page.on("response", (response) => {
      if (!response.url().endsWith(".js")) return
      const read = response.body().then((body) => {
        bytes += gzipSync(body).length
      })
      reading.push(read)
    })
    await visitor.context.request.post(`${mock.url}session`, { data: merchant })
    await visitor.page.goto(mock.url)
    await visitor.page.waitForSelector(".rows li.payment")
    await Promise.all(reading)
    assert.isAbove(bytes, 5_000)
    assert.isBelow(bytes, 60_000)
  })

  browserIt("is asked for when the session ends, and leads back to the same view", { timeout }, async () => {
    await using mock = await startMock()
    await mock.send("FIRST")
    await using visitor = await visit(browser, `${mock.url}#/transactions`)
    await visitor.page.waitForSelector(".table")
    await visitor.context.clearCookies()
    await visitor.page.getByText("Your session has expired.").waitFor()
    await visitor.page.fill("[name=username]", "merchant")
    await visitor.page.fill("[name=password]", "secret")
    await visitor.page.keyboard.press("Enter")
    await visitor.page.getByRole("heading", { name: "Transactions" }).waitFor()
  })
})

describe("language and appearance", () => {
  browserIt("follow the browser, can be switched, and are remembered", { timeout }, async () => {
    await using mock = await startMock()
    await mock.send("FIRST")
    await using visitor = await visit(browser, mock.url, { locale: "fr-CA", colorScheme: "light" })
    const { page } = visitor
    await page.getByRole("heading", { name: "Paiements" }).waitFor()
    await page.click(".bar summary")
    await page.getByLabel("Apparence").selectOption("dark")
    await page.getByLabel("Langue").selectOption("en")
    await page.getByRole("heading", { name: "Payments" }).waitFor()
    await page.reload()
    await page.getByRole("heading", { name: "Payments" }).waitFor()
    const { lang, scheme } = await page.evaluate(() => ({
      lang: document.documentElement.lang,
      scheme: getComputedStyle(document.documentElement).colorScheme
    }))
    assert.deepStrictEqual({ lang, scheme }, { lang: "en", scheme: "dark" })
  })
})

describe("a login without the role to control the mock", () => {
  browserIt("sees attempts and no place of the simulation", { timeout }, async () => {
    await using mock = await startMock({ logins: [merchant, { ...clerk, roles: ["pay", "read"] }] })
    await using visitor = await visit(browser, `${mock.url}#/simulation`, { login: clerk })
    await visitor.page.getByRole("heading", { name: "Send your first payment" }).waitFor()
    const links = visitor.page.getByRole("navigation").getByRole("link")
    assert.deepStrictEqual(await links.allInnerTexts(), ["Payments", "To resolve", "Day"])
  })

  browserIt("cannot resolve an unknown attempt without the role for that", { timeout }, async () => {
    await using mock = await startMock({ logins: [merchant, { ...clerk, roles: ["pay", "read"] }] })
    const { unknown } = await sendGallery(mock)
    await using visitor = await visit(browser, `${mock.url}#/attempts/${unknown}`, { login: clerk })
    await visitor.page.getByText("Only a login with the role “resolve”").waitFor()
    assert.strictEqual(await visitor.page.locator("form.resolve").count(), 0)
  })
})

const clerk = { username: "clerk", password: "of the clerk" }

describe("a view whose code cannot be fetched", () => {
  browserIt("says so, and comes when it is asked for again", { timeout }, async () => {
    await using mock = await startMock()
    await mock.send("FIRST")
    await using visitor = await visit(browser, mock.url)
    const { page } = visitor
    await page.waitForSelector(".rows li.payment")
    await page.route(/DayView.*\.js$/, (route) => route.abort())
    await page.getByRole("link", { name: "Day" }).click()
    await page.getByText("The server is not responding.").waitFor()
    await page.unroute(/DayView.*\.js$/)
    await page.getByRole("button", { name: "Try again" }).click()
    await page.getByRole("button", { name: "Previous day" }).waitFor()
    assert.deepStrictEqual(visitor.complaints, [])
  })
})

describe("the keyboard alone", () => {
  browserIt("signs in, finds an attempt, resolves it", { timeout }, async () => {
    await using mock = await startMock()
    await sendGallery(mock)
    await using visitor = await visit(browser, mock.url, { signedIn: false, viewport: { width: 800, height: 700 } })
    const { page } = visitor
    const { keyboard } = page
    /** Tabs on until the focus is on something of that name. */
    const goTo = async (name: string) => {
      for (let turn = 0; turn < 60; turn++) {
        await keyboard.press("Tab")
        const focused = await page.evaluate(() => {
          const element = document.activeElement as HTMLInputElement | null
          return [element?.textContent, element?.name, element?.labels?.[0]?.textContent].join("\n")
        })
        if (focused.includes(name)) return
      }
      assert.fail(`nothing called ${name} takes the focus`)
    }
    await page.waitForSelector("[name=username]")
    await goTo("username")
    await keyboard.type("merchant")
    await goTo("password")
    await keyboard.type("secret")
    await keyboard.press("Enter")
    await page.waitForSelector(".rows li.payment")
    await goTo("CAISSE2-000871")
    await keyboard.press("Enter")
    await page.getByRole("heading", { name: "Order CAISSE2-000871" }).waitFor()
    await page.locator("form.resolve").waitFor()
    await goTo("The customer has paid")
    await keyboard.press("Space")
    await goTo("Your name")
    await keyboard.type("Ana")
    await goTo("Evidence")
    await keyboard.type("The bank says so")
    await goTo("Record the resolution")
    await keyboard.press("Enter")
    await page.getByText("Recorded: Approved.").waitFor()
    assert.deepStrictEqual(visitor.complaints, [])
  })
})
