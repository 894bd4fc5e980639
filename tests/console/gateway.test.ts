/** The pages of a gateway: nothing of the simulation, no missing file, and resolutions while a terminal may answer. */
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import type { GatewayConfig } from "@hipay-pos/gateway"
import { type StartGatewayOptions, startGateway } from "@hipay-pos/gateway/node"
import { Cardholder, Fault, TestCard } from "@hipay-pos/terminal-simulator"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Result from "effect/Result"
import { assert, describe } from "vitest"
import { order, startRelay, startService, till } from "../relay/relay.ts"
import { violations } from "./axe.ts"
import { browserIt, builtPages, useBrowser, visit } from "./Browser.ts"
import { orderBody } from "./mock.ts"

const browser = useBrowser()

const timeout = 60_000
const login = { username: "shop", password: "of its own" }

/** A gateway with its own pages, over one terminal on TCP. */
const startShop = async (
  cardholder: Cardholder.Cardholder,
  {
    own = {},
    others = [],
    ...options
  }: Partial<StartGatewayOptions> & {
    readonly own?: Partial<GatewayConfig.GatewayTerminal>
    readonly others?: ReadonlyArray<GatewayConfig.GatewayTerminal>
  } = {}
) => {
  const folder = mkdtempSync(join(tmpdir(), "console-gateway-"))
  const terminal = await startTerminal({ port: 0, cardholder })
  const store = join(folder, "attempts.db")
  const settings = {
    terminals: [{ host: "127.0.0.1", port: terminal.port, ...own }, ...others],
    credentials: login,
    store,
    pages: await builtPages("gateway"),
    port: 0,
    ...options
  }
  let gateway = await startGateway(settings)
  const pay = async (orderId: string) => {
    const body = orderBody(orderId, { host: "127.0.0.1" })
    body.pos_technical_info.host_information.port = terminal.port
    const response = await fetch(`${gateway.url}/v1/connector/order`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa("shop:of its own")}`, "content-type": "application/json" },
      body: JSON.stringify(body)
    })
    return response.status
  }
  return {
    url: `${gateway.url}/`,
    pay,
    terminal,
    /** Closes the gateway; returns the path of its store. */
    stop: async () => {
      await gateway.close()
      return store
    },
    /** Starts one on the same store; returns its address. */
    start: async () => {
      gateway = await startGateway(settings)
      return `${gateway.url}/`
    },
    [Symbol.asyncDispose]: async () => {
      await gateway.close()
      await terminal.close()
    }
  }
}

describe("the pages of a relay", () => {
  browserIt("show what the service answered that is not known, ready for an issue", { timeout }, async () => {
    await using service = await startService(({ body }, response) =>
      response.end(
        JSON.stringify({ ...JSON.parse(body), paymentStatus: "Success", transaction_id: "5017670000001122 |x" })
      )
    )
    await using relay = await startRelay(service.url, { pages: await builtPages("gateway") })
    for (const id of ["DRIFT_1", "DRIFT_2"]) assert.strictEqual((await relay.pay(order(id))).status, 200)
    await using visitor = await visit(browser, `${relay.url}/`, { login: till })
    const { page } = visitor
    await page.getByRole("link", { name: "Gateway" }).click()
    const facts = page.locator(".gateway-view .facts")
    await facts.locator(".mark", { hasText: "Up" }).waitFor()
    assert.include(await facts.innerText(), new URL(service.url).host)
    assert.strictEqual(await page.locator(".gateway-view .table").count(), 0, "it dials no terminal")
    await page.getByRole("link", { name: "Drift" }).click()
    const row = page.locator(".table tbody tr")
    await row.getByText("unknown field").waitFor()
    assert.strictEqual(await row.count(), 1)
    const text = await row.innerText()
    assert.include(text, "transaction_id")
    assert.match(text, /\b2\b/)
    assert.notInclude(text, "5017670000001122")
    await page.getByRole("button", { name: "Copy for an issue" }).waitFor()
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme })
      assert.deepStrictEqual(await violations(page), [], colorScheme)
    }
    await row.getByRole("link").click()
    await page.locator(".attempt-head").getByText("Approved").waitFor()
    assert.deepStrictEqual(visitor.complaints, [])
  })
})

describe("an unknown payment at a relay", () => {
  browserIt("can be set aside where it blocks its terminal, and there alone", { timeout }, async () => {
    await using service = await startService((_, response) => void response.destroy())
    for (const blockUnknown of [true, false]) {
      await using relay = await startRelay(service.url, {
        pages: await builtPages("gateway"),
        relay: { blockUnknown }
      })
      assert.strictEqual((await relay.pay(order("LOST_1"))).status, 504)
      const [lost] = await relay.attempt("LOST_1")
      await using visitor = await visit(browser, `${relay.url}#/attempts/${lost?.id}`, { login: till })
      const { page } = visitor
      await page.locator("form.resolve .choices").waitFor()
      const choices = page.locator("form.resolve .choices input")
      assert.strictEqual(await choices.count(), blockUnknown ? 3 : 2)
    }
  })
})

describe("the pages of a gateway", () => {
  browserIt("stay on the server's day when this machine's clock is set right", { timeout }, async () => {
    await using shop = await startShop(Cardholder.auto())
    await using visitor = await visit(browser, "about:blank", { signedIn: false })
    const { page } = visitor
    await page.clock.setFixedTime("2020-01-01T12:00:00Z")
    await visitor.context.request.post(`${shop.url}session`, { data: login })
    await page.goto(`${shop.url}#/day`)
    const chosen = page.getByLabel("Day", { exact: true })
    await chosen.waitFor()
    const day = await chosen.inputValue()
    assert.notInclude(day, "2020")
    const asked = page.waitForResponse((response) => response.url().endsWith("/session"))
    await page.clock.setFixedTime(Date.now())
    await asked
    await page.waitForResponse((response) => response.url().includes("format=totals"))
    assert.strictEqual(await chosen.inputValue(), day)
  })

  browserIt("show attempts and the day, and no place of the simulation", { timeout }, async () => {
    await using shop = await startShop(Cardholder.auto())
    assert.strictEqual(await shop.pay("TABLE-1"), 200)
    await using visitor = await visit(browser, shop.url, { login })
    const { page } = visitor
    await page.locator(".rows").getByRole("link", { name: "TABLE-1" }).click()
    await page.locator(".attempt-head").getByText("Approved").waitFor()
    await page.locator(".facts-card").getByText("real", { exact: true }).waitFor()
    await page.getByText("More", { exact: true }).click()
    await page.getByRole("button", { name: "Copy as curl" }).waitFor()
    assert.strictEqual(await page.getByRole("button", { name: "Send again" }).count(), 0)
    assert.strictEqual(await page.getByRole("link", { name: "Open terminal" }).count(), 0)
    const links = page.getByRole("navigation").getByRole("link")
    assert.deepStrictEqual(await links.allInnerTexts(), ["Payments", "To resolve", "Day", "Gateway"])
    for (const place of [
      "terminals",
      "terminals/x",
      "transactions",
      "notifications",
      "findings",
      "ledger",
      "simulation"
    ]) {
      await page.goto(`${shop.url}#/${place}`)
      await page.getByRole("heading", { name: "Payments" }).waitFor()
    }
    await page.getByRole("link", { name: "Day" }).click()
    await page.locator(".report").getByText("42.50").first().waitFor()
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt("show which terminals are reachable, which are blocked and by what", { timeout }, async () => {
    const closed = await startTerminal({ port: 0 })
    await closed.close()
    await using shop = await startShop(Cardholder.auto(), {
      watchTerminals: "1 second",
      others: [{ name: "Bar", host: "127.0.0.1", port: closed.port }]
    })
    assert.strictEqual(await shop.pay("PAID"), 200)
    shop.terminal.simulator.setFault(Result.getOrThrow(Fault.fromText("reset@after-approval")))
    assert.strictEqual(await shop.pay("LOST"), 504)
    await using visitor = await visit(browser, `${shop.url}#/gateway`, { login })
    const { page } = visitor
    const own = page.getByRole("row", { name: String(shop.terminal.port) })
    const bar = page.getByRole("row", { name: "Bar" })
    await bar.getByText("Unreachable").waitFor()
    await page.getByText("2 · 1 unreachable · 1 blocked").waitFor()
    assert.strictEqual(await bar.getByRole("link").count(), 0)
    const shared = {
      shared: true,
      ...((await (await visitor.context.request.get(`${shop.url}session`)).json()) as object)
    }
    const at = new Date().toISOString()
    const instance = { version: "1.2.3", startedAt: at, aliveUntil: at }
    const instances = [
      { name: "a", self: true, agrees: true, ...instance },
      { name: "b", self: false, agrees: false, ...instance }
    ]
    await page.route("**/session", (route) => route.fulfill({ json: shared }))
    await page.route("**/instances", (route) => route.fulfill({ json: { instances } }))
    await page.reload()
    await page.getByRole("row", { name: "a this one" }).getByText("Same").waitFor()
    await page.getByRole("row", { name: /^b/ }).getByText("Different").waitFor()
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme })
      assert.deepStrictEqual(await violations(page), [], colorScheme)
    }
    await own.getByRole("link", { name: "LOST Unknown" }).click()
    await page.locator(".attempt-head").getByText("LOST").waitFor()
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt(
    "record a resolution while the terminal may still answer, once that is confirmed; an answer that differs is an alarm",
    { timeout },
    async () => {
      await using shop = await startShop(Cardholder.manual, { answerTimeout: "1 second" })
      assert.strictEqual(await shop.pay("LATE"), 504)
      await using visitor = await visit(browser, shop.url, { login })
      const { page } = visitor
      await page.locator(".rows").getByRole("link", { name: "LATE" }).click()
      await page.getByLabel("The customer has not paid").check()
      await page.getByLabel("Your name").fill("Zoé")
      await page.getByLabel("Evidence").fill("They left")
      await page.getByRole("button", { name: "Record the resolution" }).click()
      await page.getByText("The terminal may still answer this attempt").waitFor()
      await page.getByLabel("Record it although the terminal may still answer").check()
      await page.getByRole("button", { name: "Record the resolution" }).click()
      await page.getByRole("tab", { name: "All events" }).click()
      await page.locator(".timeline").getByText("They left").waitFor()
      await page.locator(".rows li.picked").getByText("Declined").waitFor()
      shop.terminal.simulator.presentCard(TestCard.standard)
      await page.locator(".timeline").getByRole("heading", { name: "Needs attention" }).waitFor()
      await page.locator(".rows li.picked").getByText("needs attention").waitFor()
      assert.deepStrictEqual(visitor.complaints, [])
    }
  )

  browserIt("resolve an attempt whose record cannot be read, by its id", { timeout }, async () => {
    const damage = (path: string) => {
      const database = new DatabaseSync(path)
      database.exec("UPDATE attempts SET json = '{'")
      const id = database.prepare("SELECT id FROM attempts").get()?.id
      database.close()
      return String(id)
    }
    await using shop = await startShop(Cardholder.auto())
    shop.terminal.simulator.setFault(Result.getOrThrow(Fault.fromText("reset@after-approval")))
    assert.strictEqual(await shop.pay("LOST"), 504)
    const id = damage(await shop.stop())
    const url = await shop.start()
    await using visitor = await visit(browser, `${url}#/attempts/${id}`, { login, locale: "fr-FR" })
    const { page } = visitor
    await page.getByRole("heading", { name: "Une tentative illisible" }).waitFor()
    assert.strictEqual(await page.getByLabel("Montant sur le ticket").count(), 0, "its currency is not known")
    await page.getByLabel("Le terminal ne l’a pas exécutée").check()
    await page.getByLabel("Votre nom").fill("Zoé")
    await page.getByLabel("Justificatif").fill("rien au journal du terminal")
    await page.getByLabel("Enregistrer bien qu’on ne sache pas").check()
    await page.getByRole("button", { name: "Enregistrer la régularisation" }).click()
    const note = page.locator(".attempt .note")
    await note.getByText("Enregistré").waitFor()
    assert.include(await note.innerText(), "LOST")
    assert.deepStrictEqual(await violations(page), [])
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt(
    "ask the terminal of an unknown payment: it proves one, or why it proves nothing is said",
    { timeout },
    async () => {
      for (const duplicata of [true, false]) {
        await using shop = await startShop(Cardholder.auto(), { own: { profile: { name: "own", duplicata } } })
        shop.terminal.simulator.setFault(Result.getOrThrow(Fault.fromText("reset@after-approval")))
        assert.strictEqual(await shop.pay("LOST"), 504)
        shop.terminal.simulator.clearFault()
        await using visitor = await visit(browser, shop.url, { login })
        const { page } = visitor
        await page.locator(".rows").getByRole("link", { name: "LOST" }).click()
        await page.getByRole("button", { name: "Ask the terminal" }).click()
        if (duplicata) await page.locator(".attempt-head").getByText("Approved").waitFor()
        else {
          await page.getByText("The outcome is not proved. Look at the terminal’s receipt or journal").waitFor()
          await page.getByText("does not declare a duplicata").waitFor()
        }
        // The browser logs the server's refusal as an error.
        if (duplicata) assert.deepStrictEqual(visitor.complaints, [])
      }
    }
  )

  browserIt("show what the terminal left open about a payment that it proved", { timeout }, async () => {
    const own = { ticket: "none", profile: { name: "own", duplicata: true } }
    await using shop = await startShop(Cardholder.auto(), { own })
    shop.terminal.simulator.setFault(Result.getOrThrow(Fault.fromText("reset@after-approval")))
    assert.strictEqual(await shop.pay("LOST"), 504)
    shop.terminal.simulator.clearFault()
    for (const [locale, warning] of [
      ["en-GB", "make sure that it was not cancelled there"],
      ["fr-FR", "vérifiez sur le terminal qu’elle n’a pas été annulée"]
    ] as const) {
      await using visitor = await visit(browser, shop.url, { login, locale })
      const { page } = visitor
      await page.locator(".rows").getByRole("link", { name: "LOST" }).click()
      if (locale === "en-GB") await page.getByRole("button", { name: "Ask the terminal" }).click()
      await page.locator(".attempt-head").getByText(warning).waitFor()
      assert.deepStrictEqual(await violations(page), [])
      assert.deepStrictEqual(visitor.complaints, [])
    }
  })
})
