/** What a person does with attempts: sign in, watch, look into one, resolve, send again. */
import { gzipSync } from "node:zlib"
import { assert, describe } from "vitest"
import { attempt, gallery, many } from "../fake/attempts.ts"
import { startFake } from "../fake/FakeServer.ts"
import { browserIt, builtPages, launch, visit } from "./Browser.ts"

const timeout = 60_000

describe("signing in", () => {
  browserIt("says in a sentence that a password is wrong, and lets the right one in", { timeout }, async () => {
    await using server = await startFake({ pages: await builtPages(), attempts: gallery })
    await using browser = await launch()
    await using door = await visit(browser, `${server.url}#/attempts/a3`, { signedIn: false })
    const { page } = door
    await page.fill("[name=username]", "merchant")
    await page.fill("[name=password]", "wrong")
    await page.keyboard.press("Enter")
    await page.getByText("This login and password do not match.").waitFor()
    await page.fill("[name=password]", "secret")
    await page.keyboard.press("Enter")
    // Where the address pointed to, not where the pages begin.
    await page.getByRole("heading", { name: "<b onclick=alert(1)>gras</b>" }).waitFor()
    assert.deepStrictEqual(door.complaints, [])
  })

  browserIt("takes less than 60 kB of script, compressed, until the first view stands", { timeout }, async () => {
    await using server = await startFake({ pages: await builtPages(), attempts: gallery })
    await using browser = await launch()
    await using tour = await visit(browser, "about:blank", { signedIn: false })
    let bytes = 0
    const reading: Array<Promise<void>> = []
    tour.page.on("response", (response) => {
      if (!response.url().endsWith(".js")) return
      const read = response.body().then((body) => {
        bytes += gzipSync(body).length
      })
      reading.push(read)
    })
    await tour.context.request.post(`${server.url}session`, { data: { username: "merchant", password: "secret" } })
    await tour.page.goto(server.url)
    await tour.page.waitForSelector(".rows tbody tr")
    await Promise.all(reading)
    assert.isAbove(bytes, 5_000)
    assert.isBelow(bytes, 60_000)
  })

  browserIt("ends in a sign-in when the session ends, and goes on where one was", { timeout }, async () => {
    await using server = await startFake({ pages: await builtPages(), attempts: gallery })
    await using browser = await launch()
    await using tour = await visit(browser, `${server.url}#/transactions`)
    await tour.page.waitForSelector(".table")
    await tour.context.clearCookies()
    await tour.page.getByText("Your session has ended.").waitFor()
    await tour.page.fill("[name=username]", "merchant")
    await tour.page.fill("[name=password]", "secret")
    await tour.page.keyboard.press("Enter")
    await tour.page.getByRole("heading", { name: "Transactions" }).waitFor()
  })
})

describe("language and appearance", () => {
  browserIt("follow the browser, can be switched, and are remembered", { timeout }, async () => {
    await using server = await startFake({ pages: await builtPages(), attempts: gallery })
    await using browser = await launch()
    await using tour = await visit(browser, server.url, { locale: "fr-CA", colorScheme: "light" })
    const { page } = tour
    await page.getByRole("heading", { name: "Tentatives" }).waitFor()
    await page.click("summary.button")
    await page.getByLabel("Apparence").selectOption("dark")
    await page.getByLabel("Langue").selectOption("en")
    await page.getByRole("heading", { name: "Attempts" }).waitFor()
    await page.reload()
    await page.getByRole("heading", { name: "Attempts" }).waitFor()
    const { lang, scheme } = await page.evaluate(() => ({
      lang: document.documentElement.lang,
      scheme: getComputedStyle(document.documentElement).colorScheme
    }))
    assert.deepStrictEqual({ lang, scheme }, { lang: "en", scheme: "dark" })
  })
})

describe("an attempt's timeline", () => {
  browserIt("says in the reader's language where a notification stands", { timeout }, async () => {
    await using server = await startFake({ pages: await builtPages(), attempts: gallery })
    await using browser = await launch()
    await using tour = await visit(browser, `${server.url}#/attempts/a5`, { locale: "fr-FR" })
    await tour.page.getByText("116, remise").waitFor()
  })
})

describe("the list", () => {
  browserIt("shows attempts as they open and change, without a reload", { timeout }, async () => {
    await using server = await startFake({ pages: await builtPages(), attempts: gallery })
    await using browser = await launch()
    await using tour = await visit(browser, server.url)
    const first = tour.page.locator(".rows tbody tr").first()
    await first.getByText("TABLE-12-A").waitFor()
    server.put(attempt({ id: "b1", state: "open", minutes: 20, orderId: "NEW" }))
    await first.getByText("NEW").waitFor()
    await first.getByText("Open").waitFor()
    server.put(attempt({ id: "b1", state: "declined", minutes: 20, orderId: "NEW" }))
    await first.getByText("Declined").waitFor()
  })

  browserIt("can be narrowed to a state and to a text, and finds nothing politely", { timeout }, async () => {
    await using server = await startFake({ pages: await builtPages(), attempts: gallery })
    await using browser = await launch()
    await using tour = await visit(browser, server.url)
    const { page } = tour
    const rows = page.locator(".rows tbody tr")
    await page.getByLabel("Unknown").check()
    await page.getByText("1 in all").waitFor()
    assert.strictEqual(await rows.count(), 1)
    await page.getByLabel("Search").fill("nobody")
    await page.getByText("No attempt matches.").waitFor()
    await page.getByRole("button", { name: "Show all" }).click()
    await page.getByText("8 in all").waitFor()
    await page.getByLabel("Search").fill("table-12")
    await page.getByText("1 in all").waitFor()
    await rows.getByText("TABLE-12-A").waitFor()
  })

  browserIt("says when the server is gone, comes back by itself, and misses nothing", { timeout }, async () => {
    const pages = await builtPages()
    const { port, url } = await (async () => {
      await using probe = await startFake({ pages, attempts: [] })
      return { port: probe.port, url: probe.url }
    })()
    await using browser = await launch()
    const first = await startFake({ pages, attempts: gallery, port })
    await using tour = await visit(browser, url)
    await tour.page.locator(".link.live").waitFor()
    await tour.page.getByText("8 in all").waitFor()
    await first[Symbol.asyncDispose]()
    await tour.page.getByText("Server gone").waitFor()
    // Restarted, it counts its changes anew; one attempt came and one changed meanwhile.
    const changed = gallery.map((each) =>
      each.id === "a7" ? attempt({ id: "a7", state: "approved", minutes: 9 }) : each
    )
    await using second = await startFake({
      pages,
      attempts: [attempt({ id: "b1", state: "declined", minutes: 20, orderId: "MEANWHILE" }), ...changed],
      port
    })
    await tour.page.locator(".link.live").waitFor({ timeout: 20_000 })
    await tour.page.getByText("9 in all").waitFor()
    const rows = await tour.page.locator(".rows tbody tr").allInnerTexts()
    assert.include(rows[0], "MEANWHILE")
    assert.include(rows[1], "Approved")
    second.put(attempt({ id: "b2", state: "open", minutes: 21, orderId: "AFTERWARDS" }))
    await tour.page.getByText("AFTERWARDS").waitFor()
  })

  browserIt("holds ten thousand attempts with no more rows than can be seen", { timeout: 120_000 }, async () => {
    await using server = await startFake({ pages: await builtPages(), attempts: many(10_000) })
    await using browser = await launch()
    await using tour = await visit(browser, server.url, { viewport: { width: 1280, height: 800 } })
    const { page } = tour
    await page.waitForSelector(".rows tbody tr")
    const counts = await page.evaluate(async () => {
      const rows = document.querySelector(".rows") as HTMLElement
      const drawn: Array<number> = []
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
      const said = () => document.querySelector(".footnote")?.textContent ?? ""
      for (let turn = 0; turn < 3_000 && !said().includes("in all"); turn++) {
        rows.scrollTop = rows.scrollHeight
        await frame()
        drawn.push(rows.querySelectorAll("tbody tr").length)
      }
      rows.scrollTop = rows.scrollHeight
      return { most: Math.max(...drawn), said: said() }
    })
    assert.strictEqual(counts.said, "10,000 in all")
    assert.isBelow(counts.most, 80)
    await page.getByText("SALE-000001").waitFor()
    // A new attempt does not move what somebody reads far down.
    const place = () =>
      page.evaluate(() => [...document.querySelectorAll(".rows tbody tr")].at(-1)?.getBoundingClientRect().top)
    const before = await place()
    server.put(attempt({ id: "z", state: "open", minutes: 999, orderId: "NEWEST" }))
    await page.getByText("10,001 in all").waitFor()
    assert.strictEqual(await place(), before)
    await page.evaluate(() => document.querySelector(".rows")?.scrollTo(0, 0))
    await page.getByText("NEWEST").waitFor()
  })
})

describe("an attempt", () => {
  browserIt("shows markup in names as text and runs none of it", { timeout }, async () => {
    await using server = await startFake({ pages: await builtPages(), attempts: gallery })
    await using browser = await launch()
    await using tour = await visit(browser, `${server.url}#/attempts/a5`)
    await tour.page.locator("summary", { hasText: "Body" }).first().click()
    await tour.page.getByText("<img src=x onerror=alert(1)>").waitFor()
    await tour.page.getByText("<b>MERCI</b>").waitFor()
    assert.strictEqual(await tour.page.locator("img[src=x]").count(), 0)
    assert.deepStrictEqual(tour.complaints, [])
  })

  browserIt("that is unknown is resolved with a name and what it rests on", { timeout }, async () => {
    await using server = await startFake({ pages: await builtPages(), attempts: gallery })
    await using browser = await launch()
    await using tour = await visit(browser, `${server.url}#/attempts/a6`)
    const { page } = tour
    await page.getByLabel("The customer has paid").check()
    await page.getByLabel("Your name").fill("Zoé")
    await page.getByLabel("What it rests on").fill("Receipt 000042 <script>")
    await page.getByRole("button", { name: "Record this answer" }).click()
    await page.locator(".timeline").getByText("Receipt 000042 <script>").waitFor()
    await page.locator(".rows tr.picked").getByText("Approved").waitFor()
    assert.strictEqual(await page.locator(".resolve").count(), 0)
  })

  browserIt(
    "that the terminal may still answer is not resolved as unpaid unless somebody is sure",
    { timeout },
    async () => {
      await using server = await startFake({ pages: await builtPages(), attempts: gallery, lineOpen: 480 })
      await using browser = await launch()
      await using tour = await visit(browser, `${server.url}#/attempts/a6`)
      const { page } = tour
      await page.getByLabel("The customer has not paid").check()
      await page.getByLabel("Your name").fill("Zoé")
      await page.getByLabel("What it rests on").fill("no receipt")
      await page.getByRole("button", { name: "Record this answer" }).click()
      await page.getByText("The terminal may still answer this attempt for 8 min").waitFor()
      await page.getByLabel("I am sure: record my answer now").check()
      await page.getByRole("button", { name: "Record this answer" }).click()
      await page.locator(".rows tr.picked").getByText("Declined").waitFor()
    }
  )

  browserIt("with an alarm says what to do above its timeline, and is marked in the list", { timeout }, async () => {
    const message = "Ada resolved this attempt as declined, but 12.50 EUR was charged. Refund 12.50 EUR."
    const code = "attempt.word.contradicted"
    const paid = attempt({ id: "w1", state: "approved" })
    const at = "2026-11-20T09:31:00.000Z"
    const alarmed = {
      ...paid,
      alarms: [code],
      timeline: [...paid.timeline, { at, kind: "alarm", code, message, details: { state: "approved" } } as const]
    }
    await using server = await startFake({ pages: await builtPages(), attempts: [alarmed] })
    await using browser = await launch()
    await using tour = await visit(browser, `${server.url}#/attempts/w1`)
    await tour.page.getByRole("alert").getByText(message).waitFor()
    await tour.page.locator(".timeline").getByText(message).waitFor()
    await tour.page.locator(".rows").getByText("needs attention").waitFor()
  })

  browserIt("that is unknown cannot be resolved without the role", { timeout }, async () => {
    await using server = await startFake({ pages: await builtPages(), attempts: gallery, roles: ["pay", "read"] })
    await using browser = await launch()
    await using tour = await visit(browser, `${server.url}#/attempts/a6`)
    await tour.page.getByText("Someone with the role").waitFor()
    assert.strictEqual(await tour.page.locator("form.resolve").count(), 0)
  })

  browserIt("is sent again under a new order id, and the pages go to the new one", { timeout }, async () => {
    await using server = await startFake({ pages: await builtPages(), attempts: gallery })
    await using browser = await launch()
    await using tour = await visit(browser, `${server.url}#/attempts/a4`)
    await tour.page.getByRole("button", { name: "Send again" }).click()
    await tour.page.getByRole("button", { name: "Send", exact: true }).click()
    await tour.page.getByRole("heading", { name: "Order ORDER-a4-again" }).waitFor()
    assert.deepStrictEqual(
      server.orders.map((body) => (body as { readonly order: { readonly order_id: string } }).order.order_id),
      ["ORDER-a4-again"]
    )
  })

  browserIt(
    "of a real terminal cannot be sent again, and a gateway shows nothing of the mock",
    { timeout },
    async () => {
      const dialled = attempt({
        id: "g1",
        state: "approved",
        more: { terminal: { name: "tpe:8888", kind: "dialled" } }
      })
      await using server = await startFake({ pages: await builtPages(), attempts: [dialled], mode: "gateway" })
      await using browser = await launch()
      await using tour = await visit(browser, `${server.url}#/attempts/g1`)
      await tour.page.getByRole("button", { name: "Copy as curl" }).waitFor()
      assert.strictEqual(await tour.page.getByRole("button", { name: "Send again" }).count(), 0)
      const links = tour.page.getByRole("navigation").getByRole("link")
      assert.deepStrictEqual(await links.allInnerTexts(), ["Attempts", "Day"])
      await tour.page.goto(`${server.url}#/simulation`)
      await tour.page.getByRole("heading", { name: "Attempts" }).waitFor()
    }
  )
})

describe("the keyboard alone", () => {
  browserIt("signs in, finds an attempt, resolves it", { timeout }, async () => {
    await using server = await startFake({ pages: await builtPages(), attempts: gallery })
    await using browser = await launch()
    await using tour = await visit(browser, server.url, { signedIn: false, viewport: { width: 800, height: 700 } })
    const { page } = tour
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
    await page.waitForSelector(".rows tbody tr")
    await goTo("CAISSE2-000871")
    await keyboard.press("Enter")
    await page.getByRole("heading", { name: "Order CAISSE2-000871" }).waitFor()
    await goTo("The customer has paid")
    await keyboard.press("Space")
    await goTo("Your name")
    await keyboard.type("Ana")
    await goTo("What it rests on")
    await keyboard.type("The bank says so")
    await goTo("Record this answer")
    await keyboard.press("Enter")
    await page.locator(".timeline").getByText("The bank says so").waitFor()
    assert.deepStrictEqual(tour.complaints, [])
  })
})

describe("a phone", () => {
  browserIt("comes back from an attempt to where the list was", { timeout }, async () => {
    await using server = await startFake({ pages: await builtPages(), attempts: many(150) })
    await using browser = await launch()
    await using tour = await visit(browser, server.url, { viewport: { width: 390, height: 700 } })
    const { page } = tour
    await page.waitForSelector(".rows tbody tr")
    const place = () => page.evaluate(() => document.querySelector(".rows")?.scrollTop)
    await page.evaluate(() => document.querySelector(".rows")?.scrollTo(0, 3_000))
    await page.getByRole("link", { name: "SALE-000100" }).click()
    await page.getByRole("heading", { name: "Order SALE-000100" }).waitFor()
    await page.goBack()
    await page.getByRole("link", { name: "SALE-000100" }).waitFor()
    assert.strictEqual(await place(), 3_000)
  })
})

describe("a view whose code cannot be fetched", () => {
  browserIt("says so, and comes when it is asked for again", { timeout }, async () => {
    await using server = await startFake({ pages: await builtPages(), attempts: gallery })
    await using browser = await launch()
    await using tour = await visit(browser, server.url)
    const { page } = tour
    await page.waitForSelector(".rows tbody tr")
    await page.route(/DayView.*\.js$/, (route) => route.abort())
    await page.getByRole("link", { name: "Day" }).click()
    await page.getByText("The server does not answer.").waitFor()
    await page.unroute(/DayView.*\.js$/)
    await page.getByRole("button", { name: "Try again" }).click()
    await page.getByRole("heading", { name: "Day" }).waitFor()
    assert.deepStrictEqual(tour.complaints, [])
  })
})

describe("a login that may not steer the mock", () => {
  browserIt("sees attempts and nothing of what steers", { timeout }, async () => {
    await using server = await startFake({ pages: await builtPages(), attempts: gallery, roles: ["pay", "read"] })
    await using browser = await launch()
    await using tour = await visit(browser, `${server.url}#/simulation`)
    await tour.page.getByRole("heading", { name: "Attempts" }).waitFor()
    const links = tour.page.getByRole("navigation").getByRole("link")
    assert.deepStrictEqual(await links.allInnerTexts(), ["Attempts", "Day"])
  })
})
